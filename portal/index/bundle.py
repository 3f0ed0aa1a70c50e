"""A file of named arrays: a short table, then the arrays one after the other."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from portal.index.columns import Array
from portal.index.storage import SealedStorage

_LENGTH_BYTES = 4
_ALIGN = 8


def packed(arrays: Mapping[str, Array]) -> bytes:
    """The file that holds ``arrays``."""
    table: dict[str, tuple[str, int, int]] = {}
    pieces: list[bytes] = []
    place = 0
    for name, values in arrays.items():
        data = np.ascontiguousarray(values).tobytes()
        table[name] = values.dtype.str, place, len(data)
        padding = -len(data) % _ALIGN
        pieces.append(data + bytes(padding))
        place += len(data) + padding
    header = json.dumps(table).encode()
    return len(header).to_bytes(_LENGTH_BYTES, "big") + header + b"".join(pieces)


class Bundle:
    """Reads single arrays out of such a file."""

    def __init__(self, storage: SealedStorage, name: str) -> None:
        self._storage = storage
        self._name = name
        header = int.from_bytes(storage.read(name, 0, _LENGTH_BYTES), "big")
        self._base = _LENGTH_BYTES + header
        self._table: dict[str, Any] = json.loads(storage.read(name, _LENGTH_BYTES, header))

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
        kind, place, length = self._table[array]
        data = self._storage.read(self._name, self._base + place, length)
        return np.frombuffer(data, np.dtype(kind))
