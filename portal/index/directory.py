"""A compartment's index directory: Whoosh's table of contents, its generations, and every change to it."""

from collections.abc import Collection, Sequence
from uuid import UUID

import numpy as np
from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import TOC, clean_files

from portal.core.clock import now
from portal.core.errors import Broken, Unavailable
from portal.index.build import Part, joined, part_of_documents
from portal.index.cache import ByteCache
from portal.index.codec import ArrayCodec
from portal.index.files import Files
from portal.index.port import IndexDocument
from portal.index.schema import NAME, schema
from portal.index.segment import Segment, written
from portal.index.storage import SealedStorage

# A level of segments is joined when this many of one order of size have gathered.
FAN = 8
_EPOCH = 1_700_000_000
MISSING = "A search index is missing or damaged. Rebuild it with: flask reindex"
ROLLED_BACK = "A search index is older than the database knows. Rebuild it with: flask reindex"


class Directory:
    """One state of one compartment's index, as its newest table of contents lists it."""

    def __init__(
        self, cache: ByteCache, compartment_id: UUID, storage: SealedStorage, generation: int
    ) -> None:
        self._storage = storage
        toc = _contents(storage, generation)
        self.generation: int = toc.generation
        self.listed: list[W3Segment] = list(toc.segments)
        self.segments = [Segment(storage, cache, compartment_id, each) for each in self.listed]

    def put(self, puts: Sequence[IndexDocument], removals: Collection[UUID]) -> int:
        """Commit documents and removals; small segments are joined on the way. Returns the new generation."""
        latest = {document.item_id: document for document in puts}
        self._remove(set(latest) | set(removals))
        pairs = zip(self.listed, self.segments, strict=True)
        kept = [(listed, segment) for listed, segment in pairs if segment.alive.any()]
        if not latest:
            return self._commit([each for each, _ in kept])
        part = part_of_documents(list(latest.values()))
        merging = _tail_to_join([segment.documents for _, segment in kept], len(latest))
        if merging:
            older = [(segment.part(), segment.alive) for _, segment in kept[-merging:]]
            part = joined([*older, (part, np.ones(len(latest), bool))])
            kept = kept[:-merging]
        return self._commit([each for each, _ in kept] + [self._write(part)])

    def merged(self) -> int:
        """Join everything into one segment without any removed document. Returns the new generation."""
        parts = [(segment.part(), segment.alive) for segment in self.segments if segment.alive.any()]
        return self._commit([self._write(joined(parts))] if parts else [])

    def authenticate(self) -> None:
        """Open every byte of every segment."""
        for segment in self.segments:
            segment.authenticate()

    def _remove(self, ids: Collection[UUID]) -> None:
        wanted = np.frombuffer(b"".join(each.bytes for each in ids), "V16")
        for listed, segment in zip(self.listed, self.segments, strict=True):
            found = np.flatnonzero(np.isin(segment.array("ids").view("V16"), wanted))
            for number in found.tolist():
                listed.delete_document(number)
            segment.alive = segment.alive.copy()
            segment.alive[found] = False

    def _write(self, part: Part) -> W3Segment:
        return written(self._storage, ArrayCodec().new_segment(self._storage, NAME), part)

    def _commit(self, listed: Sequence[W3Segment]) -> int:
        toc = TOC(schema(), list(listed), self.generation + 1)
        toc.write(self._storage, NAME)
        clean_files(self._storage, NAME, toc.generation, listed)
        return toc.generation


def _contents(storage: SealedStorage, generation: int) -> TOC:
    """The table of contents; ``Broken`` where it was written by other code than ours of today."""
    try:
        return TOC.read(storage, NAME, gen=generation)
    except (Broken, FileNotFoundError):
        raise
    except Exception:
        # Whoosh unpickles it: what was written with classes that are gone may fail in any way.
        raise Broken("A table of contents of the index cannot be read.") from None


def _tail_to_join(sizes: Sequence[int], added: int) -> int:
    """How many of the newest segments to join with ``added`` documents: where ``FAN`` of about one size
    stand."""
    joining, total = 0, added
    while True:
        level = FAN ** (len(np.base_repr(total, FAN)))
        run = 0
        for size in reversed(sizes[: len(sizes) - joining]):
            if size >= level:
                break
            run += 1
        if run < FAN - 1:
            return joining
        joining += run
        total += sum(sizes[len(sizes) - joining : len(sizes) - joining + run])


def begin(storage: SealedStorage, files: Files) -> None:
    """Write the empty table of contents of a new index.

    Its number is the present time, or one past the last index that was here: so the numbers of a rebuilt
    index are above all that the older one ever had, and no copy of it can be passed off for the new.
    """
    left = max((last_number(name) for name in files.names()), default=0)
    number = max(int(now().timestamp()) - _EPOCH, left + 1)
    TOC(schema(), [], number).write(storage, NAME)


def remove(files: Files) -> None:
    """Remove an index; what stays is an empty file whose name says which generation was the last."""
    names = files.names()
    left = max((last_number(name) for name in names), default=0)
    files.write(f"{TOC._filename(NAME, left)}.gone", b"")
    for name in names:
        files.delete(name)


def last_number(name: str) -> int:
    """The generation in the name of a table of contents or of the mark that ``drop`` leaves; 0 for other
    files."""
    match = TOC._pattern(NAME).match(name.removesuffix(".gone"))
    return int(match[1]) if match else 0


def opened(
    files: Files, cache: ByteCache, compartment_id: UUID, storage: SealedStorage, *, at_least: int
) -> Directory:
    """The newest committed state; ``Unavailable`` where there is none, or only one below ``at_least``."""
    newest = max((last_number(name) for name in files.names() if name.endswith(".toc")), default=0)
    if not newest:
        raise Unavailable(MISSING)
    if newest < at_least:
        raise Unavailable(ROLLED_BACK)
    return Directory(cache, compartment_id, storage, newest)
