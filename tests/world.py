"""A small world to test in: agencies, task forces, groups, one of each kind of person, and items in each group."""

import random
import uuid
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from portal import create_app
from portal.access.clearance import Clearance, clearance_for_operator
from portal.access.models import Compartment, CompartmentRule
from portal.accounts import members
from portal.accounts.members import Factors, NewMember
from portal.content import service as content
from portal.content.models import Kind, Marking
from portal.content.values import Draft, NewAttachment
from portal.content.worker import work_off
from portal.core import ids
from portal.core.db import db
from portal.keyring import FileKeyManager

LAW_ENFORCEMENT = ("local_law_enforcement", "federal_law_enforcement", "prosecutor")

AGENCIES = {
    "Bureau": "grant_maker",
    "Houston Police": "local_law_enforcement",
    "Gulf Harbor": "victim_service_provider",
    "Phoenix Police": "local_law_enforcement",
}
TASK_FORCES = ("Houston task force", "Phoenix task force")

# Who there is: name -> (agency, portal-wide roles, task force, coordinates it).
PEOPLE: dict[str, tuple[str, tuple[str, ...], str, bool]] = {
    "detective": ("Houston Police", (), "Houston task force", False),
    "advocate": ("Gulf Harbor", (), "Houston task force", False),
    "coordinator": ("Houston Police", (), "Houston task force", True),
    "neighbour": ("Phoenix Police", (), "Phoenix task force", False),
    "bja": ("Bureau", ("bja_staff",), "", False),
    "librarian": ("Bureau", ("librarian",), "", False),
    "administrator": ("Bureau", ("administrator",), "", False),
    "auditor": ("Bureau", ("auditor",), "", False),
}
# Which group each may read.
READS: dict[str, frozenset[str]] = {
    "detective": frozenset({"all", "law", "houston"}),
    "advocate": frozenset({"all", "houston"}),
    "coordinator": frozenset({"all", "law", "houston"}),
    "neighbour": frozenset({"all", "law", "phoenix"}),
    "bja": frozenset({"all"}),
    "librarian": frozenset({"all"}),
    "administrator": frozenset(),
    "auditor": frozenset(),
}
GROUPS = ("all", "law", "houston", "phoenix")


def settings(folder: Path, **changes: Any) -> dict[str, Any]:
    """The configuration of a test installation below ``folder``; keys, blobs and index are real files."""
    made = {
        "PORTAL_ENV": "test",
        "TESTING": True,
        "INSTANCE": folder,
        "SQLALCHEMY_DATABASE_URI": "sqlite://",
        "KEY_FILE": folder / "keys" / "master.key",
        "AUDIT_KEY_FILE": folder / "keys" / "audit.key",
        "BLOB_FOLDER": folder / "attachments",
        "INDEX_FOLDER": folder / "index",
        "TRUSTED_HOSTS": ["localhost", "127.0.0.1"],
        "SESSION_COOKIE_NAME": "__Host-portal",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "HSTS": True,
        "PASSWORD_PASSES": 1,
        "PASSWORD_MEMORY_KIB": 8,
    }
    return {**made, **changes}


def new_app(folder: Path, **changes: Any) -> Flask:
    """An application with keys and an empty database."""
    (folder / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
    FileKeyManager.create(folder / "keys" / "master.key")
    app = create_app(settings(folder, **changes))
    with app.app_context():
        db.create_all()
    app.extensions["audit"].key_file.create()
    return app


def numbered_ids(seed: str) -> AbstractContextManager[None]:
    """Identifiers drawn from ``seed``, so that two worlds can give the same things the same ids."""
    source = random.Random(seed)
    return ids.using(lambda: uuid.UUID(int=source.getrandbits(128), version=4))


@dataclass
class World:
    """The application and what was put into it, by short names."""

    app: Flask
    agencies: dict[str, UUID] = field(default_factory=dict)
    task_forces: dict[str, UUID] = field(default_factory=dict)
    groups: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, Factors] = field(default_factory=dict)
    items: dict[str, UUID] = field(default_factory=dict)

    def operator(self, groups: Collection[str] = GROUPS) -> Clearance:
        """A clearance that writes into the groups."""
        return clearance_for_operator([self.groups[name] for name in groups], self.app.extensions["keyring"])

    def add(self, group: str, title: str, body: str = "", **changes: Any) -> UUID:
        """A new item in the group; an application context is open."""
        draft = self.draft(group, title, body, **changes)
        item_id = content.save(self.operator(), draft).item_id
        self.items[title] = item_id
        return item_id

    def draft(self, group: str, title: str, body: str = "", **changes: Any) -> Draft:
        """What ``add`` saves."""
        payload = {"title": title, "topics": ["housing"], "body": f"<p>{body or title}</p>", "agency": ""}
        made: dict[str, Any] = {
            "kind": Kind.REFERENCE,
            "compartment_id": self.groups[group],
            "marking": Marking.LES if group == "law" else Marking.NONE,
            "owner_agency_id": self.agencies["Bureau"],
            "owner_agency": "Bureau",
            "payload": {**payload, **changes.pop("payload", {})},
            "dated": date(2025, 3, 1),
        }
        return Draft(**{**made, **changes})

    def inside(self, act: Callable[[], Any]) -> Any:
        """Run ``act`` in an application context and commit."""
        with self.app.app_context():
            done = act()
            db.session.commit()
            work_off()
            return done


