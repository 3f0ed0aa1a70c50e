"""What the access decision knows of a member: ids and kinds, no names. ``accounts`` supplies it."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """The facts, as of now, on which a member's clearance is computed."""

    member_id: UUID
    agency_id: UUID
    agency_kind: str
    roles: frozenset[str]
    task_force_ids: frozenset[UUID]
    coordinates: frozenset[UUID] = frozenset()


class Directory(Protocol):
    """Looks up facts of the present moment; jobs use it to ask again as each receiver."""

    def facts(self, member_id: UUID) -> MemberFacts | None:
        """The facts of an active member; None where there is none."""
