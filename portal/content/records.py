"""Lines of the trail about items: ids and versions, never a word of them."""

from portal.access.clearance import Clearance
from portal.audit import collector
from portal.audit.record import Detail, Entry
from portal.content.models import Item


def record(clearance: Clearance, act: str, row: Item, **details: Detail) -> None:
    """Record what the holder of the clearance did to an item."""
    collector.gather(
        Entry(
            act=act,
            actor_id=clearance.member_id,
            agency_id=clearance.agency_id,
            object_kind=row.kind,
            object_id=row.id,
            compartment_id=row.compartment_id,
            details=details,
        )
    )
