"""The task forces of a member and the agencies that serve on them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from portal.accounts.models import Agency, AgencyKind, Member, MemberStatus, Service, TaskForce
from portal.core import clock
from portal.core.db import db


@dataclass(frozen=True, slots=True)
class AgencyCard:
    """An agency of a task force."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class TaskForceCard:
    """A task force and its agencies by name."""

    name: str
    agencies: tuple[AgencyCard, ...]


def task_force_cards(task_force_ids: Collection[UUID]) -> list[TaskForceCard]:
    """The given task forces by name, each with the agencies whose active members serve on it now."""
    now = clock.now()
    rows = db.session.execute(
        select(TaskForce.name, Agency.name, Agency.kind)
        .join(Service, Service.task_force_id == TaskForce.id)
        .join(Member, Member.id == Service.member_id)
        .join(Agency, Agency.id == Member.agency_id)
        .where(TaskForce.id.in_(list(task_force_ids)), Member.status == MemberStatus.ACTIVE)
        .where(Service.since <= now, or_(Service.until.is_(None), Service.until > now))
        .distinct()
        .order_by(TaskForce.name, Agency.name)
    )
    cards: dict[str, list[AgencyCard]] = {}
    for force, agency, kind in rows:
        cards.setdefault(force, []).append(AgencyCard(agency, AgencyKind(kind).label))
    return [TaskForceCard(name, tuple(agencies)) for name, agencies in cards.items()]
