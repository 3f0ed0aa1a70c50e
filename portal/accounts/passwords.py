"""Passwords: which are good enough, and how they are kept (argon2id)."""

import secrets
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, current_app

from portal.core.errors import Misconfigured

SHORTEST = 8
LONGEST = 128
# Under this cost a stolen table of hashes is guessed too cheaply; only tests may go below.
LEAST_MEMORY_KIB = 19456
LEAST_PASSES = 2
DEFAULTS = {"PASSWORD_PASSES": 3, "PASSWORD_MEMORY_KIB": 32768, "PASSWORD_LANES": 1}


@dataclass(frozen=True)
class Passwords:
    """Hashes and verifies at one fixed cost."""

    passes: int
    memory_kib: int
    lanes: int

    @cached_property
    def _hasher(self) -> PasswordHasher:
        return PasswordHasher(time_cost=self.passes, memory_cost=self.memory_kib, parallelism=self.lanes)

    @cached_property
    def dummy(self) -> str:
        """The hash of a password nobody knows, so that an unknown address costs what a known one does."""
        return self._hasher.hash(secrets.token_urlsafe(32))

    def hash(self, password: str) -> str:
        """The hash to store."""
        return self._hasher.hash(_normal(password))

    def matches(self, password: str, stored: str | None) -> bool:
        """Whether ``password`` belongs to the hash; without one the answer is no, after as long a time."""
        usable = len(password) <= LONGEST and stored is not None
        try:
            self._hasher.verify(stored if usable and stored else self.dummy, _normal(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
        return usable


def init_app(app: Flask) -> None:
    """Read the cost from the configuration; refuse one that is too cheap outside tests."""
    for name, value in DEFAULTS.items():
        app.config.setdefault(name, value)
    config = app.config
    cheap = config["PASSWORD_MEMORY_KIB"] < LEAST_MEMORY_KIB or config["PASSWORD_PASSES"] < LEAST_PASSES
    if cheap and not app.testing:
        raise Misconfigured(
            f"PASSWORD_MEMORY_KIB must be at least {LEAST_MEMORY_KIB} and PASSWORD_PASSES at least "
            f"{LEAST_PASSES}; remove the two settings to take the defaults."
        )
    kept = Passwords(config["PASSWORD_PASSES"], config["PASSWORD_MEMORY_KIB"], config["PASSWORD_LANES"])
    # Made now: made at the first unknown address, it would take that answer twice as long.
    _ = kept.dummy
    app.extensions["passwords"] = kept


def current() -> Passwords:
    """The application's passwords."""
    kept: Passwords = current_app.extensions["passwords"]
    return kept


def generated() -> str:
    """A random password of 99 bits, in groups that can be read aloud without a look-alike letter."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ["".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4)]
    return "-".join(groups)


def _normal(password: str) -> str:
    """One form for one text: keyboards differ in how they compose an accented letter."""
    return unicodedata.normalize("NFC", password)
