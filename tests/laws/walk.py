"""Walking every address of the portal: the routes come from ``url_map``, so a new one joins without being told."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

from portal.access.guard import declared
from portal.access.policy import Permission

NOBODY = UUID("00000000-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class Known:
    """Ids to put into addresses, by the name of the converter's variable."""

    ids: dict[str, tuple[UUID, ...]]

    def values(self, name: str) -> tuple[object, ...]:
        """What to try for one variable; an unknown name fails the test, so that a new route says what it takes."""
        if name == "filename":
            return ("portal.css", "no-such-file")
        if name == "number":
            return (1, 2, 3, 999_999)
        assert name in self.ids, (
            f"tests/laws does not know what to put for <{name}>: add it to the world's ids"
        )
        return (*self.ids[name], NOBODY)


def routes(app: Flask, method: str) -> Iterator[Rule]:
    """Every route that answers ``method``, in a fixed order."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        if method in (rule.methods or ()):
            yield rule


def addresses(app: Flask, rule: Rule, known: Known) -> Iterator[str]:
    """Each address of a route with each combination of known ids."""
    names = sorted(rule.arguments)
    site = app.url_map.bind("localhost")
    for values in product(*(known.values(name) for name in names)):
        yield site.build(rule.endpoint, dict(zip(names, values, strict=True)))


def queries(rule: Rule, words: tuple[str, ...]) -> Iterator[str]:
    """Arguments to try on an address: all that a search can ask on the search page, a few everywhere else.

    Addresses with ids are tried without arguments, for these would multiply them to no purpose.
    """
    yield ""
    if rule.arguments:
        return
    for word in words:
        yield "?" + urlencode({"q": word, "topic": f"{word} topic", "page": "1"})
    yield "?" + urlencode({"kind": "protocol", "page": "2"})
    if rule.endpoint == "search.results":
        yield from search_queries(words)


def search_queries(words: tuple[str, ...]) -> Iterator[str]:
    """Words, prefixes, misspellings, phrases, fields, exclusions, facets, pages."""
    for word in words:
        shapes = (
            word,
            f"{word[:4]}*",
            word[:-1] + "x",
            f'"{word} document"',
            f"title:{word}",
            f"-{word}",
            f"{word} shelters",
        )
        for text in shapes:
            yield "?" + urlencode({"q": text})
        yield "?" + urlencode({"topic": f"{word} topic"})
        yield "?" + urlencode({"task_force": f"{word} force"})
    for args in (
        {"q": "housing"},
        {"q": "housing", "page": "2"},
        {"page": "9"},
        {"year": "2026"},
        {"q": "date:2024..2027"},
    ):
        yield "?" + urlencode(args)


def reads_trail(app: Flask, rule: Rule) -> bool:
    """The auditor's page shows acts on every item: that is its purpose, and the one exception to the law."""
    return declared(app, rule.endpoint) == Permission.READ_TRAIL
