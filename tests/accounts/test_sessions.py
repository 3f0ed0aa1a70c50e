"""Sessions: how long they last, and that what has ended stays ended."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from portal.accounts import members
from portal.accounts.members import Factors
from portal.accounts.models import SignInSession
from portal.audit.models import AuditEvent
from portal.core.db import db
from tests.accounts.visitor import ELSEWHERE, Clock, Visitor, text_of

OpenBrowser = Callable[..., Visitor]


def _act(app: Flask, act: Callable[..., Any], *args: object) -> Any:
    with app.app_context():
        done = act(*args)
        db.session.commit()
    return done


def test_s3_half_an_hour_idle_ends_a_session(visitor: Visitor, clock: Clock, dana: Factors):
    visitor.sign_in(dana)
    clock.pass_by(minutes=29)
    in_time = visitor.is_signed_in()
    clock.pass_by(minutes=30)

    assert in_time
    assert not visitor.is_signed_in()


def test_s3_use_keeps_a_session_but_not_past_twelve_hours(visitor: Visitor, clock: Clock, dana: Factors):
    visitor.sign_in(dana)
    for _ in range(35):
        clock.pass_by(minutes=20)
        assert visitor.is_signed_in()

    clock.pass_by(minutes=20)

    assert not visitor.is_signed_in()


def test_the_use_of_a_session_is_noted_at_most_once_a_minute(
    app: Flask, visitor: Visitor, clock: Clock, dana: Factors
):
    visitor.sign_in(dana)
    began = clock.moment
    clock.pass_by(seconds=59)
    visitor.get("/")
    noted_early = _only_session(app).last_seen_at
    clock.pass_by(seconds=1)
    visitor.get("/")

    assert noted_early == began
    assert _only_session(app).last_seen_at == clock.moment


@pytest.mark.parametrize("jump", [{"hours": 2}, {"days": -1}])
def test_fault_14_a_session_that_a_jumping_clock_ended_is_not_revived(
    visitor: Visitor, clock: Clock, dana: Factors, jump: dict[str, float]
):
    visitor.sign_in(dana)
    clock.pass_by(**jump)
    during = visitor.is_signed_in()
    clock.pass_by(**{unit: -amount for unit, amount in jump.items()})

    assert not during
    assert not visitor.is_signed_in()


def test_pattern_18_a_copied_cookie_is_dead_after_sign_out(open_browser: OpenBrowser, dana: Factors):
    visitor, thief = open_browser(), open_browser(source=ELSEWHERE)
    visitor.sign_in(dana)
    thief.take_cookie(visitor.cookie())
    stolen = thief.is_signed_in()
    visitor.sign_out()

    assert stolen
    assert not thief.is_signed_in() and not visitor.is_signed_in()


@pytest.mark.parametrize("act", [members.suspend, members.reset])
def test_s3_suspension_and_new_factors_end_every_session_at_once(
    app: Flask, open_browser: OpenBrowser, dana: Factors, act: Callable[..., object]
):
    browsers = [open_browser(), open_browser(source=ELSEWHERE)]
    for visitor in browsers:
        visitor.sign_in(dana)

    _act(app, act, dana.member_id)

    assert [visitor.is_signed_in() for visitor in browsers] == [False, False]


def test_s3_a_change_of_roles_or_task_forces_ends_every_session(
    app: Flask, visitor: Visitor, dana: Factors, task_force
):
    for act, args in ((members.set_roles, [["auditor"]]), (members.end_service, [task_force.id])):
        visitor.sign_in(dana)

        _act(app, act, dana.member_id, *args)

        assert not visitor.is_signed_in()


def test_s3_reinstating_a_member_revives_no_session(app: Flask, visitor: Visitor, dana: Factors):
    visitor.sign_in(dana)
    cookie = visitor.cookie()
    _act(app, members.suspend, dana.member_id)
    _act(app, members.reinstate, dana.member_id)
    visitor.take_cookie(cookie)

    assert not visitor.is_signed_in()
    assert visitor.sign_in(dana).location == "/"


def test_s3_a_row_that_a_restored_backup_brings_back_is_not_good_again(
    app: Flask, visitor: Visitor, dana: Factors
):
    visitor.sign_in(dana)
    row = _only_session(app)
    kept = {column.name: getattr(row, column.name) for column in SignInSession.__table__.columns}
    _act(app, members.suspend, dana.member_id)
    _act(app, members.reinstate, dana.member_id)
    _act(app, lambda: db.session.add(SignInSession(**kept)))

    assert not visitor.is_signed_in()


def test_pattern_11_a_half_sign_in_does_not_outlive_its_reason(app: Flask, visitor: Visitor, dana: Factors):
    visitor.give_password(dana.email, dana.password)
    visitor.get("/sign-in/code")

    renewed = _act(app, members.reset, dana.member_id)
    answers = [visitor.post("/sign-in/code", code=visitor.code_of(who)) for who in (dana, renewed)]

    assert [answer.location for answer in answers] == ["/sign-in", "/sign-in"]
    assert "Sign in again" in visitor.get("/sign-in").get_data(as_text=True)


def test_a_half_sign_in_lasts_ten_minutes(visitor: Visitor, clock: Clock, dana: Factors):
    visitor.give_password(dana.email, dana.password)
    visitor.get("/sign-in/code")
    clock.pass_by(minutes=10)

    assert visitor.post("/sign-in/code", code=visitor.code_of(dana)).location == "/sign-in"


def test_s3_the_token_and_the_csrf_token_are_new_after_each_step(visitor: Visitor, dana: Factors):
    visitor.get("/sign-in")
    cookies, forms = [visitor.cookie()], [visitor.csrf]
    visitor.give_password(dana.email, dana.password)
    cookies.append(visitor.cookie())
    visitor.get("/sign-in/code")
    forms.append(visitor.csrf)
    visitor.give_code(visitor.code_of(dana))
    cookies.append(visitor.cookie())
    visitor.get("/account")
    forms.append(visitor.csrf)

    tokens = [_opened(visitor.app, cookie).get("sign_in") for cookie in cookies]
    assert tokens[0] is None and len(set(tokens)) == 3
    assert len(set(forms)) == 3


def test_s3_the_token_of_a_finished_step_is_dead(open_browser: OpenBrowser, dana: Factors):
    visitor, thief = open_browser(), open_browser()
    visitor.give_password(dana.email, dana.password)
    thief.take_cookie(visitor.cookie())
    visitor.give_code(visitor.code_of(dana))

    assert thief.get("/sign-in/code").location == "/sign-in"


def test_the_cookie_carries_a_token_that_the_database_holds_only_as_a_hash(
    app: Flask, visitor: Visitor, dana: Factors
):
    visitor.sign_in(dana)

    carried = _opened(app, visitor.cookie())

    assert set(carried) <= {"sign_in", "csrf_token"}
    assert len(carried["sign_in"]) == 43
    assert carried["sign_in"].encode() not in _only_session(app).token_hash


def test_a9_the_cookie_is_for_this_host_http_only_secure_and_lax(visitor: Visitor, dana: Factors):
    answer = visitor.sign_in(dana)

    header = answer.headers["Set-Cookie"]
    assert header.startswith("__Host-portal=")
    assert all(part in header for part in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Lax"))
    assert "Domain" not in header


def test_pattern_12_opening_links_ends_nothing(visitor: Visitor, dana: Factors, app: Flask):
    visitor.sign_in(dana)
    address = f"/account/sessions/{_only_session(app).id}/revoke"

    answers = [visitor.get(path).status_code for path in ("/sign-out", address, address)]

    assert answers == [405, 405, 405]
    assert visitor.is_signed_in()


def test_a_session_of_somebody_else_cannot_be_ended(
    app: Flask, open_browser: OpenBrowser, add_member: Callable[..., Factors]
):
    dana, mike = open_browser(), open_browser()
    dana.sign_in(add_member("Dana Whitfield"))
    session_id = _only_session(app).id
    mike.sign_in(add_member("Mike Kirk"))
    mike.get("/account")

    theirs = mike.post(f"/account/sessions/{session_id}/revoke")
    nobodys = mike.post("/account/sessions/5f0c4b56-6a5b-4a57-8a3e-000000000000/revoke")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert text_of(theirs) == text_of(nobodys)
    assert dana.is_signed_in()


def test_signing_out_and_ending_a_session_are_recorded(
    visitor: Visitor, dana: Factors, app: Flask, trail: Callable[[], list[AuditEvent]]
):
    visitor.sign_in(dana)
    visitor.get("/account")
    ended = visitor.post(f"/account/sessions/{_only_session(app).id}/revoke")
    visitor.sign_in(dana)
    visitor.sign_out()

    acts = [(entry.act, entry.actor_id) for entry in trail()][-4:]
    assert ended.location == "/sign-in"
    assert acts == [(act, dana.member_id) for act in ("sign_in", "session.revoke", "sign_in", "sign_out")]


def _only_session(app: Flask) -> SignInSession:
    with app.app_context():
        return db.session.scalars(db.select(SignInSession)).one()


def _opened(app: Flask, cookie: str) -> dict[str, str]:
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    carried: dict[str, str] = serializer.loads(cookie)
    return carried
