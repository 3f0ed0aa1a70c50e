"""The one indexer: carries what the outbox promises into the compartments' indexes."""

import logging
from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from portal.access.clearance import Clearance, clearance_for_job
from portal.access.models import Compartment
from portal.content import outbox, queries, seals
from portal.content.models import Item
from portal.content.values import Document
from portal.core.db import db, reading
from portal.core.errors import Broken
from portal.core.sealing import Sealer
from portal.index import IndexDocument, SearchIndex

BATCH = 200
# A generation that no index reaches, so that one which is being built is not taken for whole.
REBUILDING = 2**31 - 1

log = logging.getLogger(__name__)


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


def erase_items(compartment_id: UUID, item_ids: Collection[UUID]) -> None:
    """Take shredded items out of the index, and merge its segments, so that no term of them is left in its files."""
    index_items(compartment_id, item_ids)
    clearance, compartment = _stand_in(compartment_id)
    compartment.index_generation = _index().compact(compartment_id, _sealer(clearance, compartment_id))


def rebuild(compartment_id: UUID) -> int:
    """Drop the compartment's index and build it anew from the sealed items; returns how many it holds.

    It commits, and holds no lock while it builds. Until it ends (or, where it was killed, is run again)
    searches read titles only and jobs of this compartment wait.
    """
    clearance, compartment = _stand_in(compartment_id)
    compartment.index_generation = REBUILDING
    db.session.commit()
    with reading():
        generation, count = _built_anew(clearance, compartment_id)
    _, compartment = _stand_in(compartment_id)
    compartment.index_generation = generation
    db.session.commit()
    return count


def _built_anew(clearance: Clearance, compartment_id: UUID) -> tuple[int, int]:
    """The new index's generation (0 where there is nothing to index) and how many items it holds."""
    sealer, generation, count = _sealer(clearance, compartment_id), 0, 0
    _index().drop(compartment_id)
    ids = db.session.scalars(select(Item.id).where(Item.compartment_id == compartment_id)).all()
    for start in range(0, len(ids), BATCH):
        documents = _sound_documents(clearance, ids[start : start + BATCH])
        db.session.rollback()
        generation = _index().apply(compartment_id, sealer, puts=documents, generation=generation)
        count += len(documents)
    return generation, count


def _sound_documents(clearance: Clearance, item_ids: Sequence[UUID]) -> list[IndexDocument]:
    """The documents that open; one that was damaged is left out, and told of by its id."""
    try:
        return list(_documents(clearance, item_ids))
    except Broken:
        if len(item_ids) == 1:
            log.warning("The item %s does not open, and was not indexed.", item_ids[0])
            return []
        return [document for each in item_ids for document in _sound_documents(clearance, [each])]


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
    if sealers.keys() != rows.keys():
        raise Broken("An item's key is missing.")
    for item_id, row in rows.items():
        card = seals.opened_card(sealers[item_id], row)
        payload = seals.opened_payload(sealers[item_id], versions[item_id])
        yield index_document(Document(card=card, payload=payload))


def _stand_in(compartment_id: UUID) -> tuple[Clearance, Compartment]:
    """A clearance for the compartment alone, and its row, which no other worker changes before the commit."""
    clearance = clearance_for_job(compartment_id, current_app.extensions["keyring"])
    mine = {"key_share": True}
    return clearance, db.session.get_one(Compartment, compartment_id, with_for_update=mine)


def _sealer(clearance: Clearance, compartment_id: UUID) -> Sealer:
    return clearance.sealer(compartment_id, compartment_id)


def _index() -> SearchIndex:
    index: SearchIndex = current_app.extensions["index"]
    return index


def run_jobs(jobs: Sequence[outbox.LeasedJob]) -> None:
    """Do one lease's worth of work (all of one kind and compartment) and commit it."""
    kind, compartment_id = jobs[0].kind, jobs[0].compartment_id
    if kind == outbox.INDEX:
        index_items(compartment_id, {job.object_id for job in jobs})
    elif kind == outbox.ERASE:
        erase_items(compartment_id, {job.object_id for job in jobs})
    elif kind == outbox.BLOB:
        for job in jobs:
            current_app.extensions["blobs"].delete(job.object_id)
    else:
        raise ValueError("the outbox holds a job of an unknown kind")
    outbox.done(jobs)
    db.session.commit()
