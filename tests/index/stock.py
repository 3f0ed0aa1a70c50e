"""Whoosh as it comes, over the same documents: its own files in the clear, its own codec, its own
searcher."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from whoosh import index as whoosh_index
from whoosh.reading import MultiReader
from whoosh.searching import Searcher

from portal.index import IndexDocument
from portal.index.columns import parts_of
from portal.index.queries import understood
from portal.index.schema import content_text, schema
from portal.index.weighting import Formula


def stock_index(folder: Path, documents: Sequence[IndexDocument]) -> whoosh_index.FileIndex:
    """A plain Whoosh index of the documents, in their order."""
    folder.mkdir(parents=True)
    made = whoosh_index.create_in(str(folder), schema())
    writer = made.writer()
    for each in documents:
        content = content_text(each)
        writer.add_document(
            content=content,
            title=each.title,
            topic="\x1e".join(["", *each.topics]),
            agency=each.agency,
            kind=each.kind,
            marking=each.marking,
            words=" ".join(text for text, _ in parts_of(each)),
        )
    writer.commit()
    return made


def searcher(indexes: Sequence[whoosh_index.FileIndex], formula: Formula) -> Searcher:
    """One searcher over several indexes."""
    readers = [each.reader() for each in indexes]
    reader = readers[0] if len(readers) == 1 else MultiReader(readers)
    return Searcher(reader, weighting=formula.model())


def stock_answer(
    whoosh: Searcher, documents: Sequence[IndexDocument], text: str
) -> tuple[int, Mapping[UUID, float]]:
    """How many documents Whoosh finds, and the score of each."""
    matching = understood(text).matching
    if matching is None:
        return 0, {}
    results = whoosh.search(matching, limit=None)
    return len(results), {documents[hit.docnum].item_id: hit.score for hit in results}
