"""A file of named arrays: a short table, then the arrays one after the other, small ones first."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from portal.core.errors import Broken
from portal.index.columns import Array
from portal.index.storage import PAGE, SealedStorage

_LENGTH_BYTES = 4
_ALIGN = 8


def packed(arrays: Mapping[str, Array]) -> bytes:
    """The file that holds ``arrays``."""
    table: dict[str, tuple[str, int, int]] = {}
    pieces: list[bytes] = []
    place = 0
    for name, values in sorted(arrays.items(), key=lambda each: each[1].nbytes):
        data = np.ascontiguousarray(values).tobytes()
        table[name] = values.dtype.str, place, len(data)
        padding = -len(data) % _ALIGN
        pieces.append(data + bytes(padding))
        place += len(data) + padding
    header = json.dumps(table).encode()
    return len(header).to_bytes(_LENGTH_BYTES, "big") + header + b"".join(pieces)


def _table(header: bytes) -> dict[str, Any]:
    try:
        table: dict[str, Any] = json.loads(header)
    except ValueError:
        raise Broken("A file of the index has no table that can be read.") from None
    return table


class Bundle:
    """Reads single arrays out of such a file."""

    def __init__(self, storage: SealedStorage, name: str) -> None:
        self._storage = storage
        self._name = name
        # The table names some fifty arrays, so that it always ends on the first page.
        begin = storage.read(name, 0, PAGE)
        self._base = _LENGTH_BYTES + int.from_bytes(begin[:_LENGTH_BYTES], "big")
        self._table = _table(begin[_LENGTH_BYTES : self._base])
        # The first page is kept, so that it is not opened again for each of the small arrays on it.
        self._begin = begin[self._base :]

    @property
    def nbytes(self) -> int:
        """About how much memory this takes."""
        return len(self._begin) + 150 * len(self._table)

    def __contains__(self, array: str) -> bool:
        return array in self._table

    @property
    def names(self) -> list[str]:
        """The names of all arrays."""
        return list(self._table)

    def all(self) -> dict[str, Array]:
        """Every array, read at once."""
        length = self._storage.file_length(self._name) - self._base
        data = self._storage.read(self._name, self._base, length)
        return {
            name: np.frombuffer(data[place : place + size], np.dtype(kind))
            for name, (kind, place, size) in self._table.items()
        }

    def array(self, array: str) -> Array:
        """The array of that name, read-only."""
        if array not in self._table:
            raise Broken("A file of the index lacks an array.")
        kind, place, length = self._table[array]
        if place + length <= len(self._begin):
            return np.frombuffer(self._begin, np.dtype(kind), length // np.dtype(kind).itemsize, place)
        data = self._storage.read(self._name, self._base + place, length)
        return np.frombuffer(data, np.dtype(kind))
