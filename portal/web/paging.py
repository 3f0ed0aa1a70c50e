"""Pages of a long list: which one was asked for, and what the links beneath it are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.core.errors import NotFound

# Nobody reads this far; the limit keeps a page number from becoming a heavy query.
LAST_PAGE = 1000


def page_of(args: Mapping[str, str]) -> int:
    """The page asked for by ``page`` in the query: 1 for what is no number, ``NotFound`` past the limit."""
    raw = args.get("page", "1")
    if not (raw.isascii() and raw.isdigit()):
        return 1
    digits = raw.lstrip("0")
    if len(digits) > len(str(LAST_PAGE)) or int(digits or "1") > LAST_PAGE:
        raise NotFound("There is no such page.")
    return int(digits or "1")


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of ``total`` entries, ``size`` at a time; a page after the last one is ``NotFound``."""

    total: int
    page: int = 1
    size: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.page <= self.pages:
            raise NotFound("There is no such page.")

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return min(max(1, -(-self.total // self.size)), LAST_PAGE)

    @property
    def offset(self) -> int:
        """How many entries stand before this page."""
        return (self.page - 1) * self.size

    @property
    def first(self) -> int:
        """The number of this page's first entry, 0 when there is none."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """The number of this page's last entry."""
        return min(self.offset + self.size, self.total)

    def links(self) -> Iterator[int | None]:
        """The page numbers to link: first, last and those round this one; None stands for a gap."""
        near = {1, self.pages, *range(self.page - 1, self.page + 2)}
        previous = 0
        for number in sorted(n for n in near if 1 <= n <= self.pages):
            if number - previous > 1:
                # A gap of a single page is shown as that page.
                yield number - 1 if number - previous == 2 else None
            yield number
            previous = number
