"""Timing and tables that the measurements share."""

import gc
from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles
from time import perf_counter
from typing import Any


def milliseconds(act: Callable[[], Any]) -> float:
    """How long one call takes."""
    begin = perf_counter()
    act()
    return 1000 * (perf_counter() - begin)


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {"p50": median(times), "p95": quantiles(times, n=20, method="inclusive")[-1]}


def first_and_warm(
    ask: Callable[[str], Any], queries: Sequence[str], *, passes: int
) -> dict[str, dict[str, float]]:
    """Each query once (first touch), then each several times; warm is the median of a query's later runs."""
    gc.collect()
    first = [milliseconds(lambda query=query: ask(query)) for query in queries]
    later = [[milliseconds(lambda query=query: ask(query)) for query in queries] for _ in range(passes)]
    warm = [median(runs) for runs in zip(*later, strict=True)]
    return {"first": percentiles(first), "warm": percentiles(warm)}


def table(title: str, columns: Sequence[str], rows: Mapping[str, Sequence[object]]) -> str:
    """Rows of figures under their columns."""
    lines = [title, f"  {'':<26}" + "".join(f"{name:>14}" for name in columns)]
    for name, cells in rows.items():
        lines.append(f"  {name:<26}" + "".join(f"{_shown(cell):>14}" for cell in cells))
    return "\n".join(lines) + "\n"


def _shown(cell: object) -> str:
    return f"{cell:,.2f}" if isinstance(cell, float) else str(cell)
