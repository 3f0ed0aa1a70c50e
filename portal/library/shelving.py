"""Puts the starter library, which ships with the portal, on the shelves of an installation."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.access.clearance import Clearance
from portal.content import service as content
from portal.content.models import Kind, Marking
from portal.content.values import Draft, NewAttachment, Saved
from portal.core.text import html_from_plain
from portal.extraction import ATTACHMENT_TYPES
from portal.library.starter_library import starter_documents
from portal.library.template import Template, template_text

ATTACHMENTS = Path(__file__).parent / "starter" / "attachments"


def add_starter_library(
    clearance: Clearance, *, compartments: Mapping[str, UUID], agency_id: UUID, agency: str
) -> list[Saved]:
    """Every starter document in the compartment it names; run again, it changes nothing that did not change."""
    return [
        content.save(
            clearance, _draft(entry, template, compartments[entry["compartment"]], agency_id, agency)
        )
        for entry, template in starter_documents()
    ]


def template_payload(template: Template, agency: str) -> dict[str, Any]:
    """A template as an item's payload: its parts, and its words as the body that search reads."""
    return {**template.as_payload(), "body": html_from_plain(template_text(template)), "agency": agency}


def _draft(
    entry: Mapping[str, Any], template: Template, compartment_id: UUID, agency_id: UUID, agency: str
) -> Draft:
    files = attached_files(template.id)
    payload = template_payload(template, agency)
    # The digests make a changed file a new version, as a changed word does.
    payload["attached"] = {file.name: sha256(file.read_bytes()).hexdigest() for file in files}
    return Draft(
        kind=Kind(template.kind),
        compartment_id=compartment_id,
        marking=Marking(entry["marking"]),
        owner_agency_id=agency_id,
        owner_agency=agency,
        payload=payload,
        dated=date.fromisoformat(entry["dated"]),
        source_key=f"starter|{template.id}",
        attachments=tuple(
            NewAttachment(file.name, ATTACHMENT_TYPES[file.suffix], [file.read_bytes()]) for file in files
        ),
    )


def attached_files(template_id: str) -> list[Path]:
    """The files that go with a starter document, by name."""
    return sorted((ATTACHMENTS / template_id).glob("*.*"))
