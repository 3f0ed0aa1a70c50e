"""What must hold where writers run side by side: the same doors over PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from portal.accounts import members
from portal.accounts.members import Factors, NewMember
from portal.accounts.models import Agency, Member
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import Invalid
from tests.accounts.visitor import Clock, Visitor

pytestmark = pytest.mark.postgres
OpenBrowser = Callable[..., Visitor]


@pytest.fixture
def app(make_app: Callable[..., Flask], clock: Clock, postgres_database: str) -> Flask:
    app = make_app(SQLALCHEMY_DATABASE_URI=postgres_database)
    with app.app_context():
        db.create_all()
    app.extensions["audit"].key_file.create()
    return app


def test_a_member_signs_in_and_out(visitor: Visitor, dana: Factors):
    answer = visitor.sign_in(dana)
    inside = visitor.is_signed_in()
    visitor.sign_out()

    assert answer.location == "/"
    assert inside and not visitor.is_signed_in()


def test_fault_18_fifty_wrong_passwords_at_once_are_evaluated_at_most_five_times(
    open_browser: OpenBrowser, dana: Factors, trail: Callable[[], list[AuditEvent]]
):
    visitors = [open_browser() for _ in range(50)]
    for visitor in visitors:
        visitor.get("/sign-in")
    fields = {"acknowledged": "y", "email": dana.email, "password": "wrong password"}

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda visitor: visitor.post("/sign-in", **fields).status_code, visitors))

    reasons = [entry.details["reason"] for entry in trail() if entry.act == "sign_in.refused"]
    assert set(answers) <= {400, 429} and answers.count(400) <= 5
    assert reasons.count("password") <= 5 and len(reasons) == 50


def test_pattern_15_one_code_sent_many_times_at_once_signs_in_once(open_browser: OpenBrowser, dana: Factors):
    visitors = [open_browser() for _ in range(5)]
    for visitor in visitors:
        visitor.give_password(dana.email, dana.password)
        visitor.get("/sign-in/code")
    code = visitors[0].code_of(dana)

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda visitor: visitor.post("/sign-in/code", code=code), visitors))

    assert sorted(answer.status_code for answer in answers) == [302, 400, 400, 400, 400]


def test_fault_19_one_address_added_many_times_at_once_is_one_member(app: Flask, agency: Agency):
    def add(number: int) -> bool:
        with app.app_context():
            try:
                members.create_member(
                    NewMember(email="a@b.gov", name=f"Person {number}", agency_id=agency.id)
                )
                db.session.commit()
            except Invalid:
                db.session.rollback()
                return False
            return True

    with ThreadPoolExecutor(5) as pool:
        outcomes = list(pool.map(add, range(5)))

    assert outcomes.count(True) == 1
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Member.id))) == 1


def test_s3_a_sign_in_that_crosses_a_suspension_does_not_survive_it(
    app: Flask, open_browser: OpenBrowser, dana: Factors
):
    visitors = [open_browser() for _ in range(4)]
    for visitor in visitors:
        visitor.give_password(dana.email, dana.password)
        visitor.get("/sign-in/code")

    def suspend() -> None:
        with app.app_context():
            members.suspend(dana.member_id)
            db.session.commit()

    with ThreadPoolExecutor(5) as pool:
        pool.submit(suspend)
        list(pool.map(lambda visitor: visitor.post("/sign-in/code", code=visitor.code_of(dana)), visitors))

    assert not any(visitor.is_signed_in() for visitor in visitors)
