"""The side-car of a document: a small JSON file that says what it is and where it comes from."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date as Day
from typing import Any

from portal.core.errors import Invalid, TooLarge
from portal.core.text import UNUSABLE
from portal.extraction.limits import MAX_SIDECAR

PROBLEM = "The side-car {why}. Correct the .json file beside the document and import both again."
MAX_DEPTH = 20
MAX_DIGITS = 18
MAX_LINE = 1_000
MAX_NOTE = 10_000
MAX_LIST = 50
MARKINGS = ("", "none", "sensitive", "les")
LONG = {"note", "source", "licence"}
# A date as people write it: a year, perhaps a month and a day, then perhaps a remark.
DATED = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?(?![0-9])")
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]')


@dataclass(frozen=True, slots=True)
class SideCar:
    """What the side-car says; the rest is empty. ``date`` is as given, ``dated`` what it means."""

    id: str = ""
    title: str = ""
    kind: str = ""
    agency: str = ""
    date: str = ""
    dated: Day | None = None
    citation: str = ""
    context: tuple[str, ...] = ()
    url: str = ""
    source: str = ""
    licence: str = ""
    note: str = ""
    publication: str = ""
    topics: tuple[str, ...] = ()
    marking: str = ""


LISTS = ("context", "topics")
LINES = tuple(field.name for field in fields(SideCar) if field.name not in {*LISTS, "dated"})


def read_sidecar(source: bytes) -> SideCar:
    """The facts in a side-car; ``Invalid`` names what is wrong. Unknown names are passed over."""
    if len(source) > MAX_SIDECAR:
        raise TooLarge(PROBLEM.format(why="is larger than 256 kB"))
    facts = _parsed(source)
    lines = {name: _line(facts, name) for name in LINES}
    if lines["url"] and not re.match(r"(?i)https?://[^\s/]", lines["url"]):
        raise _problem('has a "url" that does not begin with http:// or https://')
    if lines["marking"] not in MARKINGS:
        raise _problem('has a "marking" other than none, sensitive or les')
    context, topics = (_list(facts, name) for name in LISTS)
    return SideCar(**lines, context=context, topics=topics, dated=dated_of(lines["date"]))


def dated_of(given: str) -> Day | None:
    """The day, or first day of the month or year, with which ``given`` begins, if it does."""
    match = DATED.match(given.strip())
    if not match:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return Day(year, month, day)
    except ValueError:
        return None


def _problem(why: str) -> Invalid:
    return Invalid(PROBLEM.format(why=why))


def _parsed(source: bytes) -> dict[str, Any]:
    try:
        text = source.decode("utf-8-sig")
        _check_depth(text)
        facts = json.loads(
            text,
            object_pairs_hook=_without_doubles,
            parse_int=_number(int),
            parse_float=_number(float),
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError):
        raise _problem("is not proper JSON in UTF-8") from None
    if not isinstance(facts, dict):
        raise _problem("does not hold one object with names and values")
    return facts


def _check_depth(text: str) -> None:
    depth = 0
    for piece in BRACKETS.findall(text):
        depth += (piece in "[{") - (piece in "]}")
        if depth > MAX_DEPTH:
            raise _problem("is nested too deeply")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _problem("says the same name twice")
    return found


def _number(kind: Callable[[str], float]) -> Callable[[str], float]:
    def parse(digits: str) -> float:
        if len(digits) > MAX_DIGITS:
            raise _problem("holds a number that is too long")
        return kind(digits)

    return parse


def _no_constant(_name: str) -> float:
    raise _problem("holds a number that is none")


def _line(facts: dict[str, Any], name: str) -> str:
    value = facts.get(name)
    return "" if value is None else _text(value, name)


def _list(facts: dict[str, Any], name: str) -> tuple[str, ...]:
    values = facts.get(name)
    if values is None:
        return ()
    if not isinstance(values, list) or len(values) > MAX_LIST:
        raise _problem(f'must give "{name}" as a list of at most {MAX_LIST} texts')
    return tuple(text for text in (_text(value, name) for value in values) if text)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise _problem(f'must give "{name}" as text in quotes')
    if UNUSABLE.search(value):
        raise _problem(f'has control characters in "{name}"')
    if len(value) > (MAX_NOTE if name in LONG else MAX_LINE):
        raise _problem(f'has too long a text in "{name}"')
    return " ".join(value.split())
