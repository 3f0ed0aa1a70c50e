"""What sealing costs the index: the same documents and queries, sealed with AES-256-GCM and not sealed at
all.

python -m bench.sealing [--documents N ...] [--json FILE]
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from bench._corpus import World, queries, world
from bench._engines import Product
from bench._figures import milliseconds, table
from bench._null_sealer import NullSealer
from portal.core.sealing import Sealer
from portal.keyring.sealer import DataKeySealer

SCALES = (10_000,)
ROUNDS = 5
SINGLE = 40
MEASURES = ("index in batches", "index one by one", "open and first search", "first touch", "warm search")


def sealed(compartment: UUID) -> Sealer:
    """A real key of a compartment."""
    return DataKeySealer(compartment, compartment, os.urandom(32))


def unsealed(_compartment: UUID) -> Sealer:
    """No key at all."""
    return NullSealer()


def run(scale: int) -> dict[str, Any]:
    """Milliseconds of each measure, sealed and not, and their ratio; each act is the median of rounds run in
    turn."""
    made = world(scale)
    rounds: dict[str, list[dict[str, list[float]]]] = {"sealed": [], "unsealed": []}
    for number in range(ROUNDS):
        order = [("sealed", sealed), ("unsealed", unsealed)]
        for name, sealer_of in order if number % 2 else reversed(order):
            rounds[name].append(_round(made, sealer_of))
    result: dict[str, Any] = {"documents": scale}
    for measure in MEASURES:
        one, other = (_total([each[measure] for each in rounds[name]]) for name in ("sealed", "unsealed"))
        result[measure] = {"sealed": one, "unsealed": other, "ratio": one / other}
    return result


def _total(rounds: Sequence[Sequence[float]]) -> float:
    """The acts of a round added up, each taken at its least over the rounds: other work on the machine only
    adds."""
    return sum(min(times) for times in zip(*rounds, strict=True))


def _round(made: World, sealer_of: Callable[[UUID], Sealer]) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory(prefix="bench-sealing-") as folder:
        product = Product(Path(folder), made, sealer_of)
        asked = [text for texts in queries(made.words).values() for text in texts]
        batches = [milliseconds(product.fill)]
        extra = [each for documents in world(SINGLE, seed=5).documents.values() for each in documents]
        compartment = made.readable[0]
        single = [milliseconds(lambda each=each: product.add(compartment, [each])) for each in extra]
        product.open()
        opening = [milliseconds(lambda: product.ask(asked[0]))]
        first = [milliseconds(lambda text=text: product.ask(text)) for text in asked]
        warm = [milliseconds(lambda text=text: product.ask(text)) for text in asked]
        return dict(zip(MEASURES, (batches, single, opening, first, warm), strict=True))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure at each scale and print the table."""
    parser = argparse.ArgumentParser(description="What sealing costs the index.")
    parser.add_argument("--documents", type=int, nargs="+", default=list(SCALES))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    results = [run(scale) for scale in options.documents]
    for result in results:
        rows = {name: list(result[name].values()) for name in MEASURES}
        title = f"The index sealed and unsealed, {result['documents']:,} documents (milliseconds)"
        print(table(title, ("sealed", "unsealed", "ratio"), rows))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
