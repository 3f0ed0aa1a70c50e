"""What the tests of the keyring seal, and how they see whether it still opens."""

from dataclasses import dataclass
from uuid import UUID

from flask import Flask

from portal.core.db import db
from portal.core.ids import new_id
from portal.keyring import Keyring

TEXT = b"The safe house is at the old mill."
FIELD = b"body"


@dataclass(frozen=True)
class Item:
    """One sealed field."""

    compartment_id: UUID
    owner_id: UUID
    sealed: bytes


@dataclass(frozen=True)
class World:
    """Compartments and what is sealed in them."""

    compartment_ids: list[UUID]
    items: list[Item]

    def opens(self, ring: Keyring) -> bool:
        """Whether every item opens, each with a query of its own."""
        return all(
            ring.sealer(item.compartment_id, item.owner_id).open(item.sealed, aad=FIELD) == TEXT
            for item in self.items
        )


def make_app(url: str) -> Flask:
    """An application that has the database and nothing else of the portal."""
    app = Flask("keyring")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    with app.app_context():
        db.create_all()
    return app


def make_world(ring: Keyring, *, compartments: int, items: int) -> World:
    """Compartments with items; the caller commits."""
    compartment_ids = [new_id() for _ in range(compartments)]
    for compartment_id in compartment_ids:
        ring.add_compartment(compartment_id)
    return World(compartment_ids, [make_item(ring, i) for i in compartment_ids for _ in range(items)])


def make_item(ring: Keyring, compartment_id: UUID) -> Item:
    """One item with a sealed field."""
    owner_id = new_id()
    ring.add_key(compartment_id, owner_id)
    return Item(compartment_id, owner_id, ring.sealer(compartment_id, owner_id).seal(TEXT, aad=FIELD))
