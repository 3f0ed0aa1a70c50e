"""Checks that the parts of a template share; an error names the place, never what is written there."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from portal.core.errors import Invalid, TooLarge
from portal.core.text import UNUSABLE

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
BRACES = re.compile(r"\{\{|\}\}")
Part = TypeVar("Part")


def fields_of(
    value: object, where: str, required: Sequence[str], optional: Sequence[str] = ()
) -> Mapping[str, Any]:
    """``value`` as a mapping that has all required fields and no unknown one."""
    if not isinstance(value, Mapping):
        raise Invalid(f"{where} must be a set of named fields.")
    if any(name not in value for name in required):
        missing = next(name for name in required if name not in value)
        raise Invalid(f"{where} lacks the field {missing}.")
    if not value.keys() <= {*required, *optional}:
        known = ", ".join([*required, *optional])
        raise Invalid(f"{where} has a field that the format does not know; it knows {known}.")
    return value


def text_in(value: object, where: str, limit: int) -> str:
    """Usable text of one or more lines, kept exactly."""
    if not isinstance(value, str) or not value.strip():
        raise Invalid(f"{where} must be text, and not empty.")
    if UNUSABLE.search(value):
        raise Invalid(f"{where} holds control characters; remove them.")
    if len(value) > limit:
        raise TooLarge(f"{where} is longer than {limit} characters; shorten it.")
    return value


def line_in(value: object, where: str, limit: int) -> str:
    """One line of text without blanks to fill in and without spaces at its ends."""
    text = text_in(value, where, limit)
    if len(text.splitlines()) > 1 or text != text.strip():
        raise Invalid(f"{where} must be one line without spaces at its ends.")
    if BRACES.search(text):
        raise Invalid(f"{where} holds double braces; blanks may stand in the text of a clause only.")
    return text


def slug_in(value: object, where: str, limit: int = 60) -> str:
    """A permanent id: lower-case letters and digits in groups joined by single hyphens."""
    text = line_in(value, where, limit)
    if not SLUG.fullmatch(text):
        raise Invalid(f"{where} must be lower-case letters, digits and single hyphens.")
    return text


def choice_in(value: object, where: str, allowed: Sequence[str]) -> str:
    """One of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        raise Invalid(f"{where} must be one of {', '.join(allowed)}.")
    return value


def date_in(value: object, where: str) -> str | None:
    """A date as year-month-day, or none."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value if isinstance(value, str) else "").isoformat()
    except ValueError:
        raise Invalid(f"{where} must be a date such as 2026-09-01, or nothing.") from None


def url_in(value: object, where: str) -> str:
    """The address of a public page."""
    text = line_in(value, where, 500)
    if not re.fullmatch(r"https?://[^\s<>\"]+", text):
        raise Invalid(f"{where} must begin with https:// and hold no spaces.")
    return text


def listing(
    value: object, where: str, part: str, check: Callable[[object, str], Part], *, most: int, least: int = 0
) -> tuple[Part, ...]:
    """Each entry of a list, checked; ``part`` and its number name the place of an entry."""
    if not isinstance(value, list | tuple):
        raise Invalid(f"{where} must be a list.")
    if not least <= len(value) <= most:
        raise Invalid(f"{where} must hold {least} to {most} entries.")
    return tuple(check(entry, f"{part} {number}") for number, entry in enumerate(value, 1))


def distinct(names: Sequence[str], where: str) -> None:
    """Refuse names that occur twice."""
    if len(set(names)) < len(names):
        raise Invalid(f"{where} must differ from each other; two are the same.")
