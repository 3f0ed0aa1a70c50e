"""``flask keys``: what an operator sees, and what he is told when it does not work."""

import runpy
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from portal.core.db import db
from portal.core.ids import new_id
from portal.keyring import FileKeyManager, Keyring
from portal.keyring.cli import keys
from portal.keyring.rotation import _begin_master
from tests.keyring.world import World, make_world


@pytest.fixture
def ring(app: Flask, key_file: Path) -> Keyring:
    app.extensions["keyring"] = Keyring(FileKeyManager(key_file))
    return app.extensions["keyring"]


@pytest.fixture
def world(ring: Keyring) -> World:
    made = make_world(ring, compartments=1, items=2)
    db.session.commit()
    return made


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(keys, list(words))


def damage(owner_id: object) -> None:
    db.session.execute(text("UPDATE data_key SET wrapped = x'00' WHERE owner_id = :id"), {"id": owner_id.hex})
    db.session.commit()


def test_create_makes_a_key_file_once(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "new" / "master.key"

    first, second = run(app, "create", str(path)), run(app, "create", str(path))

    assert (first.exit_code, second.exit_code) == (0, 1)
    assert f"Made a master key in {path}" in first.output
    assert "exists already" in second.output
    assert FileKeyManager(path).status().current == 1


def test_the_first_key_can_be_made_before_the_portal_can_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "master.key"

    monkeypatch.setattr(sys, "argv", ["portal.keyring", "create", str(path)])

    with pytest.raises(SystemExit) as done:
        runpy.run_module("portal.keyring", run_name="__main__")

    assert done.value.code == 0
    assert path.is_file()


def test_status_shows_versions_counts_and_ages_and_no_key(app: Flask, world: World, key_file: Path) -> None:
    shown = run(app, "status")

    assert shown.exit_code == 0
    assert f"Master key in {key_file}\n  version 1, 0 days old, current\n" in shown.output
    assert f"{world.compartment_ids[0]}        1       1          3  0 days old\n" in shown.output
    assert "unfinished" not in shown.output


def test_status_shows_an_unfinished_rotation(app: Flask, ring: Keyring, world: World) -> None:
    _begin_master(ring._manager)

    shown = run(app, "status")

    assert "version 1, 0 days old, rotation unfinished" in shown.output
    assert "version 2, 0 days old, current" in shown.output


def test_rotate_tells_what_it_did(app: Flask, world: World, ring: Keyring) -> None:
    master = run(app, "rotate", "--master")
    compartment = run(app, "rotate", "--compartment", str(world.compartment_ids[0]))

    assert master.output == "Wrapped 1 keys anew.\nThe old version is destroyed.\n"
    assert compartment.output == "Wrapped 3 keys anew.\nThe old version is destroyed.\n"
    assert world.opens(ring)


@pytest.mark.parametrize("words", [[], ["--master", "--compartment", str(new_id())], ["--compartment", "x"]])
def test_rotate_wants_one_key_named(app: Flask, words: list[str]) -> None:
    assert run(app, "rotate", *words).exit_code == 2


def test_rotate_says_when_there_is_no_such_compartment(app: Flask, world: World) -> None:
    told = run(app, "rotate", "--compartment", str(new_id()))

    assert (told.exit_code, told.output) == (1, "Error: There is no such compartment.\n")


def test_rotate_and_check_name_a_key_that_does_not_open(app: Flask, world: World) -> None:
    damaged = world.items[0].owner_id
    damage(damaged)

    for told in (run(app, "check"), run(app, "rotate", "--compartment", str(world.compartment_ids[0]))):
        assert told.exit_code == 1
        assert f"The key of {damaged} does not open." in told.output


def test_check_says_that_all_is_well(app: Flask, world: World) -> None:
    told = run(app, "check")

    assert (told.exit_code, told.output) == (0, "Every key opens.\n")
