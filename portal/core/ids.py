"""Identifiers: random UUIDs (version 4), which tell nothing of order, number or time."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

_source: Callable[[], UUID] = uuid.uuid4


def new_id() -> UUID:
    """A fresh random identifier."""
    return _source()


@contextmanager
def using(source: Callable[[], UUID]) -> Iterator[None]:
    """Take identifiers from ``source`` inside the block, so that two test worlds can share them."""
    global _source  # noqa: PLW0603 - one deliberate global, as the clock
    previous, _source = _source, source
    try:
        yield
    finally:
        _source = previous
