"""Search: the indexes of the clearance's compartments find, the rows are asked again, and the page is opened."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import current_app

from portal.access.clearance import Clearance, compartments
from portal.access.policy import Permission
from portal.audit import collector
from portal.audit.record import Entry
from portal.content import queries, seals
from portal.content.models import Item, ItemVersion
from portal.content.values import Card, Document
from portal.core.errors import Broken, Unavailable
from portal.core.sealing import Sealer
from portal.core.text import skeleton
from portal.index import IndexReader, SearchQuery, SearchResults, extract

log = logging.getLogger(__name__)

FALLBACK_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: its card, its compartment's name, and extracts as (text, is a match) pieces."""

    card: Card
    compartment: str
    extract: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results. ``degraded`` says that only titles were searched, because an index does not answer."""

    findings: tuple[Finding, ...]
    total: int
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    did_you_mean: str | None = None
    degraded: bool = False


def search(clearance: Clearance, query: SearchQuery) -> SearchPage:
    """What the clearance may read of what the query asks; the search is recorded without its words."""
    clearance.require(Permission.READ_ITEMS)
    names = {compartment.id: compartment.name for compartment in compartments(clearance)}
    try:
        results = current_app.extensions["index"].search(_readers(clearance), query)
        page = _page(clearance, results, names)
    except (Unavailable, Broken):
        page = _titles_only(clearance, query, names)
    _record(clearance, page)
    return page


def _readers(clearance: Clearance) -> dict[UUID, IndexReader]:
    """A reader for each compartment of the clearance that has an index yet."""
    rows = [row for row in compartments(clearance) if row.index_generation]
    sealers = clearance.sealers({row.id: row.id for row in rows})
    return {row.id: IndexReader(sealers[row.id], row.index_generation) for row in rows}


def _page(clearance: Clearance, results: SearchResults, names: Mapping[UUID, str]) -> SearchPage:
    wanted = [hit.item_id for hit in results.hits]
    rows = queries.items(clearance, wanted)
    versions = queries.versions(clearance, wanted)
    sealers = clearance.sealers({row.id: row.compartment_id for row in rows.values()})
    findings = []
    for item_id in wanted:
        if item_id not in rows:
            continue
        opened = _opened(sealers[item_id], rows[item_id], versions[item_id])
        if opened is not None:
            pieces = extract(opened.words, results.terms)
            findings.append(Finding(opened.card, names[opened.card.compartment_id], tuple(pieces)))
    return SearchPage(tuple(findings), results.total, results.facets, results.did_you_mean)


def _opened(sealer: Sealer, row: Item, version: ItemVersion) -> Document | None:
    """The found item; one that does not open is left out, as of a list, and named in the log by its id."""
    try:
        return Document(card=seals.opened_card(sealer, row), payload=seals.opened_payload(sealer, version))
    except Broken:
        log.error("an item that was found does not open", extra={"item_id": str(row.id)})
        return None


def _titles_only(clearance: Clearance, query: SearchQuery, names: Mapping[UUID, str]) -> SearchPage:
    """Search without an index: the newest titles that hold any of the words."""
    words = [skeleton(word) for word in query.text.split()]
    rows = queries.newest(clearance, limit=FALLBACK_LIMIT)
    found = [
        card
        for card in seals.opened_cards(clearance, rows)
        if any(word and word in skeleton(card.title) for word in words) or not words
    ]
    shown = found[query.offset : query.offset + query.limit]
    findings = tuple(Finding(card, names[card.compartment_id], ()) for card in shown)
    return SearchPage(findings, len(found), {}, degraded=True)


def _record(clearance: Clearance, page: SearchPage) -> None:
    """Who searched, and how many results he saw; the words of a search can tell as much as a document."""
    collector.gather(
        Entry(
            act="item.search",
            outcome="done",
            actor_id=clearance.member_id,
            agency_id=clearance.agency_id,
            details={"total": page.total},
        )
    )
