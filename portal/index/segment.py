"""One segment: an immutable file of arrays, and what is read of it."""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from whoosh.codec.whoosh3 import W3Segment

from portal.index.build import Part
from portal.index.bundle import Bundle, packed
from portal.index.cache import ByteCache
from portal.index.columns import Array, Postings
from portal.index.storage import SealedStorage

EXTENSION = ".arr"
_SMALL = 256
_TERM_COLUMNS = ("starts", "docs", "weights", "counts", "positions")


def arrays_of(part: Part) -> dict[str, Array]:
    """``part`` as the named arrays of a segment's file."""
    arrays = {"ids": part.ids.reshape(-1), "dated": part.dated}
    for name, lengths in part.lengths.items():
        arrays[f"lengths/{name}"] = lengths
    for name, postings in part.postings.items():
        arrays |= {f"{name}/{key}": values for key, values in _field_arrays(postings).items()}
    return arrays


def _field_arrays(postings: Postings) -> dict[str, Array]:
    ends = np.cumsum([len(term) for term in postings.terms], dtype=np.uint32)
    arrays: dict[str, Array] = {
        "terms": np.frombuffer(b"".join(postings.terms), np.uint8),
        "offsets": np.r_[np.uint32(0), ends].astype(np.uint32),
        "starts": postings.starts,
        "docs": postings.docs,
    }
    if postings.weights is not None and postings.counts is not None and postings.positions is not None:
        before = np.r_[0, np.cumsum(postings.counts, dtype=np.int64)]
        arrays["weights"], arrays["counts"] = postings.weights, postings.counts
        arrays["positions"] = postings.positions
        arrays["places"] = before[postings.starts].astype(np.uint32)
    return arrays


def written(storage: SealedStorage, whoosh_segment: W3Segment, part: Part) -> W3Segment:
    """Write ``part`` as the file of ``whoosh_segment``, durably."""
    storage.write(whoosh_segment.make_filename(EXTENSION), packed(arrays_of(part)))
    whoosh_segment.set_doc_count(len(part.dated))
    return whoosh_segment


class Terms:
    """The sorted terms of one field; found by halving, without making an object of each."""

    __slots__ = ("_blob", "offsets")

    def __init__(self, blob: Array, offsets: Array) -> None:
        self._blob = blob.tobytes()
        self.offsets = memoryview(offsets.data)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> bytes:
        return self._blob[self.offsets[number] : self.offsets[number + 1]]

    @property
    def blob(self) -> bytes:
        return self._blob

    @property
    def size(self) -> int:
        return len(self._blob) + 4 * len(self.offsets)

    def at_least(self, term: bytes) -> int:
        """The number of the first term that is not before ``term``."""
        return bisect_left(range(len(self)), term, key=self.__getitem__)

    def number(self, term: bytes) -> int:
        """The number of ``term``, or -1."""
        number = self.at_least(term)
        return number if number < len(self) and self[number] == term else -1


class Columns(NamedTuple):
    """A field's terms, and the postings of term ``t`` at ``starts[t]:starts[t+1]`` of the other columns."""

    terms: Terms
    starts: memoryview
    docs: Array
    weights: Array | None


class Segment:
    """Reads one segment. Arrays are opened once and kept in the shared cache; removed documents are masked
    here."""

    def __init__(
        self, storage: SealedStorage, cache: ByteCache, compartment_id: UUID | None, listed: W3Segment
    ) -> None:
        self._storage = storage
        self._cache = cache
        self._key = compartment_id.bytes if compartment_id else b"", listed.segment_id()
        self._file = listed.make_filename(EXTENSION)
        self.documents: int = listed.doc_count_all()
        self.alive = np.ones(self.documents, bool)
        self.alive[list(listed.deleted_docs())] = False
        self.whole = bool(self.alive.all())

    def array(self, name: str) -> Array:
        """One array of the file."""

        def load() -> tuple[Array, int]:
            values = self._bundle().array(name)
            return values, values.nbytes + _SMALL

        values: Array = self._cache.get((*self._key, name), load)
        return values

    def terms(self, field: str) -> Terms:
        """The terms of a field."""

        def load() -> tuple[Terms, int]:
            bundle = self._bundle()
            terms = Terms(bundle.array(f"{field}/terms"), bundle.array(f"{field}/offsets"))
            return terms, terms.size + _SMALL

        terms: Terms = self._cache.get((*self._key, field, "terms"), load)
        return terms

    def kept(self, name: str, load: Callable[[], tuple[Any, int]]) -> Any:
        """Something derived from this segment, from the cache or made anew."""
        return self._cache.get((*self._key, "derived", name), load)

    def _bundle(self) -> Bundle:
        def load() -> tuple[Bundle, int]:
            bundle = Bundle(self._storage, self._file)
            return bundle, bundle.nbytes + _SMALL

        bundle: Bundle = self._cache.get((*self._key, "bundle"), load)
        return bundle

    def array_names(self) -> list[str]:
        """The names of all arrays of the file."""
        return self._bundle().names

    def ids(self) -> Array:
        """The item ids, a row of 16 bytes for each document."""
        return self.array("ids").reshape(-1, 16)

    def columns(self, field: str) -> Columns:
        """The terms and postings of a field."""

        def load() -> tuple[Columns, int]:
            terms, starts, docs = (
                self.terms(field),
                self.array(f"{field}/starts"),
                self.array(f"{field}/docs"),
            )
            weighted = f"{field}/weights" in self._bundle()
            weights = self.array(f"{field}/weights") if weighted else None
            return Columns(terms, memoryview(starts.data), docs, weights), _SMALL

        found: Columns = self.kept(f"{field}/columns", load)
        return found

    def authenticate(self) -> None:
        """Open every page of the file, and its table."""
        self._storage.authenticate(self._file)
        self._bundle()

    def part(self) -> Part:
        """Everything in memory, for joining."""
        arrays = self._bundle().all()
        fields = sorted(name.removesuffix("/docs") for name in arrays if name.endswith("/docs"))
        lengths = {name.split("/")[1]: held for name, held in arrays.items() if name.startswith("lengths/")}
        postings = {field: _postings(field, arrays) for field in fields}
        return Part(arrays["ids"].reshape(-1, 16), arrays["dated"], lengths, postings)


def _postings(field: str, arrays: Mapping[str, Array]) -> Postings:
    terms = Terms(arrays[f"{field}/terms"], arrays[f"{field}/offsets"])
    columns = {name: arrays[f"{field}/{name}"] for name in _TERM_COLUMNS if f"{field}/{name}" in arrays}
    return Postings([terms[n] for n in range(len(terms))], **columns)
