"""Prepare the demonstration: keys, database, people, compartments, starter library, index. Safe to run again."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from portal.access.clearance import clearance_for_operator
from portal.access.compartments import create_compartment
from portal.access.models import Compartment
from portal.access.policy import Role
from portal.accounts import members
from portal.accounts.models import Agency, AgencyKind, Member, TaskForce
from portal.audit.queries import Criteria, count
from portal.content.worker import work_off
from portal.core.db import db, pairs
from portal.demo import people
from portal.demo.people import DemoPerson
from portal.extraction import read_local, read_sidecar
from portal.library.importing import Shelf, Upload, import_document, read_upload
from portal.library.shelving import add_starter_library

ACCOUNTS_FILE = "demo-accounts.json"
TEXTS = Path(__file__).parent / "texts"
# Which of the demonstration's own texts goes into which compartment: a folder of ``texts`` each.
SHELVES = {
    "houston": "Houston task force",
    "all": people.ALL_TASK_FORCES,
    "law-enforcement": people.LAW_ENFORCEMENT,
}


def prepare(say: Callable[[str], None]) -> None:
    """Bring the demonstration to its full state, saying each step."""
    _trail_key()
    say("People, agencies and compartments")
    agencies = _agencies()
    forces = _task_forces()
    compartments = _compartments(forces)
    _people(agencies, forces)
    db.session.commit()
    say("Starter library")
    _library(agencies, forces, compartments)
    db.session.commit()
    say("Search index")
    work_off()


def _trail_key() -> None:
    """The trail's first key, where nothing has been recorded yet."""
    key_file = current_app.extensions["audit"].key_file
    if not key_file.path.exists() and count(Criteria()) == 0:
        key_file.create()


def _agencies() -> dict[str, UUID]:
    known = pairs(select(Agency.name, Agency.id))
    for name, kind in people.AGENCIES.items():
        if name not in known:
            known[name] = members.create_agency(name, kind).id
    return known


def _task_forces() -> dict[str, UUID]:
    known = pairs(select(TaskForce.name, TaskForce.id))
    for name, (state, region) in people.TASK_FORCES.items():
        if name not in known:
            known[name] = members.create_task_force(name, state=state, region=region).id
    return known


# A compartment's name, its purpose and its rules.
Wanted = tuple[str, str, list[dict[str, Any]]]


def _compartments(forces: dict[str, UUID]) -> dict[str, UUID]:
    known = pairs(select(Compartment.name, Compartment.id))
    for name, purpose, rules in (*_shared_compartments(), *_own_compartments(forces)):
        if name not in known:
            known[name] = create_compartment(
                name, purpose=purpose, rules=rules, keyring=current_app.extensions["keyring"]
            )
    return known


def _shared_compartments() -> Iterator[Wanted]:
    everybody: list[dict[str, Any]] = [
        {"any_task_force": True},
        {"role": Role.BJA_STAFF},
        {"role": Role.LIBRARIAN},
    ]
    yield people.ALL_TASK_FORCES, "Members of every task force, and the staff of BJA.", everybody
    officers = [
        {"agency_kind": AgencyKind(kind), "any_task_force": True} for kind in people.LAW_ENFORCEMENT_KINDS
    ]
    purpose = "Police, sheriffs, federal agents and prosecutors who serve on a task force."
    yield people.LAW_ENFORCEMENT, purpose, officers


def _own_compartments(forces: dict[str, UUID]) -> Iterator[Wanted]:
    """For each task force one for all of it, and one for its law enforcement."""
    for name in people.TASK_FORCES:
        force = forces[name]
        yield name, f"Everyone who serves on the {name}.", [{"task_force_id": force}]
        officers = [
            {"task_force_id": force, "agency_kind": AgencyKind(kind)} for kind in people.LAW_ENFORCEMENT_KINDS
        ]
        purpose = f"Police, federal agents and prosecutors who serve on the {name}."
        yield f"{name}, law enforcement", purpose, officers


def _people(agencies: dict[str, UUID], forces: dict[str, UUID]) -> None:
    """Make whoever is missing; the file of sign-ins is written before the rows that need it are committed."""
    known = set(db.session.scalars(select(Member.email)))
    accounts = _read_accounts()
    for person in people.PEOPLE:
        email = f"{person.mailbox}@demo.example"
        if email not in known:
            accounts[email] = _add_person(person, email, agencies, forces)
    _write_accounts(list(accounts.values()))


def _add_person(
    person: DemoPerson, email: str, agencies: dict[str, UUID], forces: dict[str, UUID]
) -> dict[str, str]:
    portal_wide = () if person.task_force else (person.role,)
    new = members.NewMember(
        email=email,
        name=person.name,
        agency_id=agencies[person.agency],
        position=person.position,
        roles=portal_wide,
    )
    factors = members.create_member(new)
    if person.task_force:
        is_coordinator = person.role == Role.COORDINATOR
        members.add_service(factors.member_id, forces[person.task_force], is_coordinator=is_coordinator)
    return {
        "name": person.name,
        "email": email,
        "password": factors.password,
        "totp_secret": factors.totp_secret,
        "role": person.role.value,
        "agency": person.agency,
        "agency_kind": people.AGENCIES[person.agency].value,
        "task_force": person.task_force,
    }


def _accounts_path() -> Path:
    return Path(current_app.config["INSTANCE"]) / ACCOUNTS_FILE


def _read_accounts() -> dict[str, dict[str, str]]:
    path = _accounts_path()
    if not path.exists():
        return {}
    return {account["email"]: account for account in json.loads(path.read_text())}


def _write_accounts(accounts: list[dict[str, str]]) -> None:
    """Readable by the owner alone from its first byte on; replaced whole."""
    path = _accounts_path()
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(accounts, file, indent=2)
    fresh.replace(path)


def _library(agencies: dict[str, UUID], forces: dict[str, UUID], compartments: dict[str, UUID]) -> None:
    bureau = "Bureau of Justice Assistance"
    named = {name: compartments[name] for name in (people.ALL_TASK_FORCES, people.LAW_ENFORCEMENT)}
    clearance = clearance_for_operator(compartments.values(), current_app.extensions["keyring"])
    add_starter_library(clearance, compartments=named, agency_id=agencies[bureau], agency=bureau)
    for folder, compartment in SHELVES.items():
        force = compartment if compartment in forces else ""
        shelf = Shelf(
            compartment_id=compartments[compartment],
            owner_agency_id=agencies["Houston Police Department" if force else bureau],
            owner_agency="Houston Police Department" if force else bureau,
            task_force_id=forces[force] if force else None,
            task_force=force,
        )
        for file in sorted((TEXTS / folder).glob("*.md")):
            _import_text(clearance, shelf, file)


def _import_text(clearance: Any, shelf: Shelf, file: Path) -> None:
    upload = Upload(file.name, read_local(file), read_sidecar(read_local(file.with_suffix(".json"))))
    extracted = read_upload(current_app.extensions["extractor"], upload)
    import_document(clearance, upload=upload, extracted=extracted, shelf=shelf)
