"""The one indexer: carries what the outbox promises into the compartments' indexes."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from portal.access.clearance import Clearance, clearance_for_job
from portal.access.models import Compartment
from portal.content import outbox, queries, seals
from portal.content.models import Item
from portal.content.values import Document
from portal.core.db import db
from portal.core.sealing import Sealer
from portal.index import IndexDocument, SearchIndex

BATCH = 200


def index_items(compartment_id: UUID, item_ids: Collection[UUID]) -> None:
    """Put the current version of each item into the index, or take it out where the item is gone."""
    clearance, compartment = _stand_in(compartment_id)
    documents = list(_documents(clearance, item_ids))
    found = {document.item_id for document in documents}
    compartment.index_generation = _index().apply(
        compartment_id,
        _sealer(clearance, compartment_id),
        puts=documents,
        removals=set(item_ids) - found,
        generation=compartment.index_generation,
    )


def compact(compartment_id: UUID) -> None:
    """Merge the index's segments, so that the terms of removed documents are gone from its files."""
    clearance, compartment = _stand_in(compartment_id)
    sealer = _sealer(clearance, compartment_id)
    compartment.index_generation = _index().compact(compartment_id, sealer)


def rebuild(compartment_id: UUID) -> int:
    """Drop the compartment's index and build it anew from the sealed items; returns how many it holds."""
    _, compartment = _stand_in(compartment_id)
    _index().drop(compartment_id)
    compartment.index_generation = 0
    ids = db.session.scalars(select(Item.id).where(Item.compartment_id == compartment_id)).all()
    for start in range(0, len(ids), BATCH):
        index_items(compartment_id, ids[start : start + BATCH])
    return len(ids)


def index_document(document: Document) -> IndexDocument:
    """What the index is told of an item."""
    card = document.card
    publisher = str(document.payload.get("agency", ""))
    return IndexDocument(
        item_id=card.item_id,
        title=card.title,
        body=document.words,
        kind=card.kind.value,
        topics=card.topics,
        agency=" ".join(dict.fromkeys(filter(None, (card.agency, publisher)))),
        task_force=card.task_force,
        marking=card.marking.value,
        dated=card.dated,
    )


def _documents(clearance: Clearance, item_ids: Collection[UUID]) -> Iterator[IndexDocument]:
    rows = queries.items(clearance, item_ids)
    versions = queries.versions(clearance, list(rows))
    sealers = clearance.sealers({row.id: row.compartment_id for row in rows.values()})
    for item_id, row in rows.items():
        card = seals.opened_card(sealers[item_id], row)
        payload = seals.opened_payload(sealers[item_id], versions[item_id])
        yield index_document(Document(card=card, payload=payload))


def _stand_in(compartment_id: UUID) -> tuple[Clearance, Compartment]:
    clearance = clearance_for_job(compartment_id, current_app.extensions["keyring"])
    return clearance, db.session.get_one(Compartment, compartment_id)


def _sealer(clearance: Clearance, compartment_id: UUID) -> Sealer:
    return clearance.sealer(compartment_id, compartment_id)


def _index() -> SearchIndex:
    index: SearchIndex = current_app.extensions["index"]
    return index


def run_jobs(jobs: Sequence[outbox.Job]) -> None:
    """Do one lease's worth of work (all of one kind and compartment) and commit it."""
    kind, compartment_id = jobs[0].kind, jobs[0].compartment_id
    if kind == outbox.INDEX:
        index_items(compartment_id, {job.object_id for job in jobs})
    elif kind == outbox.COMPACT:
        compact(compartment_id)
    elif kind == outbox.BLOB:
        for job in jobs:
            current_app.extensions["blobs"].delete(job.object_id)
    else:
        raise ValueError("the outbox holds a job of an unknown kind")
    outbox.done(jobs)
    db.session.commit()
