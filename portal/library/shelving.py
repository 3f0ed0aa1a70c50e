"""Puts the starter library, which ships with the portal, on the shelves of an installation."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from portal.access.clearance import Clearance
from portal.content import service as content
from portal.content.models import Kind, Marking
from portal.content.values import Draft, Saved
from portal.core.text import html_from_plain
from portal.library.starter_library import starter_documents
from portal.library.template import Template, template_text


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
    return Draft(
        kind=Kind(template.kind),
        compartment_id=compartment_id,
        marking=Marking(entry["marking"]),
        owner_agency_id=agency_id,
        owner_agency=agency,
        payload=template_payload(template, agency),
        dated=date.fromisoformat(entry["dated"]),
        source_key=f"starter/{template.id}",
    )
