"""Who people are at this moment: facts for the access decision, and names for pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.access.facts import MemberFacts
from portal.access.policy import Role
from portal.accounts.models import Agency, Member, MemberStatus, Service, TaskForce
from portal.core import clock
from portal.core.db import db


@dataclass(frozen=True, slots=True)
class MemberCard:
    """A member as other members see him."""

    member_id: UUID
    name: str
    position: str
    agency_name: str


class AccountsDirectory:
    """The ``access.facts.Directory`` over the accounts' tables."""

    def facts(self, member_id: UUID) -> MemberFacts | None:
        """The facts of an active member whose account has not expired; None for anybody else."""
        member = loaded(member_id)
        if member is None or not may_use(member, clock.now()):
            return None
        return facts_of(member, clock.now())

    def agency_names(self, agency_ids: Collection[UUID]) -> dict[UUID, str]:
        """Names by id; an id that is no agency's is left out."""
        rows = select(Agency.id, Agency.name).where(Agency.id.in_(list(agency_ids)))
        return {row.id: row.name for row in db.session.execute(rows)}

    def task_force_names(self, task_force_ids: Collection[UUID]) -> dict[UUID, str]:
        """Names by id; an id that is no task force's is left out."""
        rows = select(TaskForce.id, TaskForce.name).where(TaskForce.id.in_(list(task_force_ids)))
        return {row.id: row.name for row in db.session.execute(rows)}

    def member_cards(self, member_ids: Collection[UUID]) -> dict[UUID, MemberCard]:
        """Cards by id, of suspended members too: what they signed keeps their name."""
        rows = (
            select(Member.id, Member.name, Member.position, Agency.name.label("agency_name"))
            .join(Agency)
            .where(Member.id.in_(list(member_ids)))
        )
        return {
            row.id: MemberCard(row.id, row.name, row.position, row.agency_name)
            for row in db.session.execute(rows)
        }


def loaded(member_id: UUID) -> Member | None:
    """A member with everything that facts need, in three statements."""
    wanted = select(Member).where(Member.id == member_id).options(*FOR_FACTS)
    return db.session.scalar(wanted)


FOR_FACTS = (
    joinedload(Member.agency),
    selectinload(Member.roles),
    selectinload(Member.services).joinedload(Service.task_force),
)


def may_use(member: Member, now: datetime) -> bool:
    """Whether the member may use the portal at all."""
    expired = member.expires_at is not None and member.expires_at <= now
    return member.status == MemberStatus.ACTIVE and not expired


def facts_of(member: Member, now: datetime) -> MemberFacts:
    """The facts of ``member`` at ``now``: a service makes a member, a coordinating one a coordinator too."""
    services = in_force(member, now)
    coordinates = frozenset(service.task_force_id for service in services if service.is_coordinator)
    roles = {Role(row.role) for row in member.roles}
    roles |= {Role.MEMBER} if services else set()
    roles |= {Role.COORDINATOR} if coordinates else set()
    return MemberFacts(
        member_id=member.id,
        agency_id=member.agency_id,
        agency_kind=member.agency.kind,
        roles=frozenset(str(role) for role in roles),
        task_force_ids=frozenset(service.task_force_id for service in services),
        coordinates=coordinates,
    )


def roles_in_words(roles: Collection[str]) -> str:
    """The roles as every page shows them: "Member" only where there is no other."""
    shown = [role.label for role in Role if role in roles and role is not Role.MEMBER]
    return ", ".join(shown) or Role.MEMBER.label


def in_force(member: Member, now: datetime) -> list[Service]:
    """The member's services that have begun and not ended."""
    return [
        service
        for service in member.services
        if service.since <= now and (service.until is None or service.until > now)
    ]
