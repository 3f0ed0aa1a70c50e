"""Agencies, task forces, members: who is let in, put out, given new factors. Every change is recorded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from portal.access.policy import Role
from portal.accounts import emails, factors, names, password_rules, passwords, sessions, throttle, totp
from portal.accounts.models import Agency, AgencyKind, Member, MemberRole, MemberStatus, Service, TaskForce
from portal.audit import collector
from portal.audit.record import Detail, Entry
from portal.core import clock, ids, text
from portal.core.db import Base, db
from portal.core.errors import Invalid, NotFound

# A service on a task force gives the role of member, and of coordinator where he coordinates it.
PORTAL_WIDE = frozenset({Role.MEMBER, Role.LIBRARIAN, Role.BJA_STAFF, Role.ADMINISTRATOR, Role.AUDITOR})


NEEDS_DATE = "This account's end date has passed. Give a new one: flask members reinstate --expires DATE."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """What is known of a member before he exists; a factor that is not given is made."""

    email: str
    name: str
    agency_id: UUID
    position: str = ""
    roles: Collection[str] = ()
    expires_at: datetime | None = None
    password: str = field(default="", repr=False)
    totp_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Factors:
    """Both factors in the clear, to be shown once to whoever hands them over."""

    member_id: UUID
    email: str
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)

    @property
    def uri(self) -> str:
        """The otpauth address for an authenticator app."""
        return totp.enrolment_uri(self.totp_secret, self.email)


def create_agency(name: str, kind: str, *, by: UUID | None = None) -> Agency:
    """A new agency; ``Invalid`` for a name that looks like another's."""
    if kind not in set(AgencyKind):
        raise Invalid("Choose a kind of agency.", {"kind": "Choose a kind from the list."})
    name = names.checked(name)
    agency = Agency(id=ids.new_id(), name=name, skeleton=text.skeleton(name), kind=AgencyKind(kind))
    _add_unlike(agency, Agency)
    _record("agency.create", agency.id, by=by, kind="agency")
    return agency


def create_task_force(name: str, *, state: str, region: str = "", by: UUID | None = None) -> TaskForce:
    """A new task force; ``Invalid`` for a name that looks like another's."""
    name = names.checked(name)
    state = text.line(state, field="state", limit=60)
    region = text.line(region, field="region", limit=200) if region.strip() else ""
    force = TaskForce(id=ids.new_id(), name=name, skeleton=text.skeleton(name), state=state, region=region)
    _add_unlike(force, TaskForce)
    _record("task_force.create", force.id, by=by, kind="task_force")
    return force


def create_member(new: NewMember, *, by: UUID | None = None) -> Factors:
    """A new member and both factors; ``Invalid`` names what cannot be used."""
    email = emails.checked(new.email)
    name = names.checked(new.name)
    position = text.line(new.position, field="position", limit=120) if new.position.strip() else ""
    roles = _portal_wide(new.roles)
    if db.session.get(Agency, new.agency_id) is None:
        raise Invalid("Choose an agency.", {"agency": "Choose an agency from the list."})
    given = Factors(
        ids.new_id(), email, new.password or passwords.generated(), new.totp_secret or totp.new_secret()
    )
    password_rules.check(given.password, about=(email, name))
    member = Member(
        id=given.member_id,
        email=email,
        name=name,
        position=position,
        agency_id=new.agency_id,
        password_hash=passwords.current().hash(given.password),
        totp_secret_sealed=factors.sealed(given.member_id, given.totp_secret),
        expires_at=new.expires_at,
        roles=[MemberRole(role=role) for role in roles],
    )
    _add_unique(member, Invalid("This member exists.", {"email": "A member has this address already."}))
    _record("member.create", member.id, by=by, roles=roles)
    return given


def add_service(
    member_id: UUID,
    task_force_id: UUID,
    *,
    is_coordinator: bool = False,
    until: datetime | None = None,
    by: UUID | None = None,
) -> Service:
    """The member serves on the task force from now; his sessions end, for what he may do has changed.

    Whoever serves on it already changes his part; ``Invalid`` where nothing would change.
    """
    member = _member(member_id)
    if db.session.get(TaskForce, task_force_id) is None:
        raise Invalid("Choose a task force.", {"task_force": "Choose a task force from the list."})
    before = _services(member, task_force_id)
    if any((row.is_coordinator, row.until) == (is_coordinator, until) for row in before):
        raise Invalid("This member serves on this task force already.")
    _end_services(member, before)
    service = Service(
        id=ids.new_id(), task_force_id=task_force_id, is_coordinator=is_coordinator, until=until
    )
    member.services.append(service)
    sessions.end_all(member)
    _record("member.serve", member.id, by=by, task_force=str(task_force_id), is_coordinator=is_coordinator)
    return service


