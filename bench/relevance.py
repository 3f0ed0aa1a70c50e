"""How good the order of results is, through the product's own analysis and ranking.

    python -m bench.relevance [DIR...] [--json FILE]

A DIR holds ``docs.jsonl`` (id, title, text), ``queries.jsonl`` (id, text) and ``qrels.tsv`` (header; query,
document, relevance). Printed are MAP, nDCG@10 and P@10 as trec_eval defines them: linear gain, relevance
above 0 is relevant, the best 1,000 results of a query count, and queries without a relevant document are left
out.
"""

import argparse
import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from math import log2
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID, uuid5

from bench._null_sealer import NullSealer
from portal.index import IndexDocument, IndexReader, MemoryIndex, SearchQuery

SPACE = UUID("6f1f2a52-2a3e-4a77-9df6-0d4f6c1b7a10")
BESIDE = Path("../shared/data/search")
DEPTH = 1000
BATCH = 2000
MEASURES = ("MAP", "nDCG@10", "P@10")


def measures(ranking: Sequence[str], relevance: Mapping[str, int]) -> dict[str, float]:
    """The measures of one query's ranking."""
    relevant = sum(1 for grade in relevance.values() if grade > 0)
    hits = [relevance.get(doc, 0) > 0 for doc in ranking[:DEPTH]]
    precisions = [sum(hits[: n + 1]) / (n + 1) for n, hit in enumerate(hits) if hit]
    ideal = sorted((grade for grade in relevance.values() if grade > 0), reverse=True)
    gained = [max(0, relevance.get(doc, 0)) for doc in ranking[:10]]
    return {
        "MAP": sum(precisions) / relevant,
        "nDCG@10": _discounted(gained) / _discounted(ideal[:10]),
        "P@10": sum(hits[:10]) / 10,
    }


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains))


def judged(path: Path) -> dict[str, dict[str, int]]:
    """The judgements of each query that has a relevant document."""
    found: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t")
        next(rows)
        for query, doc, grade in rows:
            found.setdefault(query, {})[doc] = int(grade)
    return {query: grades for query, grades in found.items() if any(grade > 0 for grade in grades.values())}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


class Collection:
    """A test collection, put into an index of the product."""

    def __init__(self, folder: Path, index: MemoryIndex) -> None:
        self._index = index
        self._names: dict[UUID, str] = {}
        self._sealer = NullSealer()
        self._compartment = uuid5(SPACE, "collection")
        self._generation = 0
        documents = [self._document(row) for row in _lines(folder / "docs.jsonl")]
        for start in range(0, len(documents), BATCH):
            self._generation = index.apply(
                self._compartment,
                self._sealer,
                puts=documents[start : start + BATCH],
                generation=self._generation,
            )

    def _document(self, row: Mapping[str, Any]) -> IndexDocument:
        item_id = uuid5(SPACE, str(row["id"]))
        self._names[item_id] = str(row["id"])
        return IndexDocument(item_id, row.get("title") or "", row.get("text") or "", kind="reference")

    def ranking(self, text: str) -> list[str]:
        """The documents found for a query, best first."""
        readers = {self._compartment: IndexReader(self._sealer, self._generation)}
        results = self._index.search(readers, SearchQuery(_as_words(text), limit=DEPTH))
        return [self._names[hit.item_id] for hit in results.hits]


def _as_words(text: str) -> str:
    """A question of a test collection as plain words: its punctuation was not meant as our query language."""
    return "".join(letter if letter.isalnum() or letter in "'.\u2019" else " " for letter in text)


def run(folder: Path, index: MemoryIndex | None = None) -> dict[str, float]:
    """The measures of one collection, averaged over its judged queries; and milliseconds a query."""
    collection = Collection(folder, index or MemoryIndex())
    qrels = judged(folder / "qrels.tsv")
    queries = {str(row["id"]): row["text"] for row in _lines(folder / "queries.jsonl")}
    begin = perf_counter()
    rankings = {query: collection.ranking(queries.get(query, "")) for query in qrels}
    took = perf_counter() - begin
    scores = [measures(rankings[query], grades) for query, grades in qrels.items()]
    averages = {name: sum(score[name] for score in scores) / len(scores) for name in MEASURES}
    return {**averages, "queries": len(scores), "ms a query": 1000 * took / len(scores)}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure every folder given and print a line for each."""
    parser = argparse.ArgumentParser(description="Relevance of the product's search on test collections.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="DIR")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    folders = options.folders or sorted(path.parent for path in BESIDE.glob("*/qrels.tsv"))
    if not folders:
        print(f"No test collection was named, and none lies in {BESIDE}.")
    results = {}
    print(f"{'collection':<20}{'queries':>9}{'MAP':>9}{'nDCG@10':>9}{'P@10':>9}{'ms a query':>12}")
    for folder in folders:
        found = results[folder.name] = run(folder)
        figures = "".join(f"{found[name]:>9.4f}" for name in MEASURES)
        print(f"{folder.name:<20}{found['queries']:>9}{figures}{found['ms a query']:>12.2f}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