def populate(app: Flask) -> World:
    """People, agencies and groups, without items."""
    world = World(app)
    with app.app_context(), numbered_ids("people"):
        for name, kind in AGENCIES.items():
            world.agencies[name] = members.create_agency(name, kind).id
        for name in TASK_FORCES:
            world.task_forces[name] = members.create_task_force(name, state="Texas").id
        _add_groups(world)
        _add_people(world)
        db.session.commit()
    return world


def _add_groups(world: World) -> None:
    rules: dict[str, list[dict[str, Any]]] = {
        "all": [{"any_task_force": True}, {"role": "bja_staff"}, {"role": "librarian"}],
        "law": [{"agency_kind": kind, "any_task_force": True} for kind in LAW_ENFORCEMENT],
        "houston": [{"task_force_id": world.task_forces["Houston task force"]}],
        "phoenix": [{"task_force_id": world.task_forces["Phoenix task force"]}],
    }
    for name, conditions in rules.items():
        row = Compartment(id=ids.new_id(), name=f"{name} group", purpose="")
        row.rules = [CompartmentRule(id=ids.new_id(), **rule) for rule in conditions]
        db.session.add(row)
        db.session.flush()
        world.app.extensions["keyring"].add_compartment(row.id)
        world.groups[name] = row.id


def _add_people(world: World) -> None:
    for name, (agency, roles, force, coordinates) in PEOPLE.items():
        new = NewMember(
            email=f"{name}@example.gov",
            name=f"{name.title()} Person",
            agency_id=world.agencies[agency],
            roles=roles,
        )
        world.people[name] = members.create_member(new)
        if force:
            member_id = world.people[name].member_id
            members.add_service(member_id, world.task_forces[force], is_coordinator=coordinates)


# The words that only the items of a group hold; tests search for them.
SECRET_WORDS = {"all": "quartz", "law": "obsidian", "houston": "feldspar", "phoenix": "malachite"}


def add_items(world: World, group: str) -> None:
    """Six items of several kinds in the group, with attachments, versions, and one that was shredded."""
    word = SECRET_WORDS[group]
    with world.app.app_context(), numbered_ids(f"items {group}"):
        for number, kind in enumerate((Kind.PROTOCOL, Kind.TRAINING, Kind.REFERENCE, Kind.REFERENCE)):
            world.add(
                group,
                f"{word} document {number} on shelters",
                f"Safe housing and {word} interpreters, clause {number}.",
                kind=kind,
                dated=date(2020 + number + len(group), 5, 1),
                payload={"topics": ["housing", f"{word} topic"]},
                task_force=f"{word} force",
            )
        _add_with_attachment(world, group, word)
        _add_with_versions(world, group, word)
        gone = world.add(group, f"{word} shredded")
        content.shred(world.operator(), gone)
        db.session.commit()
        work_off()


def _add_with_attachment(world: World, group: str, word: str) -> None:
    file = NewAttachment(name=f"{word}.pdf", media_type="application/pdf", chunks=[b"%PDF " + word.encode()])
    world.add(group, f"{word} attached", attachments=(file,))


def _add_with_versions(world: World, group: str, word: str) -> None:
    world.add(group, f"{word} versions", "first words", source_key=f"{word}.md")
    world.add(group, f"{word} versions", "second words", source_key=f"{word}.md")