def end_service(member_id: UUID, task_force_id: UUID, *, by: UUID | None = None) -> None:
    """The member serves on the task force no longer; his sessions end. ``Invalid`` where he does not serve on it."""
    member = _member(member_id)
    serving = _services(member, task_force_id)
    if not serving:
        raise Invalid("This member does not serve on this task force.")
    _end_services(member, serving)
    sessions.end_all(member)
    _record("member.leave", member.id, by=by, task_force=str(task_force_id))


def set_roles(member_id: UUID, roles: Collection[str], *, by: UUID | None = None) -> None:
    """Give the member these portal-wide roles and no other; ends his sessions."""
    member = _member(member_id)
    wanted = _portal_wide(roles)
    member.roles = [row for row in member.roles if row.role in wanted]
    kept = {row.role for row in member.roles}
    member.roles.extend(MemberRole(role=role) for role in wanted if role not in kept)
    sessions.end_all(member)
    _record("member.roles", member.id, by=by, roles=wanted)


def suspend(member_id: UUID, *, by: UUID | None = None) -> None:
    """Put the member out at once, in every browser."""
    member = _member(member_id)
    member.status = MemberStatus.SUSPENDED
    sessions.end_all(member)
    _record("member.suspend", member.id, by=by)


def reinstate(member_id: UUID, *, expires_at: datetime | None = None, by: UUID | None = None) -> None:
    """Let the member in again with the factors he had; no old session comes back.

    An end date stays unless another is given, and one that has passed needs another: ``Invalid`` says so.
    """
    member = _member(member_id)
    until = expires_at or member.expires_at
    if until is not None and until <= clock.now():
        raise Invalid(NEEDS_DATE, {"expires_at": NEEDS_DATE})
    if member.status == MemberStatus.ACTIVE and until == member.expires_at:
        raise Invalid("This member is not suspended.")
    member.status = MemberStatus.ACTIVE
    member.expires_at = until
    sessions.end_all(member)
    throttle.forgive(member.email)
    _record("member.reinstate", member.id, by=by, until=until.isoformat() if until else None)


def reset(member_id: UUID, *, by: UUID | None = None) -> Factors:
    """New factors in place of both; ends the member's sessions and lifts a lock on his sign-in."""
    member = _member(member_id)
    given = Factors(member.id, member.email, passwords.generated(), totp.new_secret())
    member.password_hash = passwords.current().hash(given.password)
    member.totp_secret_sealed = factors.sealed(member.id, given.totp_secret)
    sessions.end_all(member)
    throttle.forgive(member.email)
    _record("member.reset", member.id, by=by)
    return given


def everybody() -> list[Member]:
    """Every member by name, suspended ones too; the listing is recorded."""
    related = (joinedload(Member.agency), selectinload(Member.roles))
    serving = selectinload(Member.services).joinedload(Service.task_force)
    rows = select(Member).options(*related, serving).order_by(Member.name, Member.id)
    found = list(db.session.scalars(rows))
    collector.gather(Entry(act="member.list", details={"members": len(found)}))
    return found


def by_email(typed: str) -> Member | None:
    """The member of this address, whatever his status."""
    address = emails.canonical(typed)
    if address is None:
        return None
    return db.session.scalar(select(Member).where(Member.email == address))


def _member(member_id: UUID) -> Member:
    member = db.session.get(Member, member_id)
    if member is None:
        raise NotFound
    return member


def _services(member: Member, task_force_id: UUID) -> list[Service]:
    """The member's services on the task force that have not ended."""
    now = clock.now()
    return [
        row
        for row in member.services
        if row.task_force_id == task_force_id and (row.until is None or row.until > now)
    ]


def _end_services(member: Member, services: Sequence[Service]) -> None:
    """End them now; one that has not begun before this moment leaves nothing behind."""
    now = clock.now()
    for row in services:
        if row.since < now:
            row.until = now
        else:
            member.services.remove(row)


def _portal_wide(roles: Collection[str]) -> list[str]:
    wrong = sorted(set(roles) - {str(role) for role in PORTAL_WIDE})
    if wrong:
        raise Invalid(
            "Choose roles from the list.", {"roles": "Coordinator comes with a service on a task force."}
        )
    return sorted(set(roles))


def _add_unlike(row: Agency | TaskForce, model: type[Agency] | type[TaskForce]) -> None:
    _add_unique(
        row, Invalid("This name is taken.", {"name": "This name is taken, or looks like one that is."})
    )


def _add_unique(row: Base, error: Invalid) -> None:
    """Store ``row`` now; the database's own constraints decide, so two at once make one."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise error from None


def _record(
    act: str, object_id: UUID, *, by: UUID | None, kind: str = "member", **details: Detail | Sequence[Detail]
) -> None:
    collector.gather(Entry(act=act, actor_id=by, object_kind=kind, object_id=object_id, details=details))
