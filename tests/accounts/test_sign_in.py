"""Signing in: both steps, what they answer, and what they record."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.accounts import members
from portal.accounts.members import Factors
from portal.accounts.models import SignInSession
from portal.audit.models import AuditEvent
from portal.core.db import db
from tests.accounts.visitor import Clock, Visitor, text_of


def test_a_member_signs_in_with_password_and_code_and_comes_to_the_home_page(visitor: Visitor, dana: Factors):
    first = visitor.give_password(dana.email, dana.password)
    second = visitor.give_code(visitor.code_of(dana))

    assert first.location == "/sign-in/code"
    assert second.location == "/"
    assert visitor.get("/").get_data(as_text=True) == "home"


def test_s6_nobody_is_let_in_who_has_not_acknowledged_the_notice(visitor: Visitor, dana: Factors):
    page = visitor.get("/sign-in").get_data(as_text=True)

    answer = visitor.post("/sign-in", email=dana.email, password=dana.password)

    assert "monitored and recorded" in page and "prohibited" in page and "consent" in page
    assert answer.status_code == 400
    assert "tick the box" in answer.get_data(as_text=True)
    assert visitor.get("/sign-in/code").location == "/sign-in"


def test_s1_a_password_alone_opens_nothing(visitor: Visitor, dana: Factors):
    visitor.give_password(dana.email, dana.password)

    assert not visitor.is_signed_in()


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code"])
def test_a_form_that_lacks_an_answer_says_which(visitor: Visitor, dana: Factors, path: str):
    if path.endswith("code"):
        visitor.give_password(dana.email, dana.password)
    visitor.get(path)

    answer = visitor.post(path, acknowledged="y")

    assert answer.status_code == 400
    assert "usa-error-message" in answer.get_data(as_text=True)
    assert "portal-errors" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "typed",
    [
        "nobody@agency.example.gov",
        "not an address",
        "a" * 254,
        "dana.whitfield",
        "'; drop table member; --@x.gov",
    ],
)
def test_s5_an_unknown_address_gets_the_same_page_as_a_wrong_password(
    visitor: Visitor, dana: Factors, typed: str
):
    wrong = visitor.give_password(dana.email, "not the password")

    unknown = visitor.give_password(typed, "not the password")

    shown = unknown.get_data(as_text=True).count("do not match an account")
    assert (wrong.status_code, shown) == (400, wrong.get_data(as_text=True).count("do not match an account"))
    assert unknown.status_code == wrong.status_code
    assert sorted(unknown.headers.keys()) == sorted(wrong.headers.keys())


def test_s5_known_unknown_and_suspended_differ_in_the_address_alone(
    app: Flask, visitor: Visitor, add_member: Callable[..., Factors]
):
    active, suspended = add_member("Active One"), add_member("Suspended One")
    with app.app_context():
        members.suspend(suspended.member_id)
        db.session.commit()

    pages = [
        (visitor.give_password(email, password), email)
        for email, password in [
            (active.email, "wrong password"),
            (suspended.email, "wrong password"),
            (suspended.email, suspended.password),
            ("nobody@agency.example.gov", "wrong password"),
        ]
    ]

    assert len({text_of(page).replace(email, "") for page, email in pages}) == 1
    assert {page.status_code for page, _ in pages} == {400}


def test_an_expired_member_is_answered_as_an_unknown_one(
    visitor: Visitor, clock: Clock, add_member: Callable[..., Factors]
):
    temporary = add_member("Temporary One", expires_at=clock.moment)

    answer = visitor.give_password(temporary.email, temporary.password)

    assert answer.status_code == 400


def test_pattern_13_a_unicode_twin_of_an_address_does_not_reach_the_member(
    visitor: Visitor, add_member: Callable[..., Factors]
):
    mike = add_member("Mike Kirk", email="mike.kirk@agency.example.gov")

    for twin in ("m\u0131ke.kirk@agency.example.gov", "mike.\u212airk@agency.example.gov"):
        assert visitor.give_password(twin, mike.password).status_code == 400

    assert visitor.give_password("MIKE.KIRK@AGENCY.EXAMPLE.GOV", mike.password).status_code == 302


def test_r2_a_sign_in_that_cannot_be_recorded_does_not_happen(app: Flask, visitor: Visitor, dana: Factors):
    visitor.give_password(dana.email, dana.password)
    visitor.get("/sign-in/code")
    app.extensions["audit"].key_file.path.unlink()

    answer = visitor.post("/sign-in/code", code=visitor.code_of(dana))

    assert answer.status_code == 503
    with app.app_context():
        assert (
            db.session.scalar(db.select(db.func.count(SignInSession.id)).where(SignInSession.state == "full"))
            == 0
        )


def test_the_typed_password_is_never_sent_back(visitor: Visitor, dana: Factors):
    answer = visitor.give_password(dana.email, "canary-secret-47")

    assert "canary-secret-47" not in answer.get_data(as_text=True)
    assert dana.email in answer.get_data(as_text=True)


def test_a_password_longer_than_any_can_be_is_wrong_and_harmless(visitor: Visitor, dana: Factors):
    assert visitor.give_password(dana.email, dana.password + "x" * 200).status_code == 400


def test_r1_the_trail_tells_each_sign_in_and_each_refusal_and_never_what_was_typed(
    visitor: Visitor, dana: Factors, trail: Callable[[], list[AuditEvent]]
):
    visitor.give_password("canary-address@x.example.gov", "canary-secret-47")
    visitor.give_password(dana.email, "canary-secret-47")
    visitor.give_password(dana.email, dana.password)
    visitor.give_code("000000")
    visitor.sign_in(dana)

    entries = [(entry.act, entry.outcome, entry.details) for entry in trail()][-4:]
    assert entries == [
        ("sign_in.refused", "refused", {"reason": "password"}),
        ("sign_in.refused", "refused", {"reason": "password"}),
        ("sign_in.refused", "refused", {"reason": "code"}),
        ("sign_in", "done", {}),
    ]
    assert trail()[-4].object_id is None and trail()[-3].object_id == dana.member_id
    assert all("canary" not in str(vars(entry)) for entry in trail())


def test_a_form_without_the_csrf_token_is_refused(visitor: Visitor, dana: Factors):
    visitor.csrf = ""

    answer = visitor.post("/sign-in", acknowledged="y", email=dana.email, password=dana.password)

    assert answer.status_code == 400
    assert "open too long" in answer.get_data(as_text=True)
