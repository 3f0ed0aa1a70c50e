"""Segments of arrays as a Whoosh codec, so that Whoosh's own readers and searchers work on them too."""

from array import array
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Segment
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo

from portal.index.cache import ByteCache
from portal.index.columns import Array
from portal.index.segment import Segment
from portal.index.storage import SealedStorage


class ArrayCodec(base.Codec):
    """Reads segments of arrays; they are written by ``segment.written``."""

    length_stats = False

    def new_segment(self, _storage: SealedStorage, indexname: str) -> W3Segment:
        return W3Segment(self, indexname)

    def per_document_reader(self, storage: SealedStorage, segment: W3Segment) -> "DocumentReader":
        return DocumentReader(_segment(storage, segment))

    def terms_reader(self, storage: SealedStorage, segment: W3Segment) -> "TermReader":
        return TermReader(_segment(storage, segment))


def _segment(storage: SealedStorage, listed: W3Segment) -> Segment:
    return Segment(storage, ByteCache(1 << 40), None, listed)


class DocumentReader(base.PerDocumentReader):
    """Counts, removals and field lengths."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def doc_count(self) -> int:
        return int(self._segment.alive.sum())

    def doc_count_all(self) -> int:
        return self._segment.documents

    def has_deletions(self) -> bool:
        return not self._segment.whole

    def is_deleted(self, docnum: int) -> bool:
        return not self._segment.alive[docnum]

    def deleted_docs(self) -> Iterator[int]:
        return iter(np.flatnonzero(~self._segment.alive).tolist())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._lengths(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).max())

    def stored_fields(self, docnum: int) -> dict[str, str]:
        return {"item": self._segment.ids()[docnum].tobytes().hex()}

    def _lengths(self, fieldname: str) -> Array:
        return self._segment.array(f"lengths/{fieldname}")


class TermReader(base.TermsReader):
    """Terms and their postings."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        names = segment.array_names()
        self._fields = sorted(name.removesuffix("/docs") for name in names if name.endswith("/docs"))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return term[0] in self._fields and self._segment.terms(term[0]).number(term[1]) >= 0

    def indexed_field_names(self) -> list[str]:
        return self._fields

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((field, term) for field in self._fields for _, term in self._from(field, b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return ((fieldname, term) for _, term in self._from(fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return (item for field in self._fields for item in self.items_from(field, b""))

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return (((fieldname, term), self._info(fieldname, n)) for n, term in self._from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        number = self._segment.terms(fieldname).number(text) if fieldname in self._fields else -1
        if number < 0:
            raise KeyError(fieldname)
        return self._info(fieldname, number)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        info = self.term_info(fieldname, text)
        number = self._segment.terms(fieldname).number(text)
        docs, weights = self._postings(fieldname, number)
        return ListMatcher(
            docs.tolist(),
            weights.tolist(),
            self._values(fieldname, number, getattr(format_, "encode", None)),
            format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=info,
        )

    def close(self) -> None:
        """Nothing is held open."""

    def _from(self, field: str, prefix: bytes) -> Iterator[tuple[int, bytes]]:
        terms = self._segment.terms(field)
        return ((n, terms[n]) for n in range(terms.at_least(prefix), len(terms)))

    def _postings(self, field: str, number: int) -> tuple[Array, Array]:
        columns = self._segment.columns(field)
        own = slice(columns.starts[number], columns.starts[number + 1])
        docs = columns.docs[own]
        weights = np.ones(len(docs)) if columns.weights is None else columns.weights[own].astype(float)
        return docs, weights

    def _values(self, field: str, number: int, encode: Callable[[list[int]], bytes] | None) -> list[bytes]:
        """The positions of each posting as Whoosh's format encodes them; empty for fields without."""
        starts = self._segment.columns(field).starts
        begin, end = starts[number], starts[number + 1]
        if encode is None or f"{field}/counts" not in self._segment.array_names():
            return [b""] * (end - begin)
        place = int(self._segment.array(f"{field}/places")[number])
        counts = self._segment.array(f"{field}/counts")[begin:end].tolist()
        positions = array(
            "Q", self._segment.array(f"{field}/positions")[place : place + sum(counts)].tolist()
        )
        values = []
        for count in counts:
            values.append(encode(positions[:count].tolist()))
            positions = positions[count:]
        return values

    def _info(self, field: str, number: int) -> TermInfo:
        docs, weights = self._postings(field, number)
        return TermInfo(
            weight=float(weights.sum()),
            df=len(docs),
            minlength=1,
            maxlength=1 << 20,
            maxweight=float(weights.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )
