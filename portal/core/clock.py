"""The one source of time (UTC), so that tests can set it and records agree on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """The present moment as an aware UTC datetime."""
    return _source()


@contextmanager
def using(source: Callable[[], datetime]) -> Iterator[None]:
    """Take the time from ``source`` inside the block."""
    global _source  # noqa: PLW0603 - the clock is the process's one deliberate global
    previous, _source = _source, source
    try:
        yield
    finally:
        _source = previous
