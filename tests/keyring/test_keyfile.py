"""The master-key file: private, whole, and refused with one sentence when it is not."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.core.errors import Misconfigured
from portal.keyring import FileKeyManager

Change = Callable[[dict[str, Any]], object]


def rewrite(path: Path, change: Change) -> None:
    """Change the file's JSON in place."""
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def refusal(path: Path) -> str:
    """The sentence with which the file is refused; it names the file and shows no key."""
    text = path.read_text(errors="replace") if path.is_file() else ""
    with pytest.raises(Misconfigured) as caught:
        FileKeyManager(path)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert not [key for key in re.findall(r"[0-9a-f]{32,}", text) if key in sentence]
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return sentence


def test_a_new_file_and_its_new_folder_are_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"

    FileKeyManager.create(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_a_rotated_file_is_private_and_alone(key_file: Path) -> None:
    FileKeyManager(key_file).rotate()

    assert key_file.stat().st_mode & 0o777 == 0o600
    assert list(key_file.parent.iterdir()) == [key_file]


def test_an_existing_file_is_never_overwritten(key_file: Path) -> None:
    before = key_file.read_bytes()

    with pytest.raises(Misconfigured, match="exists already"):
        FileKeyManager.create(key_file)

    assert key_file.read_bytes() == before
    assert list(key_file.parent.iterdir()) == [key_file]


def test_the_draft_that_a_crash_left_does_not_hinder_a_rotation(key_file: Path) -> None:
    draft = key_file.with_name(".master.key.draft")
    draft.write_text("half a fi")

    FileKeyManager(key_file).rotate()

    assert not draft.exists()
    assert FileKeyManager(key_file).status().current == 2


def test_a_missing_file_is_refused_with_the_command_that_makes_one(tmp_path: Path) -> None:
    sentence = refusal(tmp_path / "master.key")

    assert f"python3 -m portal.keyring create {tmp_path / 'master.key'}" in sentence


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601, 0o777])
def test_a_file_that_others_can_touch_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)

    assert "chmod 600" in refusal(key_file)


def test_a_file_of_another_user_is_refused(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: key_file.stat().st_uid + 1)

    assert "chown" in refusal(key_file)


@pytest.mark.parametrize(
    "content", [b"", b"not JSON", b"\xff\xfe\x00", b"[]", b"7", b'"keys"', b'{"keys": 7}']
)
def test_a_file_that_is_something_else_is_refused(key_file: Path, content: bytes) -> None:
    key_file.write_bytes(content)

    assert "damaged" in refusal(key_file)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("keys"),
        lambda document: document.pop("format"),
        lambda document: document.update(format="portal-master-keys/2"),
        lambda document: document.update(keys=[]),
        lambda document: document.update(keys=["key"]),
        lambda document: document["keys"].append(document["keys"][0]),
        lambda document: document["keys"][0].pop("check"),
        lambda document: document["keys"][0].update(version=0),
        lambda document: document["keys"][0].update(version=True),
        lambda document: document["keys"][0].update(version="1"),
        lambda document: document["keys"][0].update(created_at="yesterday"),
        lambda document: document["keys"][0].update(created_at="2026-01-01T00:00:00"),
        lambda document: document["keys"][0].update(check=5),
        lambda document: document["keys"][0].update(key="zz"),
        lambda document: document["keys"][0].update(key=document["keys"][0]["key"][2:]),
    ],
)
def test_a_file_of_another_shape_is_refused(key_file: Path, change: Change) -> None:
    rewrite(key_file, change)

    assert "damaged" in refusal(key_file)


def test_a_mistyped_key_does_not_match_its_check_value(key_file: Path) -> None:
    rewrite(key_file, lambda document: document["keys"][0].update(key="00" * 32))

    assert "check value" in refusal(key_file)
