"""What stops a start, with one sentence that names the file or setting; and what a start leaves behind."""

import os
import re
import resource
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal import create_app, startup
from portal.core.db import db
from portal.core.errors import Misconfigured
from portal.keyring import FileKeyManager
from tests.accounts.visitor import Clock, Visitor
from tests.page_client import check_page
from tests.world import new_app, populate, settings

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The folder of an installation that has people, groups and a trail in a database file."""
    folder = tmp_path / "instance"
    app = new_app(folder, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'portal.db'}")
    populate(app)
    closed(app)
    return folder


def closed(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def start(folder: Path, **changes: Any) -> Flask:
    """Start over the database file in the folder."""
    return create_app(
        settings(folder, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'portal.db'}", **changes)
    )


def stopped(act: Callable[[], object]) -> str:
    with pytest.raises(Misconfigured) as caught:
        act()
    sentence = str(caught.value)
    assert sentence and "\n" not in sentence
    return sentence


def test_an_installation_starts_again_and_leaves_no_connection_open(installed: Path) -> None:
    app = start(installed)

    assert app.test_client().get("/healthz", base_url="https://localhost").status_code == 200
    with app.app_context():
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    closed(app)


def swap_master(folder: Path) -> None:
    (folder / "keys" / "master.key").unlink()
    FileKeyManager.create(folder / "keys" / "master.key")


def swap_audit(folder: Path) -> None:
    if not (folder.parent / "other").exists():
        closed(new_app(folder.parent / "other"))
    shutil.copy2(folder.parent / "other" / "keys" / "audit.key", folder / "keys" / "audit.key")


SPOILED: list[tuple[str, Callable[[Path], object], str]] = [
    ("master.key", lambda folder: (folder / "keys" / "master.key").unlink(), "cannot be read"),
    ("master.key", swap_master, "master"),
    ("master.key", lambda folder: (folder / "keys" / "master.key").chmod(0o644), "chmod 600"),
    ("master.key", lambda folder: (folder / "keys" / "master.key").write_text("{}"), "damaged"),
    ("master.key", lambda folder: (folder / "keys" / "master.key").write_bytes(b""), "damaged"),
    ("audit.key", lambda folder: (folder / "keys" / "audit.key").unlink(), "is missing"),
    ("audit.key", swap_audit, "not the one"),
    ("audit.key", lambda folder: (folder / "keys" / "audit.key").chmod(0o640), "chmod 600"),
    ("audit.key", lambda folder: (folder / "keys" / "audit.key").write_text("x"), "damaged"),
]


@pytest.mark.parametrize(("file", "spoil", "why"), SPOILED, ids=range(len(SPOILED)))
def test_a_spoiled_key_file_stops_the_start_with_a_sentence_that_names_it(
    file: str, spoil: Callable[[Path], object], why: str, installed: Path
) -> None:
    spoil(installed)

    sentence = stopped(lambda: start(installed))

    assert why in sentence
    assert file in sentence or "master" in sentence


PRODUCTION = {"PORTAL_ENV": "production", "TRUSTED_HOSTS": ["portal.example.gov"], "TRUSTED_PROXIES": 1}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"TRUSTED_HOSTS": []}, "PORTAL_HOSTS"),
        ({"SESSION_COOKIE_SECURE": False}, "plain HTTP"),
        ({"DEBUG": True}, "FLASK_DEBUG"),
        ({"PORTAL_ENV": "staging"}, "PORTAL_ENV"),
        ({"KEY_MANAGER": "memory"}, "KEY_MANAGER"),
        ({"EXTRACTOR": "inline"}, "EXTRACTOR"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ],
)
def test_production_refuses_what_is_not_safe(changes: dict[str, Any], named: str, installed: Path) -> None:
    assert named in stopped(lambda: start(installed, **{**PRODUCTION, **changes}))


def test_production_starts_with_safe_settings_and_answers_its_own_name_only(installed: Path) -> None:
    app = start(installed, **PRODUCTION)
    client = app.test_client()

    assert client.get("/healthz", base_url="https://portal.example.gov").status_code == 200
    assert client.get("/healthz", base_url="https://evil.example").status_code == 400
    closed(app)


def test_production_refuses_the_folder_and_the_keys_of_a_demonstration(
    installed: Path, tmp_path: Path
) -> None:
    (installed / "demo-accounts.json").write_text("[]")

    assert "demonstration" in stopped(lambda: start(installed, **PRODUCTION))
    keys = {"KEY_FILE": installed / "keys" / "master.key"}
    assert "demonstration" in stopped(lambda: start(tmp_path / "new", **PRODUCTION, **keys))


def test_a_command_on_a_demonstrations_folder_is_told_which_setting_it_needs(installed: Path) -> None:
    (installed / "demo-accounts.json").write_text("[]")

    sentence = stopped(lambda: start(installed, **{**PRODUCTION, "TRUSTED_HOSTS": []}))

    assert "PORTAL_HOSTS is empty" in sentence and "PORTAL_ENV=demo" in sentence


def test_the_instance_is_its_owners_alone_and_so_is_what_is_written_later(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        app = new_app(folder, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'portal.db'}")
        populate(app)
        (folder / "later").write_text("x")
        closed(app)
    finally:
        os.umask(before)

    modes = {str(f): stat.S_IMODE(f.stat().st_mode) & 0o077 for f in (folder, *folder.rglob("*"))}
    assert len(modes) > 4
    assert [name for name, mode in modes.items() if mode] == []


def test_no_core_dump_can_hold_opened_text(installed: Path) -> None:
    closed(start(installed))

    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def run(code: str, folder: Path, **environment: str) -> subprocess.Popen[str]:
    wanted = {**os.environ, "PORTAL_ENV": "demo", "PORTAL_INSTANCE": str(folder), **environment}
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=wanted, stdout=-1, stderr=-1, text=True
    )


@pytest.mark.slow
def test_two_processes_that_start_at_once_both_start_on_one_key(tmp_path: Path) -> None:
    started = [run("import wsgi", tmp_path / "new") for _ in range(2)]

    said = [process.communicate(timeout=60) for process in started]

    assert [process.returncode for process in started] == [0, 0], said
    assert len(list((tmp_path / "new" / "keys").glob("*.key"))) == 1


@pytest.mark.slow
def test_a_start_that_is_refused_says_one_line_and_shows_no_traceback(tmp_path: Path) -> None:
    refused = run("import wsgi", tmp_path / "new", PORTAL_ENV="production", PORTAL_HOSTS="")

    out, err = refused.communicate(timeout=60)

    assert refused.returncode == 4 and out == ""
    assert err.startswith("The portal does not start. PORTAL_HOSTS is empty.") and err.count("\n") == 1


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_a_database_that_is_down_gives_a_page_within_seconds_and_stops_no_start(
    installed: Path, closed_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"postgresql+psycopg://u:hidden@127.0.0.1:{closed_port}/portal"
    app = create_app(settings(installed, SQLALCHEMY_DATABASE_URI=url))
    client = app.test_client()

    for address in ("/sign-in", "/", "/library/", "/no-such-page"):
        began = time.perf_counter()
        answer = client.get(address, base_url="https://localhost")
        assert time.perf_counter() - began < 5
        assert_told_with_a_number_only(answer, caplog, str(closed_port), "hidden", "psycopg")
    assert client.get("/healthz", base_url="https://localhost").status_code == 200


def assert_told_with_a_number_only(
    answer: TestResponse, caplog: pytest.LogCaptureFixture, *inside: str
) -> None:
    """A page of status 503 with a number that finds the line of the log, and nothing of the inside in either."""
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    check_page(page)
    (number,) = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", page)
    assert number in caplog.text
    assert not [word for word in inside if word in page]
    assert "hidden" not in caplog.text


def test_a_database_that_goes_down_while_the_portal_runs_is_told_with_a_number_only(
    installed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = start(installed)
    visitor = Visitor(app, Clock())
    visitor.get("/sign-in")
    closed(app)
    (installed / "portal.db").rename(installed / "away")
    (installed / "portal.db").mkdir()

    answer = visitor.post("/sign-in", acknowledged="y", email="detective@example.gov", password="x" * 12)

    assert_told_with_a_number_only(answer, caplog, "sqlite", str(installed))
    closed(app)


def test_keys_that_could_not_be_tried_at_the_start_are_tried_before_the_first_page(installed: Path) -> None:
    app = start(installed)
    later = startup.KeysTriedLater()
    right = (installed / "keys" / "audit.key").read_bytes()
    swap_audit(installed)

    with app.test_request_context("/sign-in"):
        assert "not the one" in stopped(later)
        assert "not the one" in stopped(later)
        (installed / "keys" / "audit.key").write_bytes(right)
        later()
        swap_audit(installed)
        later()
    closed(app)


def test_waits_for_postgresql_are_bounded_and_sqlite_needs_none() -> None:
    options = startup._engine_options("postgresql+psycopg://u@h/d")

    assert options["connect_args"]["connect_timeout"] <= 5 and options["pool_timeout"] <= 5
    assert startup._engine_options("sqlite:///x") == {}
