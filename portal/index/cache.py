"""A cache bounded in bytes, safe between threads; what was used longest ago goes first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any


class ByteCache:
    """Keeps what ``load`` returned for a key until room is needed. Keys begin with what they belong to."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    @property
    def held_bytes(self) -> int:
        return self._bytes

    def get(self, key: Hashable, load: Callable[[], tuple[Any, int]]) -> Any:
        """What is kept for ``key``, or what ``load`` gives as (value, bytes). Two threads may load the same
        at once."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key][0]
        value, size = load()
        with self._lock:
            self._put(key, value, size)
        return value

    def peek(self, key: Hashable) -> Any:
        """What is kept for ``key``, or None."""
        with self._lock:
            entry = self._held.get(key)
            return entry[0] if entry else None

    def forget(self, key: Hashable) -> None:
        """Let go of what is kept for ``key``."""
        with self._lock:
            _, size = self._held.pop(key, (None, 0))
            self._bytes -= size

    def _put(self, key: Hashable, value: Any, size: int) -> None:
        if key in self._held:
            self._bytes -= self._held.pop(key)[1]
        self._held[key] = value, size
        self._bytes += size
        while self._bytes > self._most and len(self._held) > 1:
            _, (_, freed) = self._held.popitem(last=False)
            self._bytes -= freed
