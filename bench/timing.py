"""Whether response times tell a member what bytes do not: pairs of questions whose answers must look alike.

``python3 manage.py bench timing`` asks both questions of a pair in turn and prints, besides the medians, how often
the first takes longer than the second among all pairs of answers (0.50: not told apart; 0 or 1: always told).
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from portal.core import clock
from tests.accounts.visitor import Clock
from tests.laws.two_worlds import hidden_ids
from tests.laws.walk import NOBODY
from tests.page_client import Browser
from tests.world import GROUPS, READS, SECRET_WORDS, World, add_items, new_app, populate

ROUNDS = 400
PERSON = "advocate"

# What a password costs outside tests; they make it cheap.
REAL_COST = {"PASSWORD_PASSES": 3, "PASSWORD_MEMORY_KIB": 32768}

Question = Callable[[], object]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    figures = run(chosen.rounds)
    print(f"{'pair':58} {'first ms':>9} {'second ms':>9} {'first slower':>13}")
    for pair, row in figures.items():
        print(f"{pair:58} {row['first_ms']:9.2f} {row['second_ms']:9.2f} {row['first_slower']:13.2f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


def run(rounds: int) -> dict[str, dict[str, float]]:
    """For each pair the medians in milliseconds and the share of answers in which the first was slower."""
    moment = Clock()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stack.enter_context(clock.using(moment))
        poor, rich = (_world(Path(folder) / name, is_rich=name == "rich") for name in ("poor", "rich"))
        pairs = {**_pages(poor, rich, moment), **_sign_ins(rich, moment)}
        return {name: _compared(*pair, rounds) for name, pair in pairs.items()}


def _world(folder: Path, *, is_rich: bool) -> World:
    database = f"sqlite:///{folder / 'portal.db'}"
    world = populate(new_app(folder, SQLALCHEMY_DATABASE_URI=database, **REAL_COST))
    for group in GROUPS:
        if is_rich or group in READS[PERSON]:
            add_items(world, group)
    return world


def _pages(poor: World, rich: World, moment: Clock) -> dict[str, tuple[Question, Question]]:
    """One member's pages: what is hidden against what does not exist."""
    in_poor, in_rich = (_signed_in(world, moment) for world in (poor, rich))
    hidden = min(hidden_ids(rich, PERSON))
    word = SECRET_WORDS["law"]
    return {
        "a hidden document / one that does not exist": (
            _get(in_rich, f"/library/{hidden}"),
            _get(in_rich, f"/library/{NOBODY}"),
        ),
        "a word only in hidden documents / a word nowhere": (
            _get(in_rich, f"/search?q={word}"),
            _get(in_rich, "/search?q=zirconix"),
        ),
        "that word where hidden documents exist / where none do": (
            _get(in_rich, f"/search?q={word}"),
            _get(in_poor, f"/search?q={word}"),
        ),
        "the library where hidden documents exist / where none do": (
            _get(in_rich, "/library/"),
            _get(in_poor, "/library/"),
        ),
    }


def _sign_ins(world: World, moment: Clock) -> dict[str, tuple[Question, Question]]:
    """A wrong password for an address that is known, and for one that is not; each try from a new place."""
    visitor = Browser(world.app, moment)
    visitor.get("/sign-in")

    def sign_in(email: str) -> Question:
        def ask() -> object:
            ask.tries += 1  # type: ignore[attr-defined]
            visitor.source = f"10.{ask.tries // 250}.{ask.tries % 250}.1"  # type: ignore[attr-defined]
            moment.pass_by(hours=1)
            return visitor.post("/sign-in", acknowledged="y", email=email, password="not the password")

        ask.tries = 0  # type: ignore[attr-defined]
        return ask

    return {"a known address / an unknown one": (sign_in("bja@example.gov"), sign_in("nobody@example.gov"))}


def _signed_in(world: World, moment: Clock) -> Browser:
    browser = Browser(world.app, moment)
    browser.sign_in(world.people[PERSON])
    return browser


def _get(browser: Browser, address: str) -> Question:
    return lambda: browser.client.get(address, base_url="https://localhost")


def _compared(first: Question, second: Question, rounds: int) -> dict[str, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        # Which one goes first alternates, so that neither always pays for what the other left behind.
        order = ((0, first), (1, second)) if number % 2 else ((1, second), (0, first))
        for place, question in order:
            start = time.perf_counter()
            question()
            taken[place].append(time.perf_counter() - start)
    return {
        "first_ms": round(statistics.median(taken[0]) * 1000, 3),
        "second_ms": round(statistics.median(taken[1]) * 1000, 3),
        "first_slower": round(share_slower(*taken), 3),
    }


def share_slower(first: Sequence[float], second: Sequence[float]) -> float:
    """Among all pairs of one time of each, the share in which the first is the longer."""
    ordered = sorted(second)
    return sum(bisect_left(ordered, one) for one in first) / (len(first) * len(second))


if __name__ == "__main__":
    sys.exit(main())
