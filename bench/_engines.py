"""The three that are compared: the product, Whoosh as it comes, and SQLite's FTS5; each with the same
documents."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from whoosh import index as whoosh_index
from whoosh.reading import MultiReader
from whoosh.searching import Searcher

from bench._corpus import World
from portal.core.sealing import Sealer
from portal.index import FileIndex, IndexDocument, IndexReader, SearchQuery, SearchResults
from portal.index.columns import parts_of
from portal.index.queries import understood
from portal.index.ranking import PRODUCT, Ranking
from portal.index.schema import content_text, schema
from portal.index.weighting import WHOOSH_BM25

BATCH = 500


class Product:
    """Sealed files in a folder, a key for each compartment."""

    def __init__(self, folder: Path, world: World, sealer_of: Callable[[UUID], Sealer]) -> None:
        self._folder = folder
        self.world = world
        self.sealers = {each: sealer_of(each) for each in world.documents}
        self.generations: dict[UUID, int] = {}
        self.open()

    def open(self, ranking: Ranking = PRODUCT) -> None:
        """Forget everything in memory."""
        self.index = FileIndex(self._folder, ranking=ranking)

    def fill(self) -> int:
        """Index everything; returns how many documents that was."""
        for compartment, documents in self.world.documents.items():
            for start in range(0, len(documents), BATCH):
                self.add(compartment, documents[start : start + BATCH])
        return sum(map(len, self.world.documents.values()))

    def add(self, compartment: UUID, documents: Sequence[IndexDocument]) -> None:
        """One durable commit."""
        generation = self.generations.get(compartment, 0)
        self.generations[compartment] = self.index.apply(
            compartment, self.sealers[compartment], puts=documents, generation=generation
        )

    def ask(self, text: str, limit: int = 10) -> SearchResults:
        """Search as the member."""
        readers = {
            each: IndexReader(self.sealers[each], self.generations[each]) for each in self.world.readable
        }
        return self.index.search(readers, SearchQuery(text, limit=limit))


class StockWhoosh:
    """Plain Whoosh indexes of the member's compartments, read together; what he may not read is not there at
    all."""

    def __init__(self, folder: Path, world: World) -> None:
        self._folder = folder
        self.world = world
        self.indexes: dict[UUID, whoosh_index.FileIndex] = {}

    def fill(self) -> int:
        """Index the member's compartments, a commit for each; returns how many documents that was."""
        for compartment in self.world.readable:
            folder = self._folder / str(compartment)
            folder.mkdir(parents=True)
            self.indexes[compartment] = whoosh_index.create_in(str(folder), schema())
            writer = self.indexes[compartment].writer()
            for document in self.world.documents[compartment]:
                writer.add_document(**_fields(document))
            writer.commit()
        return sum(len(self.world.documents[each]) for each in self.world.readable)

    def open(self) -> None:
        """One searcher over all of them, in the order in which the product numbers documents."""
        self.order = sorted(self.indexes)
        self.documents = [each for compartment in self.order for each in self.world.documents[compartment]]
        readers = [self.indexes[compartment].reader() for compartment in self.order]
        self.searcher = Searcher(MultiReader(readers), weighting=WHOOSH_BM25.model())

    def ask(self, text: str, limit: int | None = 10) -> tuple[int, list[tuple[UUID, float]]]:
        """The total, and the best hits."""
        matching = understood(text).matching
        if matching is None:
            return 0, []
        results = self.searcher.search(matching, limit=limit)
        hits = [(self.documents[hit.docnum].item_id, hit.score) for hit in results]
        return len(results), hits

    def add_durably(self, document: IndexDocument) -> None:
        """One commit as Whoosh makes it by default, with what it wrote brought to the disk."""
        compartment = self.world.readable[0]
        writer = self.indexes[compartment].writer()
        writer.add_document(**_fields(document))
        writer.commit()
        folder = self._folder / str(compartment)
        for path in (*folder.glob("*.seg"), *folder.glob("*.toc"), folder):
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


class Fts5:
    """One FTS5 table of all documents, filtered by compartment."""

    def __init__(self, path: Path, world: World) -> None:
        self._connection = sqlite3.connect(path)
        self.world = world
        numbers = {compartment: number for number, compartment in enumerate(world.documents)}
        self._numbers = numbers
        self._filter = ",".join(str(numbers[each]) for each in world.readable)

    def fill(self) -> int:
        """Index everything in one transaction; returns how many documents that was."""
        self._connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, compartment INTEGER)")
        self._connection.execute(
            "CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize = 'porter', content = '')"
        )
        count = 0
        with self._connection:
            for compartment, documents in self.world.documents.items():
                for document in documents:
                    count += 1
                    self._connection.execute(
                        "INSERT INTO item VALUES (?, ?)", (count, self._numbers[compartment])
                    )
                    self._connection.execute(
                        "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
                        (count, document.title, document.body),
                    )
        return count

    def ask(self, text: str) -> list[tuple[int, float, int]]:
        """The best ten, and the total beside each."""
        matching = text if '"' in text else " OR ".join(text.split())
        return self._connection.execute(
            "WITH found AS MATERIALIZED (SELECT item.id, bm25(words) AS score FROM words"
            " JOIN item ON item.id = words.rowid WHERE words MATCH ?"
            f" AND item.compartment IN ({self._filter}))"
            " SELECT id, score, (SELECT count(*) FROM found) FROM found ORDER BY score LIMIT 10",
            (matching,),
        ).fetchall()


def _fields(document: IndexDocument) -> dict[str, str]:
    """A document as plain Whoosh is given it."""
    return {
        "content": content_text(document),
        "title": document.title,
        "topic": " ".join(document.topics),
        "agency": document.agency,
        "kind": document.kind,
        "words": " ".join(text for text, _ in parts_of(document)),
    }
