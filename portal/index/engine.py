"""The index behind the port: sealed files, one directory for each compartment, one search over those that are
read."""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from portal.core.errors import Broken, Unavailable
from portal.core.sealing import Sealer
from portal.index import directory as directories
from portal.index.cache import ByteCache
from portal.index.corpus import Corpus
from portal.index.directory import MISSING, Directory
from portal.index.files import DiskFiles, Files, MemoryFiles
from portal.index.port import IndexDocument, IndexReader, SearchQuery, SearchResults
from portal.index.ranking import PRODUCT, Ranking
from portal.index.results import answer
from portal.index.storage import SealedStorage

CACHE_BYTES = 192 * 1024 * 1024
TRIES = 4


class SealedIndex:
    """``SearchIndex`` over whatever ``files`` gives for a compartment; safe between threads and processes."""

    def __init__(
        self, files: Callable[[UUID], Files], *, ranking: Ranking = PRODUCT, cache_bytes: int = CACHE_BYTES
    ) -> None:
        self._files = files
        self._ranking = ranking
        self._cache = ByteCache(cache_bytes)

    def apply(
        self,
        compartment_id: UUID,
        sealer: Sealer,
        *,
        puts: Sequence[IndexDocument],
        removals: Collection[UUID] = (),
        generation: int,
    ) -> int:
        files = self._files(compartment_id)
        with files.locked(), _damage_told(Broken, FileNotFoundError):
            if not generation and not any(name.endswith(".toc") for name in files.names()):
                directories.begin(SealedStorage(files, compartment_id, sealer), files)
            return self._open(compartment_id, sealer, generation).put(puts, removals)

    def search(self, readers: Mapping[UUID, IndexReader], query: SearchQuery) -> SearchResults:
        for _ in range(TRIES):
            try:
                with _damage_told(Broken):
                    return answer(self._corpus(readers), query, self._ranking)
            except FileNotFoundError:
                # Another process joined segments after we had read which there are: read that again.
                self._forget(readers)
        raise Unavailable(MISSING)

    def compact(self, compartment_id: UUID, sealer: Sealer) -> int:
        files = self._files(compartment_id)
        with files.locked(), _damage_told(Broken, FileNotFoundError):
            return self._open(compartment_id, sealer, 0).merged()

    def check(self, compartment_id: UUID, sealer: Sealer, generation: int) -> None:
        files = self._files(compartment_id)
        with files.locked(), _damage_told(Broken, FileNotFoundError):
            state = self._open(compartment_id, sealer, generation)
            state.authenticate()

    def drop(self, compartment_id: UUID) -> None:
        files = self._files(compartment_id)
        with files.locked():
            directories.remove(files)

    def _open(self, compartment_id: UUID, sealer: Sealer, at_least: int) -> Directory:
        files = self._files(compartment_id)
        storage = SealedStorage(files, compartment_id, sealer)
        return directories.opened(files, self._cache, compartment_id, storage, at_least=at_least)

    def _corpus(self, readers: Mapping[UUID, IndexReader]) -> Corpus:
        identities = {each: self._identity(each, readers[each]) for each in sorted(readers)}
        states = {each: self._state(each, readers[each], named) for each, named in identities.items()}
        key = tuple((identities[each], state.generation) for each, state in states.items())

        def load() -> tuple[Corpus, int]:
            members = [(each, state.segments) for each, state in states.items()]
            corpus = Corpus(members, self._cache, self._ranking.formula)
            return corpus, 64 * corpus.documents + 2000

        corpus: Corpus = self._cache.get(("corpus", key), load)
        return corpus

    def _state(self, compartment_id: UUID, reader: IndexReader, identity: Hashable) -> Directory:
        """The state kept in memory if it is new enough, else the newest on disk."""
        key = "state", identity
        kept: Directory | None = self._cache.peek(key)
        if kept is not None and kept.generation >= reader.generation:
            return kept
        self._cache.forget(key)

        def load() -> tuple[Directory, int]:
            state = self._open(compartment_id, reader.sealer, reader.generation)
            return state, 4000 + sum(segment.documents for segment in state.segments)

        state: Directory = self._cache.get(key, load)
        return state

    def _forget(self, readers: Mapping[UUID, IndexReader]) -> None:
        for compartment_id, reader in readers.items():
            self._cache.forget(("state", self._identity(compartment_id, reader)))

    @staticmethod
    def _identity(compartment_id: UUID, reader: IndexReader) -> Hashable:
        # What is kept in memory was opened with this key, and is given to nobody who does not hold it.
        return compartment_id.bytes, reader.sealer.tag(b"search index in memory")


@contextmanager
def _damage_told(*kinds: type[Exception]) -> Iterator[None]:
    """What does not open is reported as an index that cannot be used now, and how to mend it."""
    try:
        yield
    except kinds:
        raise Unavailable(MISSING) from None


class FileIndex(SealedIndex):
    """The real one: sealed files in ``folder``, which gets a folder for each compartment."""

    def __init__(self, folder: Path, *, ranking: Ranking = PRODUCT, cache_bytes: int = CACHE_BYTES) -> None:
        super().__init__(lambda each: DiskFiles(folder, each), ranking=ranking, cache_bytes=cache_bytes)


class MemoryIndex(SealedIndex):
    """The same on files in memory, which end with the process."""

    def __init__(self, *, ranking: Ranking = PRODUCT, cache_bytes: int = CACHE_BYTES) -> None:
        kept: dict[UUID, MemoryFiles] = {}
        super().__init__(
            lambda each: kept.setdefault(each, MemoryFiles()), ranking=ranking, cache_bytes=cache_bytes
        )
