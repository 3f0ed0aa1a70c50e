"""The second factor: which code is whose, when, and how often."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask

from portal.accounts import members, totp
from portal.accounts.members import Factors
from portal.core.db import db
from tests.accounts.visitor import Clock, Visitor

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NOON_STEP = int(NOON.timestamp()) // 30


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_of_a_neighbouring_step_counts(steps: int):
    code = pyotp.TOTP(SECRET).at(NOON + timedelta(seconds=30 * steps))

    assert totp.matching_step(SECRET, code, at=NOON, after_step=0) == NOON_STEP + steps


@pytest.mark.parametrize("steps", [-2, 2, 1000])
def test_a_code_of_another_time_does_not_count(steps: int):
    code = pyotp.TOTP(SECRET).at(NOON + timedelta(seconds=30 * steps))

    assert totp.matching_step(SECRET, code, at=NOON, after_step=0) is None


@pytest.mark.parametrize("last", [NOON_STEP, NOON_STEP + 1])
def test_a_step_that_was_used_or_passed_does_not_count(last: int):
    code = pyotp.TOTP(SECRET).at(NOON)

    assert totp.matching_step(SECRET, code, at=NOON, after_step=last) is None


@pytest.mark.parametrize("typed", ["123456", "123 456", " 123-456 ", "1 2 3 4 5 6", "123\u00a0456"])
def test_spaces_and_hyphens_in_a_code_do_not_matter(typed: str):
    assert totp.digits(typed) == "123456"


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "12345a", "\u0661\u0662\u0663\u0664\u0665\u0666", "\u00b2" * 6]
)
def test_what_is_not_six_plain_digits_is_no_code(typed: str):
    assert totp.digits(typed) is None


def test_pattern_15_a_code_works_once_also_with_spaces(
    open_browser: Callable[..., Visitor], dana: Factors, clock: Clock
):
    first, second = open_browser(), open_browser()
    for visitor in (first, second):
        visitor.give_password(dana.email, dana.password)
    code = first.code_of(dana)

    used = first.give_code(code)
    again = [second.give_code(spelt) for spelt in (code, f"{code[:3]} {code[3:]}", f" {code}")]

    assert used.location == "/"
    assert [answer.status_code for answer in again] == [400, 400, 400]
    assert not second.is_signed_in()


def test_pattern_15_a_code_of_an_earlier_step_is_dead_after_a_later_one(
    open_browser: Callable[..., Visitor], dana: Factors
):
    first, second = open_browser(), open_browser()
    for visitor in (first, second):
        visitor.give_password(dana.email, dana.password)

    assert first.give_code(first.code_of(dana, steps=1)).location == "/"
    assert second.give_code(second.code_of(dana)).status_code == 400


def test_pattern_15_one_code_sent_many_times_at_once_signs_in_once(
    open_browser: Callable[..., Visitor], dana: Factors
):
    visitors = [open_browser() for _ in range(4)]
    for visitor in visitors:
        visitor.give_password(dana.email, dana.password)
        visitor.get("/sign-in/code")
    code = visitors[0].code_of(dana)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda visitor: visitor.post("/sign-in/code", code=code), visitors))

    assert sorted(answer.status_code for answer in answers) == [302, 400, 400, 400]


def test_pattern_15_another_members_code_opens_nothing(visitor: Visitor, add_member: Callable[..., Factors]):
    dana, mike = add_member("Dana Whitfield"), add_member("Mike Kirk")
    visitor.give_password(dana.email, dana.password)

    assert visitor.give_code(visitor.code_of(mike)).status_code == 400


def test_pattern_15_a_sealed_secret_opens_for_its_own_member_only(
    app: Flask, visitor: Visitor, add_member: Callable[..., Factors]
):
    dana, mike = add_member("Dana Whitfield"), add_member("Mike Kirk")
    with app.app_context():
        rows = {m.id: m for m in db.session.scalars(db.select(members.Member))}
        rows[dana.member_id].totp_secret_sealed = rows[mike.member_id].totp_secret_sealed
        db.session.commit()

    visitor.give_password(dana.email, dana.password)

    assert visitor.give_code(visitor.code_of(mike)).status_code == 500
    assert not visitor.is_signed_in()


def test_k2_the_secret_is_nowhere_in_the_database_files(app: Flask, dana: Factors, tmp_path: Path):
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("portal.db*"))

    assert dana.email.encode() in stored
    assert dana.totp_secret.encode() not in stored and dana.password.encode() not in stored


def test_fault_14_a_clock_set_back_revives_no_code(visitor: Visitor, clock: Clock, dana: Factors):
    visitor.sign_in(dana)
    clock.pass_by(minutes=-5)
    visitor.give_password(dana.email, dana.password)

    assert visitor.give_code(visitor.code_of(dana)).status_code == 400
