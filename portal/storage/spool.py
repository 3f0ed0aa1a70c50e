"""A sealed spool: where an upload waits while its form is read, without a byte of it on disk in the clear."""

import tempfile
from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase
from pathlib import Path
from typing import Any

from portal.core.sealing import Sealer

PAGE = 64 * 1024
# What sealing adds to a page (nonce and tag).
OVERHEAD = 28


class SealedSpool(RawIOBase):
    """A file that is written once, in order, then read and sought; each page is sealed in its place.

    The file has no name, and its key is the sealer's alone, so that nothing can be read once this is gone.
    """

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        super().__init__()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - ``close`` closes it
        self._sealer = sealer
        self._tail = bytearray()
        self._pages = 0
        self._size = 0
        self._place = 0
        self._open_page: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Append; there is no writing in the middle."""
        block = memoryview(data).cast("B")
        self._tail += block
        self._size += len(block)
        self._place = self._size
        while len(self._tail) >= PAGE:
            self._seal(bytes(self._tail[:PAGE]))
            del self._tail[:PAGE]
        return len(block)

    def readinto(self, buffer: Any) -> int:
        """As many of the next bytes as the buffer takes; readers of archives count on whole reads."""
        filled = 0
        while filled < len(buffer) and self._place < self._size:
            number, offset = divmod(self._place, PAGE)
            piece = self._page(number)[offset : offset + len(buffer) - filled]
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)
            self._place += len(piece)
        return filled

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        start = {SEEK_SET: 0, SEEK_CUR: self._place, SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def close(self) -> None:
        self._file.close()
        super().close()

    def _seal(self, page: bytes) -> None:
        self._file.seek(self._pages * (PAGE + OVERHEAD))
        self._file.write(self._sealer.seal(page, aad=_place(self._pages)))
        self._pages += 1

    def _page(self, number: int) -> bytes:
        """One page in the clear; the last is still in memory."""
        if number == self._pages:
            return bytes(self._tail)
        if self._open_page[0] != number:
            self._file.seek(number * (PAGE + OVERHEAD))
            sealed = self._file.read(PAGE + OVERHEAD)
            self._open_page = (number, self._sealer.open(sealed, aad=_place(number)))
        return self._open_page[1]


def _place(number: int) -> bytes:
    return b"spool|%d" % number
