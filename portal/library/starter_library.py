"""The sample protocols and the legal reference that come with the portal."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from portal.core.errors import Invalid
from portal.library.template import FILING, Template, parse_template

TOPICS = frozenset({
    "first response", "victim identification", "investigation", "federal referral", "joint interviews",
    "child victims", "labor trafficking", "sex trafficking", "victim services", "foreign-national victims",
    "immigration relief", "interpreters", "housing", "asset forfeiture", "media", "information sharing",
    "confidentiality", "roles and responsibilities", "agreements", "statutes", "prosecution", "training",
    "task force management",
})  # fmt: skip


def starter_documents() -> Iterator[tuple[dict[str, Any], Template]]:
    """Each document as written (compartment, marking, date) with its checked template, by file name."""
    folder = files("portal.library") / "starter"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".json"):
            yield _document(entry.name, entry.read_text(encoding="utf-8"))


def _document(name: str, written: str) -> tuple[dict[str, Any], Template]:
    try:
        document = json.loads(written)
        template = parse_template(document)
    except ValueError:
        raise Invalid(f"{name} is not JSON.") from None
    except Invalid as error:
        raise Invalid(f"{name}: {error}") from None
    if any(field not in document for field in FILING):
        raise Invalid(f"{name} must name its {', '.join(FILING)}.")
    return document, template
