"""Passwords: which are refused, how they are kept, and that nobody can time them."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from portal.accounts import password_rules, passwords
from portal.accounts.passwords import Passwords
from portal.core.errors import Invalid, Misconfigured

ABOUT = ("dana.whitfield@agency.example.gov", "Dana Whitfield")
CHEAP = Passwords(passes=1, memory_kib=8, lanes=1)


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "Password1",
        "P@ssw0rd!",
        "passw0rd2026",
        "12345678",
        "1234567890123",
        "87654321",
        "qwertyuiop",
        "qwerty123",
        "QWERTY!!!!",
        "1qaz2wsx",
        "asdfghjkl;",
        "zxcvbnm,1",
        "abcdefgh",
        "abcd1234",
        "aaaaaaaa",
        "abababab",
        "abcabcabc",
        "letmein!!",
        "welcome2026",
        "Summer2026!",
        "iloveyou1",
        "monkey123",
        "police911",
        "TaskForce2026",
        "policepolice",
        "police policepolice",
        "admin-admin",
        "\uff50assword",
    ],
)
def test_s7_passwords_that_are_tried_first_are_refused(password: str):
    with pytest.raises(Invalid) as refusal:
        password_rules.check(password, about=ABOUT)

    assert refusal.value.fields["password"].startswith("This is one of the passwords")


@pytest.mark.parametrize("password", ["danawhitfield", "Whitfield-1", "dana.whitfield", "D4na Whitfield 77"])
def test_s7_passwords_made_of_the_members_name_or_address_are_refused(password: str):
    with pytest.raises(Invalid) as refusal:
        password_rules.check(password, about=ABOUT)

    assert refusal.value.fields["password"].startswith("This is too close")


@pytest.mark.parametrize("password", ["", "short-1", "x7" * 65])
def test_s7_passwords_have_8_to_128_characters(password: str):
    with pytest.raises(Invalid) as refusal:
        password_rules.check(password, about=ABOUT)

    assert "8 to 128" in refusal.value.fields["password"]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "vfkwzmqe",
        "gravel heron tin pocket",
        "\u0437\u0430\u0431\u043e\u0440 \u0438 \u0440\u0435\u043a\u0430",
        "kite\u2603lamp\U0001f600moss",
        "the summer police dog ate my hat",
        "orange flower winter court",
        "z9" + "kfwqmv" * 21,
    ],
)
def test_s7_any_other_password_will_do_whatever_its_characters(password: str):
    password_rules.check(password, about=ABOUT)


def test_a_password_is_checked_against_nobodys_name_where_none_is_given():
    password_rules.check("gravel heron tin pocket")


def test_generated_passwords_pass_the_rules_and_differ():
    made = {passwords.generated() for _ in range(200)}

    for password in made:
        password_rules.check(password, about=ABOUT)
    assert len(made) == 200


def test_s7_passwords_are_kept_with_argon2id():
    stored = CHEAP.hash("gravel heron tin pocket")

    assert stored.startswith("$argon2id$")
    assert CHEAP.matches("gravel heron tin pocket", stored)
    assert not CHEAP.matches("gravel heron tin packet", stored)


def test_one_text_is_one_password_however_it_was_composed():
    stored = CHEAP.hash("caf\u00e9 heron tin")

    assert CHEAP.matches("cafe\u0301 heron tin", stored)


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$broken"])
def test_without_a_usable_hash_nothing_matches(stored: str | None):
    assert not CHEAP.matches("anything at all", stored)


def test_a_password_over_the_limit_matches_nothing_even_cut_short():
    stored = CHEAP.hash("k" * 128)

    assert not CHEAP.matches("k" * 129, stored)


class CountingHasher:
    """Passes verifications on to the real hasher and keeps what was asked of it."""

    def __init__(self, real: PasswordHasher) -> None:
        self.real = real
        self.asked: list[tuple[str, int]] = []

    def hash(self, password: str) -> str:
        return self.real.hash(password)

    def verify(self, stored: str, password: str) -> bool:
        # Which hash it was does not matter, only what its verification costs.
        self.asked.append((stored.rsplit("$", 2)[0], len(password)))
        return self.real.verify(stored, password)


def test_s5_an_unknown_address_costs_the_same_one_verification_as_a_known_one():
    kept = Passwords(passes=2, memory_kib=8192, lanes=1)
    stored = kept.hash("gravel heron tin pocket")
    _ = kept.dummy
    counting = CountingHasher(kept._hasher)
    kept.__dict__["_hasher"] = counting

    answers = [
        kept.matches("wrong one", stored),
        kept.matches("wrong one", None),
        kept.matches("w" * 5000, stored),
    ]

    assert answers == [False, False, False]
    known, unknown, long = counting.asked
    assert known == unknown
    assert long == (known[0], 128)


@pytest.mark.parametrize("setting", [{"PASSWORD_MEMORY_KIB": 1024}, {"PASSWORD_PASSES": 1}])
def test_a_cost_too_low_stops_the_start(setting: dict[str, int], tmp_path: Path):
    app = Flask("cheap", instance_path=str(tmp_path))
    app.config.update(setting)

    with pytest.raises(Misconfigured, match="PASSWORD_MEMORY_KIB"):
        passwords.init_app(app)


def test_the_default_cost_is_that_of_real_use(tmp_path: Path):
    app = Flask("real", instance_path=str(tmp_path))

    passwords.init_app(app)

    assert app.config["PASSWORD_MEMORY_KIB"] >= 19456
    assert app.extensions["passwords"].dummy.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
