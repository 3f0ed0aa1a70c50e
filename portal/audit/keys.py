"""What happens to keys goes into the trail, in the transaction in which it happens."""

from typing import Any
from uuid import UUID

from flask import current_app

from portal.audit.collector import gather
from portal.audit.record import Entry


def record_key_event(_sender: Any, *, act: str, compartment_id: UUID | None, renewed: int) -> None:
    """Record an act of the keyring, such as "compartment key rotated" (as ``key.compartment_rotated``)."""
    if "audit" not in current_app.extensions:
        return
    name = act.replace(" key ", "_", 1).replace(" ", "_")
    gather(
        Entry(
            act=f"key.{name}", object_kind="key", compartment_id=compartment_id, details={"renewed": renewed}
        )
    )
