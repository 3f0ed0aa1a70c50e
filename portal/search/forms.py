"""What a search address asks for. Bad values are left out rather than refused: an address is often edited by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.content.models import Kind
from portal.index import SearchQuery

LONGEST_QUERY = 1000
LONGEST_FACET = 120
FIRST_YEAR, LAST_YEAR = 1000, 9999


@dataclass(frozen=True, slots=True)
class SearchForm:
    """The words and the chosen facets."""

    text: str = ""
    kind: str | None = None
    topic: str | None = None
    task_force: str | None = None
    year: int | None = None

    def query(self, *, offset: int, limit: int) -> SearchQuery:
        """The query for one page of results."""
        return SearchQuery(
            text=self.text,
            kind=self.kind,
            topic=self.topic,
            task_force=self.task_force,
            year=self.year,
            offset=offset,
            limit=limit,
        )

    def args(self, **changes: object) -> dict[str, object]:
        """The address's arguments with ``changes``; None leaves one out."""
        held = {
            "q": self.text or None,
            "kind": self.kind,
            "topic": self.topic,
            "task_force": self.task_force,
            "year": self.year,
        }
        return {name: value for name, value in {**held, **changes}.items() if value is not None}

    @property
    def chosen(self) -> list[tuple[str, object]]:
        """The facets chosen, as (name, value)."""
        named = (
            ("kind", self.kind),
            ("topic", self.topic),
            ("task_force", self.task_force),
            ("year", self.year),
        )
        return [(name, value) for name, value in named if value is not None]


def search_form(args: Mapping[str, str]) -> SearchForm:
    """The form that an address's arguments fill."""
    return SearchForm(
        text=args.get("q", "").strip()[:LONGEST_QUERY],
        kind=_kind(args.get("kind", "")),
        topic=args.get("topic", "")[:LONGEST_FACET] or None,
        task_force=args.get("task_force", "")[:LONGEST_FACET] or None,
        year=_year(args.get("year", "")),
    )


def _kind(value: str) -> str | None:
    return value if value in set(Kind) else None


def _year(value: str) -> int | None:
    if len(value) != 4 or not (value.isascii() and value.isdigit()):
        return None
    return int(value) if FIRST_YEAR <= int(value) <= LAST_YEAR else None
