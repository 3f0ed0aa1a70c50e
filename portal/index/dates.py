"""Days of a query: a year, a month, a day, or from one to another."""

import calendar
import re
from datetime import date

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
EARLIEST, LATEST = 1, date.max.toordinal()


def days(name: str, value: str) -> tuple[int, int] | None:
    """The first and last day (as ordinals) that ``date:``, ``before:`` or ``after:`` a value means; None if
    none.

    ``before:2020`` ends with the last day of 2019, ``after:2020`` begins with the first day of 2021.
    """
    begin, dots, end = value.partition("..")
    if name == "date" and dots:
        return _between(begin, end)
    span = _span(value)
    if span is None:
        return None
    return {"date": span, "before": (EARLIEST, span[0] - 1), "after": (span[1] + 1, LATEST)}[name]


def _between(begin: str, end: str) -> tuple[int, int] | None:
    """An end that is left out lies open."""
    first = _span(begin) if begin else (EARLIEST, EARLIEST)
    last = _span(end) if end else (LATEST, LATEST)
    return (first[0], last[1]) if first and last else None


def _span(value: str) -> tuple[int, int] | None:
    match = _DAY.fullmatch(value.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        last_month = month or 12
        last = date(first.year, last_month, day or calendar.monthrange(first.year, last_month)[1])
    except ValueError:
        return None
    return first.toordinal(), last.toordinal()
