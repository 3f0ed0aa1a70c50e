"""New segments: from documents, and from older segments joined without their removed documents."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from portal.index.columns import (
    GAP,
    TEXT_FIELDS,
    Array,
    Postings,
    Stream,
    Vocabulary,
    exact_postings,
    from_tokens,
    lengths_of,
    narrow,
    parts_of,
    without_positions,
)
from portal.index.port import IndexDocument


@dataclass(slots=True)
class Part:
    """A segment's content in memory. ``dated`` is a day's ordinal, 0 where there is none."""

    ids: Array
    dated: Array
    lengths: dict[str, Array]
    postings: dict[str, Postings]


def part_of_documents(documents: Sequence[IndexDocument]) -> Part:
    """The segment of these documents, numbered in their order."""
    vocabulary = Vocabulary()
    streams = {name: Stream() for name in TEXT_FIELDS}
    for number, document in enumerate(documents):
        _add_document(streams, vocabulary, number, document)
    stems, stem_of = vocabulary.stemmed()
    postings = {name: _stemmed(streams[name], stems, stem_of) for name in TEXT_FIELDS}
    postings["words"] = without_positions(from_tokens(vocabulary.words, *streams["content"].arrays()))
    postings |= _exact(documents)
    return Part(
        ids=np.frombuffer(b"".join(each.item_id.bytes for each in documents), np.uint8).reshape(-1, 16),
        dated=np.array([each.dated.toordinal() if each.dated else 0 for each in documents], np.int32),
        lengths={name: streams[name].lengths(len(documents)) for name in TEXT_FIELDS},
        postings=postings,
    )


def _add_document(
    streams: dict[str, Stream], vocabulary: Vocabulary, number: int, document: IndexDocument
) -> None:
    position = 0
    for text, weight in parts_of(document):
        numbers = vocabulary.numbers(text)
        after = streams["content"].add(number, numbers, weight=weight, position=position)
        if not position:
            streams["title"].add(number, numbers, weight=1, position=0)
        position = after + GAP
    streams["agency"].add(number, vocabulary.numbers(document.agency), weight=1, position=0)
    position = 0
    for topic in document.topics:
        position = GAP + streams["topic"].add(number, vocabulary.numbers(topic), weight=1, position=position)


def _stemmed(stream: Stream, stems: Sequence[str], stem_of: Array) -> Postings:
    ids, docs, weights, positions = stream.arrays()
    return from_tokens(stems, stem_of[ids] if len(ids) else ids, docs, weights, positions)


def _exact(documents: Sequence[IndexDocument]) -> dict[str, Postings]:
    numbered = list(enumerate(documents))
    return {
        "kind": exact_postings((n, each.kind) for n, each in numbered if each.kind),
        "marking": exact_postings((n, each.marking) for n, each in numbered if each.marking),
        "task_force": exact_postings((n, each.task_force) for n, each in numbered if each.task_force),
        "topics": exact_postings((n, topic) for n, each in numbered for topic in dict.fromkeys(each.topics)),
    }


def joined(parts: Sequence[tuple[Part, Array]]) -> Part:
    """One segment of several, each with the mask of its documents that are still there."""
    numbers = _renumbered([alive for _, alive in parts])
    return Part(
        ids=np.concatenate([part.ids[alive] for part, alive in parts]),
        dated=np.concatenate([part.dated[alive] for part, alive in parts]),
        lengths={
            name: np.concatenate([part.lengths[name][alive] for part, alive in parts])
            for name in parts[0][0].lengths
        },
        postings={
            name: _joined_postings([part.postings[name] for part, _ in parts], numbers)
            for name in parts[0][0].postings
        },
    )


def _renumbered(masks: Sequence[Array]) -> list[Array]:
    """For each segment the new number of each document, -1 for the removed."""
    numbers, base = [], 0
    for alive in masks:
        numbers.append(np.where(alive, np.cumsum(alive) - 1 + base, -1))
        base += int(alive.sum())
    return numbers


def _joined_postings(fields: Sequence[Postings], numbers: Sequence[Array]) -> Postings:
    terms = sorted(set().union(*(field.terms for field in fields)))
    place = {term: n for n, term in enumerate(terms)}
    of_term = np.concatenate([_term_of_posting(field, place) for field in fields])
    docs = np.concatenate([new[field.docs] for field, new in zip(fields, numbers, strict=True)])
    order = np.argsort(of_term, kind="stable")
    order = order[docs[order] >= 0]
    held, starts = np.unique(of_term[order], return_index=True)
    result = Postings(
        [terms[n] for n in held], np.r_[starts, len(order)].astype(np.uint32), narrow(docs[order])
    )
    if fields[0].positions is not None:
        _join_positions(result, fields, order)
    return result


def _term_of_posting(field: Postings, place: dict[bytes, int]) -> Array:
    places = np.array([place[term] for term in field.terms], np.int64)
    return np.repeat(places, lengths_of(field.starts))


def _join_positions(result: Postings, fields: Sequence[Postings], order: Array) -> None:
    counts = np.concatenate([field.counts for field in fields]).astype(np.int64)
    weights = np.concatenate([field.weights for field in fields]).astype(np.int64)
    positions = np.concatenate([field.positions for field in fields]).astype(np.int64)
    begins = np.cumsum(counts) - counts
    result.counts, result.weights = narrow(counts[order]), narrow(weights[order])
    result.positions = narrow(positions[ranges(begins[order], counts[order])])


def ranges(begins: Array, lengths: Array) -> Array:
    """The numbers ``begins[i] .. begins[i] + lengths[i] - 1`` of all i, one after the other."""
    lengths = lengths.astype(np.int64)
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(begins - before, lengths)
