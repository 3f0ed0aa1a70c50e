"""Sessions live on the server: a row that the random token in the cookie finds, by its hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from portal.accounts.models import Member, SessionState, SignInSession
from portal.core import clock, ids
from portal.core.db import db
from portal.core.errors import NotFound

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
HALF_WAY = timedelta(minutes=10)
NOTED_EVERY = timedelta(minutes=1)
# Machines that share a database may differ by this much; a clock that jumps back further ends the session.
SKEW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a sign-in comes from."""

    source: str
    name: str = ""


def start(member: Member, *, state: SessionState, browser: Browser) -> str:
    """A new session; answers its token, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    is_full = state is SessionState.FULL
    row = SignInSession(
        id=ids.new_id(),
        token_hash=hash_of(token),
        member_id=member.id,
        epoch=member.epoch,
        state=state,
        created_at=moment,
        last_seen_at=moment,
        expires_at=moment + (ABSOLUTE if is_full else HALF_WAY),
        source=browser.source,
        user_agent=browser.name,
        previous_sign_in_at=member.last_sign_in_at if is_full else None,
        previous_sign_in_source=member.last_sign_in_source if is_full else None,
    )
    db.session.add(row)
    return token


def find(token: object, *, state: SessionState) -> SignInSession | None:
    """The session of this token in this state, good or not; ask ``is_good``."""
    if not isinstance(token, str) or not token:
        return None
    by_token = SignInSession.token_hash == hash_of(token), SignInSession.state == state
    return db.session.scalar(select(SignInSession).where(*by_token))


def is_good(row: SignInSession, now: datetime) -> bool:
    """Whether a session holds at ``now``: not too old, not idle, not from a future the clock left."""
    if row.last_seen_at > now + SKEW:
        return False
    return now < row.expires_at and now < row.last_seen_at + IDLE


def note_seen(session_id: UUID, moment: datetime) -> None:
    """Remember that the session was used; one that has ended meanwhile stays ended."""
    seen = update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=moment)
    db.session.execute(seen)


def end(token: object) -> None:
    """End the session of this token, whatever its state."""
    if isinstance(token, str) and token:
        db.session.execute(delete(SignInSession).where(SignInSession.token_hash == hash_of(token)))


def end_by_id(session_id: UUID) -> None:
    """End one session."""
    db.session.execute(delete(SignInSession).where(SignInSession.id == session_id))


def end_all(member: Member) -> None:
    """End every session of the member at once and for good, also one that is being started at this moment."""
    member.epoch = member.epoch + 1
    db.session.execute(delete(SignInSession).where(SignInSession.member_id == member.id))


def revoke(member_id: UUID, session_id: UUID) -> None:
    """End one of the member's own sessions; ``NotFound`` for anybody else's."""
    mine = SignInSession.id == session_id, SignInSession.member_id == member_id
    found = db.session.scalar(select(SignInSession.id).where(*mine))
    if found is None:
        raise NotFound
    end_by_id(session_id)


def of_member(member_id: UUID) -> list[SignInSession]:
    """The member's sessions that are signed in now, newest first."""
    rows = select(SignInSession).where(
        SignInSession.member_id == member_id, SignInSession.state == SessionState.FULL
    )
    now = clock.now()
    found = db.session.scalars(rows.order_by(SignInSession.created_at.desc(), SignInSession.id))
    return [row for row in found if is_good(row, now)]


def prune() -> None:
    """Delete sessions whose time is over."""
    db.session.execute(delete(SignInSession).where(SignInSession.expires_at < clock.now() - ABSOLUTE))


def hash_of(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
