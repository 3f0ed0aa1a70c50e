"""The port: hostile bytes in, a clean document or one sentence out."""

from dataclasses import dataclass
from typing import Protocol


class InsecureExtractor(UserWarning):
    """An extractor was built that reads hostile files inside this very process."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a file holds. ``html`` is not yet trusted: sanitise it again before it is stored or shown."""

    title: str
    html: str
    text: str
    media_type: str
    warnings: tuple[str, ...] = ()
    searchable: bool = True


class Extractor(Protocol):
    """Turns a file of any origin into a document."""

    def extract(self, source: bytes, *, filename: str) -> Extracted:
        """The document in ``source``; else ``Invalid``: one line of what is wrong and what to do."""
