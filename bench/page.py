"""What sealing costs a page: the same pages of two installations, one of which seals nothing, asked in turn.

``python3 manage.py bench page`` prints the median of each page (milliseconds in the application, no network) and
the ratio sealed to unsealed. Both installations hold the same documents and serve the same member.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from bench._null_sealer import NullSealer
from portal.content.models import Kind
from portal.core import clock
from portal.core.sealing import Sealer
from portal.keyring import Keyring
from tests.accounts.visitor import Clock
from tests.page_client import Browser
from tests.world import World, new_app, populate

DOCUMENTS = 60
WORDS = 1500
ROUNDS = 120


class UnsealedKeyring(Keyring):
    """A keyring whose sealers seal nothing and whose keys are not looked up."""

    def sealer(self, compartment_id: UUID, owner_id: UUID) -> Sealer:
        """A sealer that seals nothing."""
        return NullSealer()

    def sealers(self, owners: Mapping[UUID, UUID]) -> Mapping[UUID, Sealer]:
        """One for each owner."""
        return dict.fromkeys(owners, NullSealer())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    figures = run(chosen.rounds)
    print(
        f"{'page':10} {'sealed ms':>10} {'plain ms':>10} {'ratio':>7}   (medians of {chosen.rounds}; aim: 1.10 or less)"
    )
    for page, row in figures.items():
        print(f"{page:10} {row['sealed_ms']:10.2f} {row['plain_ms']:10.2f} {row['ratio']:7.3f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


def run(rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds for each page, sealed and plain, and their ratio."""
    moment = Clock()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stack.enter_context(clock.using(moment))
        worlds = [_world(Path(folder) / name, is_sealed=name == "sealed") for name in ("sealed", "plain")]
        browsers = [_signed_in(world, moment) for world in worlds]
        return {
            page: _compared(browsers, worlds, page, rounds)
            for page in ("document", "library", "search", "home")
        }


def _world(folder: Path, *, is_sealed: bool) -> World:
    app = new_app(folder, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'portal.db'}")
    if not is_sealed:
        ring = app.extensions["keyring"]
        app.extensions["keyring"] = UnsealedKeyring(ring._manager)
    world = populate(app)
    words = random.Random(7)
    vocabulary = [f"word{number}" for number in range(3000)]

    def fill() -> None:
        for number in range(DOCUMENTS):
            body = " ".join(words.choices(vocabulary, k=WORDS))
            world.add("all", f"Document {number}", body, kind=list(Kind)[number % 3])

    world.inside(fill)
    return world


def _signed_in(world: World, moment: Clock) -> Browser:
    start = moment.moment
    browser = Browser(world.app, moment)
    browser.sign_in(world.people["detective"])
    moment.moment = start
    return browser


def _compared(
    browsers: Collection[Browser], worlds: Collection[World], page: str, rounds: int
) -> dict[str, float]:
    """Both installations in turn, so that a slower moment of the machine slows both."""
    taken: list[list[float]] = [[], []]
    for _ in range(rounds):
        for times, browser, world in zip(taken, browsers, worlds, strict=True):
            address = _address(world, page)
            start = time.perf_counter()
            response = browser.client.get(address, base_url="https://localhost")
            times.append(time.perf_counter() - start)
            assert response.status_code == 200
    sealed, plain = (statistics.median(times) * 1000 for times in taken)
    return {"sealed_ms": round(sealed, 3), "plain_ms": round(plain, 3), "ratio": round(sealed / plain, 3)}


def _address(world: World, page: str) -> str:
    if page == "document":
        return f"/library/{world.items['Document 7']}"
    return {"library": "/library/", "search": "/search?q=word7+word8", "home": "/"}[page]


if __name__ == "__main__":
    sys.exit(main())
