"""Search of a member of 5 of 60 compartments: the product, Whoosh as it comes and SQLite's FTS5, side by
side.

    python -m bench.search [--documents N ...] [--json FILE]

The product's files are sealed (AES-256-GCM) and its answers hold totals, facets and suggestions; the other
two find, count and rank. First touch: the first run of each query in an index that is open; warm: the median
of later runs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from math import isclose
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from bench._corpus import queries, world
from bench._engines import Fts5, Product, StockWhoosh
from bench._figures import first_and_warm, milliseconds, percentiles, table
from portal.index.ranking import PRODUCT, STOCK
from portal.keyring.sealer import DataKeySealer

SCALES = (10_000, 100_000)
PASSES = 5
ONE_BY_ONE = 100
MIXED = "3 words, new mix"


def run(scale: int) -> dict[str, Any]:
    """All measurements with ``scale`` documents."""
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        return _measured(Path(folder), scale)


def _measured(folder: Path, scale: int) -> dict[str, Any]:
    made = world(scale)
    keys: dict[UUID, bytes] = {each: os.urandom(32) for each in made.documents}
    product = Product(folder / "product", made, lambda each: DataKeySealer(each, each, keys[each]))
    stock, fts5 = StockWhoosh(folder / "whoosh", made), Fts5(folder / "fts5.sqlite", made)
    batch = {"product": _rate(product.fill), "whoosh": _rate(stock.fill), "fts5": _rate(fts5.fill)}
    stock.open()
    asked = queries(made.words)
    result: dict[str, Any] = {
        "documents": scale,
        "batch documents/s": batch,
        "queries": _times(product, stock, fts5, asked),
        "equal": _equality(product, stock, asked),
        "memory MB": _memory(folder / "product", product, keys, asked),
    }
    result["one at a time ms"] = _one_by_one(product, stock)
    return result


def _rate(fill: Callable[[], int]) -> float:
    begin = perf_counter()
    count = fill()
    return count / (perf_counter() - begin)


def _times(
    product: Product, stock: StockWhoosh, fts5: Fts5, asked: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Any]]:
    """For each kind of query and each engine first touch and warm times. ``product, stock formula`` ranks as
    Whoosh."""
    engines: dict[str, Callable[[str], Any]] = {"whoosh": stock.ask, "fts5": fts5.ask}
    times: dict[str, dict[str, Any]] = {kind: {} for kind in (*asked, MIXED)}
    opening = " ".join(product.world.words[:2])
    for name, ranking in (("product", PRODUCT), ("product, stock formula", STOCK)):
        product.open(ranking)
        product.ask(opening)
        for kind, texts in asked.items():
            times[kind][name] = first_and_warm(product.ask, texts, passes=PASSES)
        times[MIXED][name] = first_and_warm(product.ask, mixed(asked["3 words"]), passes=1)
    for name, ask in engines.items():
        ask(opening)
        for kind, texts in asked.items():
            times[kind][name] = first_and_warm(ask, texts, passes=PASSES)
        times[MIXED][name] = first_and_warm(ask, mixed(asked["3 words"]), passes=1)
    return times


def mixed(texts: Sequence[str]) -> list[str]:
    """New queries of words that were all asked before: nothing but the words can be in memory."""
    words = [text.split() for text in texts]
    following = words[1:] + words[:1]
    return [f"{one[0]} {other[1]} {other[2]}" for one, other in zip(words, following, strict=True)]


def _equality(product: Product, stock: StockWhoosh, asked: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """How many queries of each kind give what Whoosh gives: the total of all, order and scores of words."""
    product.open(STOCK)
    found = {}
    for kind, texts in asked.items():
        same = [_equal(product, stock, text, scores=kind.endswith(("word", "words"))) for text in texts]
        found[kind] = f"{sum(same)} of {len(same)}"
    return found


def _equal(product: Product, stock: StockWhoosh, text: str, *, scores: bool) -> bool:
    ours, (total, hits) = product.ask(text, limit=1000), stock.ask(text, limit=None)
    if ours.total != total or not scores:
        return ours.total == total
    theirs = dict(hits)
    best = [score for _, score in hits[:1000]]
    pairs = zip(ours.hits, best, strict=True)
    in_order = all(isclose(hit.score, score, rel_tol=1e-9) for hit, score in pairs)
    return in_order and all(isclose(hit.score, theirs[hit.item_id], rel_tol=1e-9) for hit in ours.hits)


def _one_by_one(product: Product, stock: StockWhoosh) -> dict[str, dict[str, float]]:
    """Single documents, each on the disk before the next: the product's commit and Whoosh's default one."""
    extra = [each for documents in world(ONE_BY_ONE, seed=3).documents.values() for each in documents]
    compartment = product.world.readable[0]
    ours = [milliseconds(lambda each=each: product.add(compartment, [each])) for each in extra]
    theirs = [milliseconds(lambda each=each: stock.add_durably(each)) for each in extra]
    return {"product": percentiles(ours), "whoosh": percentiles(theirs)}


def _memory(
    folder: Path, product: Product, keys: Mapping[UUID, bytes], asked: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """The resident memory of a fresh process before and after it answered every query."""
    orders = {
        "folder": str(folder),
        "compartments": {
            str(each): (keys[each].hex(), product.generations[each]) for each in product.world.readable
        },
        "queries": [text for texts in asked.values() for text in texts],
    }
    told = subprocess.run(
        [sys.executable, "-m", "bench._memory"],
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(told.stdout)
    return figures


def report(result: Mapping[str, Any]) -> str:
    """The figures as tables."""
    memory = result["memory MB"]
    return "\n".join(
        [
            f"Search, {result['documents']:,} documents in 60 compartments, a member of 5 (milliseconds)",
            *(_query_table(result["queries"], state) for state in ("warm", "first")),
            _indexing_table(result["batch documents/s"], result["one at a time ms"]),
            f"Equal to stock Whoosh (totals; order and scores of words): {result['equal']}",
            f"Memory of a worker: {memory['before']:.0f} MB before, {memory['after']:.0f} MB after all queries\n",
        ]
    )


def _query_table(times: Mapping[str, Any], state: str) -> str:
    engines = ("product", "product, stock formula", "whoosh", "fts5")
    rows: dict[str, list[object]] = {}
    for kind, engine in times.items():
        if kind == MIXED and state == "warm":
            continue
        p50, p95 = ([engine[name][state][part] for name in engines] for part in ("p50", "p95"))
        rows[f"{kind}, {state} p50"] = p50
        rows[f"{kind}, {state} p95"] = [*p95, *(f"{other / p95[0]:.1f}x" for other in p95[2:])]
    columns = ("product", "Whoosh's rank", "Whoosh", "FTS5", "Whoosh/ours", "FTS5/ours")
    return table("", columns, rows)


def _indexing_table(batch: Mapping[str, float], one: Mapping[str, Mapping[str, float]]) -> str:
    ours, theirs = one["product"], one["whoosh"]
    rows: dict[str, list[object]] = {
        "batch, documents/s": [batch["product"], batch["whoosh"], batch["fts5"]],
        "one fsynced, p50 ms": [ours["p50"], theirs["p50"], "-"],
        "one fsynced, p95 ms": [ours["p95"], theirs["p95"], "-", f"{theirs['p95'] / ours['p95']:.1f}x"],
    }
    return table("Indexing", ("product", "Whoosh", "FTS5", "Whoosh/ours"), rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure at each scale and print the tables."""
    parser = argparse.ArgumentParser(description="Speed of search and indexing.")
    parser.add_argument("--documents", type=int, nargs="+", default=list(SCALES))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    results = []
    for scale in options.documents:
        results.append(run(scale))
        print(report(results[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
