"""How many tries are evaluated, by whom they are counted, and what lifts the lock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text

from portal.accounts import members, throttle
from portal.accounts.members import Factors
from portal.accounts.models import SignInAttempt
from portal.accounts.throttle import Step
from portal.audit.models import AuditEvent
from portal.core.db import db
from tests.accounts.visitor import AT_HOME, ELSEWHERE, Clock, Visitor

OpenBrowser = Callable[..., Visitor]


def _fail(visitor: Visitor, email: str, *, times: int) -> list[int]:
    return [visitor.give_password(email, f"wrong password {n}").status_code for n in range(times)]


def test_s2_the_sixth_try_in_fifteen_minutes_is_not_evaluated_and_says_what_to_do(
    visitor: Visitor, dana: Factors
):
    tries = _fail(visitor, dana.email, times=5)

    sixth = visitor.give_password(dana.email, dana.password)

    assert tries == [400] * 5
    assert sixth.status_code == 429
    assert sixth.headers["Retry-After"] == "900"
    assert "Wait 15 minutes" in sixth.get_data(as_text=True)
    assert "administrator" in sixth.get_data(as_text=True)


def test_s2_the_lock_ends_by_itself_and_waiting_tries_do_not_prolong_it(
    visitor: Visitor, clock: Clock, dana: Factors
):
    _fail(visitor, dana.email, times=5)
    clock.pass_by(minutes=10)
    locked = _fail(visitor, dana.email, times=10)
    clock.pass_by(minutes=5, seconds=1)

    answer = visitor.give_password(dana.email, dana.password)

    assert locked == [429] * 10
    assert answer.status_code == 302


def test_s2_an_attacker_elsewhere_does_not_lock_the_member_out(
    visitor: Visitor, open_browser: OpenBrowser, dana: Factors
):
    attacker = open_browser(source=ELSEWHERE)
    _fail(attacker, dana.email, times=8)

    answer = visitor.sign_in(dana)

    assert answer.location == "/"
    assert attacker.give_password(dana.email, dana.password).status_code == 429


def test_s5_an_unknown_address_is_locked_as_a_known_one_is(visitor: Visitor):
    tries = _fail(visitor, "nobody@agency.example.gov", times=7)

    assert tries == [400] * 5 + [429] * 2


def test_another_spelling_of_the_address_is_the_same_account(visitor: Visitor, dana: Factors):
    _fail(visitor, dana.email, times=3)
    _fail(visitor, f" {dana.email.upper()} ", times=2)

    assert visitor.give_password(dana.email, dana.password).status_code == 429


def test_a_whole_sign_in_forgets_the_wrong_tries_before_it(visitor: Visitor, dana: Factors):
    _fail(visitor, dana.email, times=4)
    visitor.sign_in(dana)
    visitor.sign_out()

    tries = _fail(visitor, dana.email, times=5)

    assert tries == [400] * 5


def test_a_right_password_alone_does_not_forget_wrong_tries(visitor: Visitor, dana: Factors):
    _fail(visitor, dana.email, times=4)
    visitor.give_password(dana.email, dana.password)

    assert _fail(visitor, dana.email, times=2) == [400, 429]


def test_s1_wrong_codes_are_counted_as_wrong_passwords(visitor: Visitor, dana: Factors):
    _fail(visitor, dana.email, times=2)
    visitor.give_password(dana.email, dana.password)

    codes = [visitor.give_code("000000").status_code for _ in range(3)]
    right = visitor.give_code(visitor.code_of(dana))

    assert codes == [400] * 3
    assert right.status_code == 429


def test_s1_codes_are_counted_for_the_account_from_wherever_they_are_tried(
    open_browser: OpenBrowser, dana: Factors
):
    statuses = []
    for number in range(3):
        visitor = open_browser(source=f"203.0.113.{number}")
        visitor.give_password(dana.email, dana.password)
        statuses += [visitor.give_code("000000").status_code for _ in range(2)]

    assert statuses == [400] * 5 + [429]


def test_s2_past_a_hundred_tries_a_day_each_place_has_one_and_the_member_still_gets_in(
    open_browser: OpenBrowser, visitor: Visitor, dana: Factors
):
    for number in range(20):
        _fail(open_browser(source=f"203.0.113.{number}"), dana.email, times=5)

    late = _fail(open_browser(source="192.0.2.1"), dana.email, times=2)
    answer = visitor.sign_in(dana)

    assert late == [400, 429]
    assert answer.location == "/"


def test_a_reset_lifts_the_lock(app: Flask, visitor: Visitor, dana: Factors):
    _fail(visitor, dana.email, times=6)
    with app.app_context():
        renewed = members.reset(dana.member_id)
        db.session.commit()

    assert visitor.sign_in(renewed).location == "/"


def test_fault_18_fifty_wrong_passwords_at_once_are_evaluated_at_most_five_times(
    open_browser: OpenBrowser, dana: Factors, trail: Callable[[], list[AuditEvent]]
):
    visitors = [open_browser() for _ in range(50)]
    for visitor in visitors:
        visitor.get("/sign-in")
    fields = {"acknowledged": "y", "email": dana.email, "password": "wrong password"}

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda visitor: visitor.post("/sign-in", **fields).status_code, visitors))

    reasons = [entry.details["reason"] for entry in trail() if entry.act == "sign_in.refused"]
    assert set(answers) <= {400, 429} and answers.count(400) <= 5
    assert reasons.count("password") <= 5 and len(reasons) == 50


def test_pattern_16_two_workers_share_one_count(make_app, open_browser: OpenBrowser, dana: Factors):
    one, other = open_browser(), open_browser(app=make_app())

    tries = _fail(one, dana.email, times=3) + _fail(other, dana.email, times=3)

    assert tries == [400] * 5 + [429]


def test_pattern_16_without_its_store_nothing_is_evaluated(app: Flask, visitor: Visitor, dana: Factors):
    visitor.get("/sign-in")
    with app.app_context():
        db.session.execute(text("DROP TABLE sign_in_attempt"))
        db.session.commit()

    answer = visitor.post("/sign-in", acknowledged="y", email=dana.email, password=dana.password)

    assert answer.status_code >= 500
    assert not visitor.is_signed_in() and visitor.get("/sign-in/code").location == "/sign-in"


def test_a_clock_that_is_set_back_opens_no_new_window(visitor: Visitor, clock: Clock, dana: Factors):
    _fail(visitor, dana.email, times=5)
    clock.pass_by(days=-1)

    assert visitor.give_password(dana.email, dana.password).status_code == 429


def test_what_is_stored_of_a_try_does_not_hold_the_address(app: Flask, visitor: Visitor):
    visitor.give_password("my-password-typed-in-the-wrong-box", "x")

    with app.app_context():
        row = db.session.scalars(db.select(SignInAttempt)).one()
        assert "my-password" not in str(vars(row)) and len(row.account_key) == 64


def test_tries_of_long_ago_are_deleted(inside: None, clock: Clock):
    throttle.reserve("a@b.gov", source=AT_HOME, step=Step.PASSWORD)
    clock.pass_by(days=3)

    throttle.forgive("other@b.gov", source=AT_HOME)

    assert db.session.scalars(db.select(SignInAttempt)).all() == []


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("<script>", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_the_network_of_one_customer_is_one_source(address: str | None, source: str):
    assert throttle.place(address) == source
