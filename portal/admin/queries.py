"""What the administrators' pages list: people, rules, and lines of the trail with names put to ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from portal.access.models import Compartment, CompartmentRule
from portal.access.policy import Role
from portal.accounts.directory import AccountsDirectory, in_force
from portal.accounts.models import AgencyKind, Member, Service
from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.db import db, pairs

# What an act is called on the page; the page filters by these.
ACTS = {
    "item.read": "Read a document",
    "item.search": "Searched",
    "item.create": "Added a document",
    "item.update": "Added a version",
    "item.shred": "Deleted a document",
    "attachment.read": "Downloaded an attachment",
    "route.refused": "Was refused a page",
    "sign_in": "Signed in",
    "sign_in.refused": "Was refused at sign-in",
    "sign_out": "Signed out",
    "session.revoke": "Ended a session",
    "member.create": "Added a member",
    "member.suspend": "Suspended a member",
    "member.reinstate": "Reinstated a member",
    "member.serve": "Put a member on a task force",
    "member.roles": "Changed a member's roles",
    "member.reset": "Reset a member's sign-in",
    "agency.create": "Added an agency",
    "task_force.create": "Added a task force",
    "compartment.create": "Added a compartment",
    "attachment.create": "Added an attachment",
    "attachment.shred": "Removed an attachment",
    "key.compartment_added": "Made a compartment's key",
    "key.compartment_rotation_begun": "Began to replace a compartment's key",
    "key.compartment_rotation_interrupted": "Could not finish replacing a compartment's key",
    "key.compartment_rotated": "Replaced a compartment's key",
    "key.master_rotation_begun": "Began to replace the master key",
    "key.master_rotation_interrupted": "Could not finish replacing the master key",
    "key.master_rotated": "Replaced the master key",
    "item.mark": "Changed a document's marking",
    "object.not_found": "Asked for what is not there, or not for him",
    "trail.read": "Read the trail",
}


@dataclass(frozen=True, slots=True)
class CompartmentCard:
    """A compartment as administrators see it: its rules in words."""

    name: str
    purpose: str
    is_closed: bool
    rules: tuple[str, ...]
    grants: int


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line of the trail: who did what to which object, by id."""

    seq: int
    at: datetime
    who: str
    act: str
    outcome: str
    object_id: UUID | None
    compartment: str
    source: str


def count_members() -> int:
    """How many members there are."""
    return db.session.scalar(select(func.count()).select_from(Member)) or 0


def members(*, limit: int, offset: int) -> list[tuple[Member, list[Service]]]:
    """Members by name, each with his services of this moment."""
    related = (selectinload(Member.agency), selectinload(Member.roles))
    serving = selectinload(Member.services).selectinload(Service.task_force)
    rows = select(Member).options(*related, serving).order_by(Member.name, Member.id)
    now = clock.now()
    return [
        (member, in_force(member, now)) for member in db.session.scalars(rows.limit(limit).offset(offset))
    ]


def compartments(directory: AccountsDirectory) -> list[CompartmentCard]:
    """Compartments by name."""
    rows = db.session.scalars(
        select(Compartment)
        .options(selectinload(Compartment.rules), selectinload(Compartment.grants))
        .order_by(Compartment.name)
    ).all()
    rules = [rule for row in rows for rule in row.rules]
    forces = directory.task_force_names([rule.task_force_id for rule in rules if rule.task_force_id])
    agencies = directory.agency_names([rule.agency_id for rule in rules if rule.agency_id])
    return [
        CompartmentCard(
            name=row.name,
            purpose=row.purpose,
            is_closed=row.closed_at is not None,
            rules=tuple(sorted(rule_in_words(rule, {**forces, **agencies}) for rule in row.rules)),
            grants=len(row.grants),
        )
        for row in rows
    ]


def rule_in_words(rule: CompartmentRule, names: dict[UUID, str]) -> str:
    """A rule's conditions as a sentence part, such as "Prosecutor serving on any task force"."""
    parts = []
    if rule.agency_kind:
        parts.append(f"of an agency that is: {AgencyKind(rule.agency_kind).label.lower()}")
    if rule.agency_id:
        parts.append(f"of {names[rule.agency_id]}")
    if rule.role:
        parts.append(f"with the role: {Role(rule.role).label}")
    if rule.task_force_id:
        parts.append(f"serving on the {names[rule.task_force_id]}")
    if rule.any_task_force:
        parts.append("serving on any task force")
    return "Members " + ", ".join(parts)


def trail_lines(events: Iterable[AuditEvent]) -> list[TrailLine]:
    """The events with the names of who acted and of the compartment; items stay ids, for their titles are sealed."""
    rows = list(events)
    actors = {row.actor_id for row in rows if row.actor_id}
    people = pairs(select(Member.id, Member.name).where(Member.id.in_(list(actors))))
    groups = {row.compartment_id for row in rows if row.compartment_id}
    names = pairs(select(Compartment.id, Compartment.name).where(Compartment.id.in_(list(groups))))
    return [
        TrailLine(
            seq=row.seq,
            at=row.at,
            who=people.get(row.actor_id, "Not signed in" if row.actor_id is None else "Former member"),
            act=ACTS.get(row.act, row.act),
            outcome=row.outcome,
            object_id=row.object_id,
            compartment=names.get(row.compartment_id, ""),
            source=row.source,
        )
        for row in rows
    ]
