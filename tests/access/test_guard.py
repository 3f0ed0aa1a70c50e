"""The bracket round a request, tried with routes planted into the whole portal."""

import sqlite3
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.access.guard import accepts, at_end, check_routes, current_clearance, public, requires
from portal.access.models import Compartment
from portal.access.policy import Permission
from portal.audit import Entry, gather
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import Invalid, Misconfigured, NotFound
from tests.page_client import Browser
from tests.world import World, populate

Browse = Callable[..., Browser]
OUTCOMES = {
    "done": lambda: ("done", 200),
    "redirect": lambda: ("", 303, {"Location": "/"}),
    "refused": lambda: ("no", 400),
    "invalid": lambda: _raise(Invalid("No.")),
    "missing": lambda: _raise(NotFound()),
    "bug": lambda: _raise(ZeroDivisionError()),
}


def _raise(error: Exception) -> Any:
    raise error


def _compartment(name: str) -> None:
    db.session.add(Compartment(name=name))
    db.session.flush()


@requires(Permission.USE_PORTAL)
def act(outcome: str) -> Any:
    """Changes something, records it, promises an act, and ends as asked."""
    _compartment("changed")
    gather(Entry(act="planted.act"))
    at_end(lambda: _compartment("promised"))
    text, status, *headers = OUTCOMES[outcome]()
    return text, status, {"Content-Type": "text/plain", **dict(*headers)}


@requires(Permission.MANAGE_PEOPLE)
def manage() -> str:
    return "managed"


@public
def open_to_all() -> str:
    return str(current_clearance())


@requires(Permission.USE_PORTAL)
@accepts(largest_body=3_000_000)
def big() -> str:
    return "taken"


@pytest.fixture
def planted(world: World) -> World:
    """The world with the routes above."""
    return _plant(world)


def _plant(world: World) -> World:
    world.app.add_url_rule("/planted/<outcome>", "planted", act, methods=["GET", "POST"])
    world.app.add_url_rule("/planted-manage", "manage", manage, methods=["POST"])
    world.app.add_url_rule("/planted-open", "open", open_to_all)
    world.app.add_url_rule("/planted-big", "big", big, methods=["POST"])
    return world


@pytest.fixture
def detective(planted: World, browse: Browse) -> Browser:
    browser = browse(planted, "detective")
    browser.get("/account")
    return browser


def _kept(world: World) -> set[str]:
    """What is in the database of what ``act`` does."""
    with world.app.app_context():
        names = db.session.scalars(db.select(Compartment.name)).all()
        acts = db.session.scalars(db.select(AuditEvent.act)).all()
    return {*names, *acts} & {"changed", "promised", "planted.act", "route.refused"}


@pytest.mark.parametrize("outcome", ["done", "redirect"])
def test_a_change_that_succeeds_is_kept_with_its_record_and_its_closing_act(
    planted: World, detective: Browser, outcome: str
) -> None:
    answer = detective.post(f"/planted/{outcome}")

    assert answer.status_code in (200, 303)
    assert _kept(planted) == {"changed", "promised", "planted.act"}


@pytest.mark.parametrize("outcome", ["refused", "invalid", "missing", "bug"])
def test_a_change_that_fails_is_undone_but_its_record_and_its_closing_act_stay(
    planted: World, detective: Browser, outcome: str
) -> None:
    answer = detective.post(f"/planted/{outcome}")

    assert answer.status_code >= 400
    assert _kept(planted) == {"promised", "planted.act"}


@pytest.mark.parametrize("method", ["get", "head"])
def test_a10_a_safe_request_changes_nothing_even_where_its_view_does(
    planted: World, detective: Browser, method: str
) -> None:
    answer = getattr(detective.client, method)("/planted/done", base_url="https://localhost")

    assert answer.status_code == 200
    assert _kept(planted) == {"promised", "planted.act"}


def test_options_tells_the_methods_and_does_nothing(planted: World, detective: Browser) -> None:
    answer = detective.client.options("/planted/done", base_url="https://localhost")

    assert answer.status_code == 200
    assert set(answer.allow) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert _kept(planted) == set()


def test_without_a_sign_in_no_method_reaches_a_view(planted: World, browse: Browse) -> None:
    stranger = browse(planted)

    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE", "MADE-UP"):
        answer = stranger.client.open("/planted/done", method=method, base_url="https://localhost")

        assert answer.status_code in (302, 405), method
    assert _kept(planted) == set()


