"""Signing in: e-mail address and password, then a code. Both steps answer alike whoever is asked for."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.accounts import directory, emails, factors, passwords, sessions, throttle, totp
from portal.accounts.models import Member, SessionState
from portal.accounts.sessions import Browser
from portal.accounts.signed_in import holds
from portal.accounts.throttle import Step, Try
from portal.audit import collector
from portal.audit.record import Entry
from portal.core import clock
from portal.core.db import db, reading
from portal.core.errors import Invalid, Refused

WRONG = {
    "email": "The address and password do not match an account that may sign in. Check both and try again.",
    "code": "This code is not right, or it was used already. Wait for the next one and type that.",
}
LOCKED = (
    "There were too many wrong tries from here, so this one was not looked at. Wait 15 minutes, then try "
    "again. If somebody else tried, or you have lost your password or device, ask the portal's "
    "administrator to have your sign-in reset; that lifts the lock at once."
)


class Wrong(Invalid):
    """A factor was not right, or the account may not sign in; the answer does not say which."""

    def __init__(self, field: str) -> None:
        super().__init__("This sign-in is not right.", {field: WRONG[field]})


class Locked(Refused):
    """Too many wrong tries; this one was not looked at."""

    def __init__(self) -> None:
        super().__init__(LOCKED)


class StartAgain(Refused):
    """There is no first step to go on from, or its time is over."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the first step needs of a member, as plain values: no transaction stays open while hashing."""

    id: UUID
    stored: str
    epoch: int
    may_use: bool


def try_password(typed: str, password: str, *, browser: Browser, replacing: object = None) -> str:
    """The first step: the token of a session that waits for the code; ``Wrong`` or ``Locked`` otherwise."""
    address = emails.canonical(typed)
    kept = throttle.reserve(address or typed.strip().lower(), source=browser.source, step=Step.PASSWORD)
    known = _known(address)
    if kept.is_locked:
        _record("sign_in.refused", known.id if known else None, browser, reason="locked")
        raise Locked
    # A suspended member's password is not looked at, but the answer takes as long.
    right = passwords.current().matches(password, known.stored if known and known.may_use else None)
    if right:
        throttle.release(kept)
    member = _unchanged(known) if right and known is not None else None
    if member is None:
        reason = "password" if known is None or known.may_use else "suspended"
        _record("sign_in.refused", known.id if known else None, browser, reason=reason)
        raise Wrong("email")
    sessions.end(replacing)
    return sessions.start(member, state=SessionState.PASSWORD_OK, browser=browser)


def half_way(token: object) -> Member:
    """The member who has passed the first step of this sign-in; ``StartAgain`` where nobody has."""
    row = sessions.find(token, state=SessionState.PASSWORD_OK)
    member = directory.loaded(row.member_id) if row else None
    if row is None or member is None or not holds(row, member):
        raise StartAgain("Sign in again: more than ten minutes passed, or the sign-in was ended.")
    return member


def try_code(token: object, typed: str, *, browser: Browser) -> str:
    """The second step: the token of a full session; ``Wrong``, ``Locked`` or ``StartAgain`` otherwise."""
    member = half_way(token)
    kept = throttle.reserve(member.email, source=browser.source, step=Step.CODE)
    if kept.is_locked:
        _record("sign_in.refused", member.id, browser, reason="locked")
        raise Locked
    code = totp.digits(typed)
    if code is None or not factors.use_code(member, code):
        _record("sign_in.refused", member.id, browser, reason="code")
        raise Wrong("code")
    # Commits the used step first: whatever happens now, this code is worth nothing any more.
    throttle.release(kept)
    return _finish(half_way(token), token, kept=kept, browser=browser)


def sign_out(token: object, *, member_id: UUID | None, browser: Browser) -> None:
    """End the session for good."""
    sessions.end(token)
    if member_id is not None:
        _record("sign_out", member_id, browser)


def _finish(member: Member, token: object, *, kept: Try, browser: Browser) -> str:
    sessions.end(token)
    sessions.prune()
    throttle.forgive(member.email, source=kept.source)
    full = sessions.start(member, state=SessionState.FULL, browser=browser)
    member.last_sign_in_at, member.last_sign_in_source = clock.now(), browser.source
    _record("sign_in", member.id, browser)
    return full


def _known(address: str | None) -> _Known | None:
    with reading():
        member = db.session.scalar(select(Member).where(Member.email == (address or "")))
        if member is not None:
            may_use = directory.may_use(member, clock.now())
            known = _Known(member.id, member.password_hash, member.epoch, may_use)
        db.session.rollback()
    return known if member is not None else None


def _unchanged(known: _Known) -> Member | None:
    """The member, unless he was suspended or given new factors while the password was looked at."""
    member = directory.loaded(known.id)
    return member if member is not None and member.epoch == known.epoch else None


def _record(act: str, member_id: UUID | None, browser: Browser, *, reason: str = "") -> None:
    """Who tried is known of a sign-in only once it has gone well; until then the member is its object."""
    entry = Entry(
        act=act,
        outcome="refused" if reason else "done",
        actor_id=None if reason else member_id,
        object_kind="member" if member_id else None,
        object_id=member_id,
        source=browser.source,
        details={"reason": reason} if reason else {},
    )
    collector.gather(entry)
