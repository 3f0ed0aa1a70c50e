"""The clearance: the member, what he may do and which compartments he may read now.

It is the only way to a key, so decryption is the access check: code that forgets to ask fails to open the
field. It is computed afresh for every request and every job; nothing keeps one for later.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import or_, select

from portal.access.facts import MemberFacts
from portal.access.models import Compartment, CompartmentGrant, CompartmentRule
from portal.access.policy import Permission, permissions_of
from portal.access.rules import admits, compartments_of, holds_law_enforcement_only
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, Refused
from portal.core.sealing import Sealer
from portal.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Clearance:
    """What one member may do and read at this moment. An empty set of compartments reads nothing."""

    member_id: UUID | None
    agency_id: UUID | None
    permissions: frozenset[Permission]
    compartments: frozenset[UUID]
    task_force_ids: frozenset[UUID] = frozenset()
    writable: frozenset[UUID] = frozenset()
    _keyring: Keyring | None = field(default=None, repr=False, compare=False)

    def require(self, permission: Permission) -> None:
        """Raise ``Refused`` where the member may not do this kind of act."""
        if permission not in self.permissions:
            raise Refused("Your role does not include this. Ask the portal's administrator if it should.")

    def sealer(self, compartment_id: UUID, owner_id: UUID) -> Sealer:
        """The sealer of one item, attachment or index; ``NotFound`` outside the compartments."""
        if compartment_id not in self.compartments:
            raise NotFound
        return self._ring.sealer(compartment_id, owner_id)

    def sealers(self, owners: Mapping[UUID, UUID]) -> Mapping[UUID, Sealer]:
        """Sealers for many owners at once; ``owners`` maps an owner's id to its compartment's."""
        if not self.compartments.issuperset(owners.values()):
            raise NotFound
        return self._ring.sealers(owners)

    @property
    def _ring(self) -> Keyring:
        if self._keyring is None:
            raise NotFound
        return self._keyring


def clearance_for(facts: MemberFacts, keyring: Keyring) -> Clearance:
    """The member's clearance now. A member who holds no ``READ_ITEMS`` reads no compartment, whatever the rules say."""
    permissions = permissions_of(facts.roles)
    readable = _readable(facts) if Permission.READ_ITEMS in permissions else frozenset()
    return Clearance(
        member_id=facts.member_id,
        agency_id=facts.agency_id,
        permissions=permissions,
        compartments=readable,
        task_force_ids=facts.task_force_ids,
        writable=_writable(facts, readable, permissions),
        _keyring=keyring,
    )


def clearance_for_job(compartment_id: UUID, keyring: Keyring) -> Clearance:
    """The clearance of the indexer while it serves one compartment: that compartment, and no permission at all."""
    return Clearance(
        member_id=None,
        agency_id=None,
        permissions=frozenset(),
        compartments=frozenset({compartment_id}),
        _keyring=keyring,
    )


def clearance_for_operator(compartment_ids: Collection[UUID], keyring: Keyring) -> Clearance:
    """For commands on the machine itself, whose operator holds the key file: writes into the named compartments."""
    named = frozenset(compartment_ids)
    permissions = frozenset({Permission.IMPORT_ITEMS})
    return Clearance(None, None, permissions, named, writable=named, _keyring=keyring)


def _readable(facts: MemberFacts) -> frozenset[UUID]:
    is_open = Compartment.closed_at.is_(None)
    rules = db.session.scalars(select(CompartmentRule).join(Compartment).where(is_open, _may_concern(facts)))
    grants = db.session.scalars(
        select(CompartmentGrant)
        .join(Compartment)
        .where(is_open, CompartmentGrant.member_id == facts.member_id)
    )
    return compartments_of(facts, rules=rules, grants=grants, now=clock.now())


def _may_concern(facts: MemberFacts):  # type: ignore[no-untyped-def]
    """Leaves out the rules of other task forces, which are most of the table; ``rules.admits`` decides."""
    return or_(
        CompartmentRule.task_force_id.is_(None), CompartmentRule.task_force_id.in_(list(facts.task_force_ids))
    )


def _writable(
    facts: MemberFacts, readable: frozenset[UUID], permissions: frozenset[Permission]
) -> frozenset[UUID]:
    """A librarian or BJA writes wherever they read; a coordinator only into his own task forces' compartments."""
    if Permission.IMPORT_TO_ALL in permissions:
        return readable
    if Permission.IMPORT_ITEMS not in permissions:
        return frozenset()
    rules = db.session.scalars(
        select(CompartmentRule).where(
            CompartmentRule.task_force_id.in_(list(facts.coordinates)),
            CompartmentRule.compartment_id.in_(list(readable)),
        )
    )
    return frozenset(rule.compartment_id for rule in rules if admits(rule, facts))


def compartments(clearance: Clearance) -> list[Compartment]:
    """The compartments that the clearance reads, by name."""
    rows = (
        select(Compartment).where(Compartment.id.in_(list(clearance.compartments))).order_by(Compartment.name)
    )
    return list(db.session.scalars(rows))


def is_law_enforcement_only(compartment_id: UUID) -> bool:
    """Whether a compartment lets in nobody outside law enforcement: by its rules alone, and nobody by name."""
    row = db.session.get_one(Compartment, compartment_id)
    return holds_law_enforcement_only(row.rules) and not row.grants


def task_force_of(compartment_id: UUID) -> UUID | None:
    """The one task force that a compartment is for; None where its rules name none, or several."""
    rows = select(CompartmentRule.task_force_id).where(CompartmentRule.compartment_id == compartment_id)
    named = set(db.session.scalars(rows))
    return named.pop() if len(named) == 1 else None
