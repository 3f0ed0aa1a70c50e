"""What the administrators' pages list: people, agencies, task forces, and the rules of compartments."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from portal.access.models import Compartment, CompartmentRule
from portal.access.policy import Role
from portal.accounts.directory import AccountsDirectory, facts_of, in_force, roles_in_words
from portal.accounts.models import Agency, AgencyKind, Member, MemberStatus, Service, TaskForce
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class CompartmentCard:
    """A compartment as administrators see it: its rules in words."""

    name: str
    purpose: str
    is_closed: bool
    rules: tuple[str, ...]
    grants: int


@dataclass(frozen=True, slots=True)
class GroupLine:
    """An agency or a task force, what sort it is, and how many members it has."""

    name: str
    kind: str
    members: int


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member with what he is at this moment."""

    member: Member
    services: list[Service]
    roles: str


def count_members() -> int:
    """How many members there are."""
    return db.session.scalar(select(func.count()).select_from(Member)) or 0


def members(*, limit: int, offset: int) -> list[MemberLine]:
    """Members by name, each with his services and roles of this moment."""
    related = (selectinload(Member.agency), selectinload(Member.roles))
    serving = selectinload(Member.services).selectinload(Service.task_force)
    rows = select(Member).options(*related, serving).order_by(Member.name, Member.id)
    now = clock.now()
    return [
        MemberLine(member, in_force(member, now), roles_in_words(facts_of(member, now).roles))
        for member in db.session.scalars(rows.limit(limit).offset(offset))
    ]


def member(member_id: UUID) -> Member:
    """One member; ``NotFound`` where there is none."""
    row = db.session.get(Member, member_id)
    if row is None:
        raise NotFound
    return row


def agencies() -> list[GroupLine]:
    """Agencies by name, each with the number of its members who may sign in."""
    counted = func.count(Member.id)
    its_own = (Member.agency_id == Agency.id) & (Member.status == MemberStatus.ACTIVE)
    rows = select(Agency.name, Agency.kind, counted).outerjoin(Member, its_own)
    found = db.session.execute(rows.group_by(Agency.id, Agency.name, Agency.kind).order_by(Agency.name))
    return [GroupLine(name, AgencyKind(kind).label, count) for name, kind, count in found]


def task_forces() -> list[GroupLine]:
    """Task forces by name with their place, each with the number of members who serve on it now."""
    now = clock.now()
    serving = (
        (Service.task_force_id == TaskForce.id)
        & (Service.since <= now)
        & (Service.until.is_(None) | (Service.until > now))
    )
    active = (Member.id == Service.member_id) & (Member.status == MemberStatus.ACTIVE)
    rows = (
        select(TaskForce.name, TaskForce.state, TaskForce.region, func.count(Member.id.distinct()))
        .outerjoin(Service, serving)
        .outerjoin(Member, active)
        .group_by(TaskForce.id, TaskForce.name, TaskForce.state, TaskForce.region)
        .order_by(TaskForce.name)
    )
    return [
        GroupLine(name, ", ".join(filter(None, (region, state))), count)
        for name, state, region, count in db.session.execute(rows)
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
