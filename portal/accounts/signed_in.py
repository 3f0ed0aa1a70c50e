"""The signed-in member of a request, computed afresh for each: from the cookie's token to facts of now."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from flask import Request, session
from flask_login import UserMixin

from portal.access import guard
from portal.access.facts import MemberFacts
from portal.access.policy import Role
from portal.accounts import directory, sessions
from portal.accounts.models import Member, SessionState, SignInSession
from portal.core import clock

# The only thing of ours in the cookie, beside the CSRF token and where to go after signing in.
TOKEN = "sign_in"  # noqa: S105 - the name of an entry


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):
    """Plain values: nothing here asks the database again."""

    facts: MemberFacts
    name: str
    email: str
    position: str
    agency_name: str
    task_force_names: tuple[str, ...]
    session_id: UUID
    previous_sign_in_at: datetime | None
    previous_sign_in_source: str | None

    @property
    def roles(self) -> tuple[Role, ...]:
        """The member's roles at this moment, in the policy's order."""
        return tuple(role for role in Role if role in self.facts.roles)

    def get_id(self) -> str:
        """The member's id."""
        return str(self.facts.member_id)


def load(_request: Request) -> SignedIn | None:
    """Who is signed in; None without a token, a session that holds, or a member who may use the portal."""
    row = sessions.find(session.get(TOKEN), state=SessionState.FULL)
    if row is None:
        return None
    member = directory.loaded(row.member_id)
    if member is None or not holds(row, member):
        # Ended for good: a clock that is set back must not bring it back.
        guard.at_end(partial(sessions.end_by_id, row.id))
        return None
    now = clock.now()
    if now - row.last_seen_at >= sessions.NOTED_EVERY:
        guard.at_end(partial(sessions.note_seen, row.id, now))
    return _signed_in(row, member, now)


def holds(row: SignInSession, member: Member) -> bool:
    """Whether a session of ``member`` still counts, at whatever state it is."""
    now = clock.now()
    return sessions.is_good(row, now) and row.epoch == member.epoch and directory.may_use(member, now)


def _signed_in(row: SignInSession, member: Member, now: datetime) -> SignedIn:
    return SignedIn(
        facts=directory.facts_of(member, now),
        name=member.name,
        email=member.email,
        position=member.position,
        agency_name=member.agency.name,
        task_force_names=tuple(sorted(s.task_force.name for s in directory.in_force(member, now))),
        session_id=row.id,
        previous_sign_in_at=row.previous_sign_in_at,
        previous_sign_in_source=row.previous_sign_in_source,
    )
