"""Making compartments: each is born with its key and its rules."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.access.models import Compartment, CompartmentRule
from portal.audit import collector
from portal.audit.record import Entry
from portal.core import ids, text
from portal.core.db import db
from portal.core.errors import Invalid
from portal.keyring import Keyring

TAKEN = "Another compartment has this name, or one that looks like it. Choose a different one."


def create_compartment(
    name: str, *, purpose: str, rules: Sequence[Mapping[str, Any]], keyring: Keyring, by: UUID | None = None
) -> UUID:
    """A compartment and its key; each rule maps ``CompartmentRule`` conditions to values, and holds at least one."""
    name = text.line(name, field="name", limit=120)
    if not rules or not all(any(rule.values()) for rule in rules):
        raise Invalid("Say who is let in: a rule without a condition would let in everybody.")
    if text.skeleton(name) in {
        text.skeleton(known) for known in db.session.scalars(select(Compartment.name))
    }:
        raise Invalid(TAKEN, {"name": TAKEN})
    compartment = Compartment(id=ids.new_id(), name=name, purpose=purpose)
    compartment.rules = [CompartmentRule(id=ids.new_id(), **rule) for rule in rules]
    db.session.add(compartment)
    db.session.flush()
    keyring.add_compartment(compartment.id)
    collector.gather(
        Entry(act="compartment.create", actor_id=by, object_kind="compartment", compartment_id=compartment.id)
    )
    return compartment.id