def test_what_the_role_does_not_include_is_refused_and_recorded(planted: World, detective: Browser) -> None:
    answer = detective.post("/planted-manage")

    assert answer.status_code == 403
    with planted.app.app_context():
        entry = db.session.scalars(db.select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert entry is not None and (entry.act, entry.outcome) == ("route.refused", "refused")
    assert entry.actor_id == planted.people["detective"].member_id
    assert entry.details == {"permission": "manage_people", "route": "/planted-manage"}
    assert entry.source == detective.source


def test_a9_without_the_pages_token_nothing_changes(planted: World, detective: Browser) -> None:
    detective.csrf = "forged"

    answer = detective.post("/planted/done")

    assert answer.status_code == 400
    assert _kept(planted) == set()


def test_asking_for_a_clearance_where_there_is_none_is_an_error(planted: World, detective: Browser) -> None:
    answer = detective.get("/planted-open")

    assert answer.status_code == 500


@pytest.mark.parametrize("method", ["get", "post"])
def test_r2_an_act_that_cannot_be_recorded_is_refused_and_changes_nothing(
    planted: World, detective: Browser, method: str
) -> None:
    planted.app.extensions["audit"].key_file.path.unlink()

    answer = getattr(detective, method)("/planted/done")

    assert answer.status_code == 503
    assert "done" not in answer.get_data(as_text=True)
    assert _kept(planted) == set()


def test_a_body_over_the_usual_size_is_taken_only_where_the_view_says_so(detective: Browser) -> None:
    def send(address: str) -> int:
        boundary, body = encode_multipart(
            {"csrf_token": detective.csrf, "file": FileStorage(BytesIO(b"x" * 1_500_000), "big.bin")}
        )
        answer = detective.client.post(
            address,
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            base_url="https://localhost",
        )
        return answer.status_code

    assert send("/planted/done") == 413
    assert send("/planted-big") == 200


def test_a1_a_route_that_declares_nothing_stops_the_start_and_answers_nobody_where_it_was_added_later(
    planted: World, browse: Browse
) -> None:
    planted.app.add_url_rule("/planted-bare", "bare", lambda: "anything")
    browser = browse(planted, "detective")

    with pytest.raises(Misconfigured, match="/planted-bare"):
        check_routes(planted.app)
    assert browser.get("/planted-bare").status_code == 500
    assert browse(planted).get("/planted-bare").status_code == 302


class SlowBody(BytesIO):
    """A body that looks around each time that a piece of it is read."""

    def __init__(self, body: bytes, look: Callable[[], None]) -> None:
        super().__init__(body)
        self._look = look

    def readinto(self, buffer: Any) -> int:
        self._look()
        return super().readinto(buffer)


@pytest.fixture
def on_disk(make_portal: Callable[..., Flask], tmp_path: Path) -> tuple[World, Path]:
    """A world in a file, which a second connection can lock, and the routes above."""
    path = tmp_path / "portal.db"
    return _plant(populate(make_portal(SQLALCHEMY_DATABASE_URI=f"sqlite:///{path}"))), path


def _send_slowly(browser: Browser, address: str, look: Callable[[], None]) -> int:
    body = f"csrf_token={browser.csrf}".encode()
    return browser.client.post(
        address,
        input_stream=SlowBody(body, look),
        content_length=len(body),
        content_type="application/x-www-form-urlencoded",
        base_url="https://localhost",
    ).status_code


def test_a_body_that_comes_slowly_holds_no_lock(on_disk: tuple[World, Path], browse: Browse) -> None:
    world, path = on_disk
    browser = browse(world, "detective")
    browser.get("/account")
    looks: list[bool] = []

    def look() -> None:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        connection.close()
        looks.append(True)

    assert _send_slowly(browser, "/planted/done", look) == 200
    assert looks and _kept(world) == {"changed", "promised", "planted.act"}


def test_whoever_may_not_do_it_is_answered_before_his_body_is_read(
    on_disk: tuple[World, Path], browse: Browse
) -> None:
    world, _ = on_disk
    browser = browse(world, "detective")
    browser.get("/account")
    reads: list[bool] = []

    assert _send_slowly(browser, "/planted-manage", lambda: reads.append(True)) == 403
    assert _send_slowly(browse(world), "/planted/done", lambda: reads.append(True)) == 302
    assert reads == []
