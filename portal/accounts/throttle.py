"""How many tries at signing in are evaluated: five wrong ones in 15 minutes for an account from one source.

A try is stored and committed before anything is evaluated, and counted after: whoever commits as the k-th
sees at least k tries, so that any number of tries at once, in any number of processes, evaluates five. Where
the store does not answer, nothing is evaluated.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, delete, func, select

from portal.accounts.models import SignInAttempt
from portal.core import clock, ids
from portal.core.db import db

WINDOW = timedelta(minutes=15)
ALLOWED = 5
# Tries from everywhere together do not lock a member out, they slow: past the brake each source has one.
BRAKE_WINDOW = timedelta(hours=24)
BRAKE_FROM = 100
ALLOWED_UNDER_BRAKE = 1
KEPT = timedelta(days=2)


class Step(StrEnum):
    """What is tried."""

    PASSWORD = "password"  # noqa: S105 - the name of a step
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Try:
    """A stored try. ``is_locked`` says that it must not be evaluated."""

    id: UUID
    account_key: str
    source: str
    is_locked: bool


def place(address: str | None) -> str:
    """The source that an address stands for: an IPv6 network of one customer (/64) is one source."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def reserve(account: str, *, source: str, step: Step) -> Try:
    """Store a try and commit it, then say whether it may be evaluated. Ends the running transaction."""
    key = account_key(account)
    row = SignInAttempt(id=ids.new_id(), account_key=key, source=source, step=step, at=clock.now())
    kept = Try(row.id, key, source, is_locked=False)
    db.session.add(row)
    db.session.commit()
    if not _is_over(key, source=source, step=step):
        return kept
    # A try that is refused does not prolong the lock, nor does it fill the table.
    release(kept)
    return Try(kept.id, key, source, is_locked=True)


def release(kept: Try) -> None:
    """Take a try away that proved right, or was not evaluated; committed at once."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.id == kept.id))
    db.session.commit()


def forgive(account: str, *, source: str | None = None) -> None:
    """Forget the account's wrong tries from one source (a whole sign-in went well), or from all of them."""
    gone = delete(SignInAttempt).where(SignInAttempt.account_key == account_key(account))
    db.session.execute(gone if source is None else gone.where(SignInAttempt.source == source))
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < clock.now() - KEPT))


def account_key(account: str) -> str:
    """A keyed fingerprint of an address."""
    secret = current_app.config["SECRET_KEY"]
    raw = secret if isinstance(secret, bytes) else secret.encode()
    return hmac.new(raw, b"sign-in:" + account.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _is_over(key: str, *, source: str, step: Step) -> bool:
    everywhere = _count(key, BRAKE_WINDOW)
    allowed = ALLOWED_UNDER_BRAKE if everywhere > BRAKE_FROM else ALLOWED
    if _count(key, WINDOW, SignInAttempt.source == source) > allowed:
        return True
    # Only who knows the password gets to try codes, so codes are counted for the account, wherever from:
    # many sources would otherwise guess six digits in a day.
    return step is Step.CODE and _count(key, WINDOW, SignInAttempt.step == Step.CODE) > ALLOWED


def _count(key: str, window: timedelta, *conditions: ColumnElement[bool]) -> int:
    """Tries of the window; one dated in the future (the clock was set back) counts too."""
    since = clock.now() - window
    counted = select(func.count()).where(
        SignInAttempt.account_key == key, SignInAttempt.at > since, *conditions
    )
    return db.session.scalar(counted) or 0
