"""Whoosh's storage, sealed: no byte reaches a file but as a page under the compartment's key."""

from io import BytesIO
from typing import Any
from uuid import UUID

from whoosh.filedb.filestore import Storage
from whoosh.filedb.structfile import BufferFile, StructFile

from portal.core.errors import Broken
from portal.core.sealing import Sealer
from portal.index.files import Files

PAGE = 64 * 1024
SEAL = 28
_SEALED_PAGE = PAGE + SEAL


class SealedStorage(Storage):
    """Files in sealed pages, written whole when closed.

    Each page is bound to compartment, file name, its number and the number of all pages: one that was
    changed, cut off, moved, or taken from elsewhere does not open. Whoosh unpickles what it reads; it is
    given nothing that has not been authenticated.
    """

    supports_mmap = False
    # Whoosh's retrying reader asks for this; there is no folder to tell of.
    folder = ""

    def __init__(self, files: Files, compartment_id: UUID, sealer: Sealer) -> None:
        self.files = files
        self._compartment = compartment_id.bytes
        self._sealer = sealer
        self._renamed_later: dict[str, bytes] = {}

    def list(self) -> list[str]:
        return self.files.names()

    def file_exists(self, name: str) -> bool:
        return name in self.files.names()

    def file_length(self, name: str) -> int:
        """The length of the plain content; ``Broken`` for a file that is too short to be a sealed one."""
        sealed = self.files.length(name)
        if sealed < SEAL:
            raise Broken("A file of the index was cut off.")
        return max(0, sealed - SEAL * self._pages(sealed))

    def create_file(self, name: str, **_options: Any) -> StructFile:
        def keep(file: StructFile) -> None:
            # Whoosh writes its table of contents under a passing name; the pages are bound to the lasting
            # one.
            if ".toc." in name:
                self._renamed_later[name] = file.file.getvalue()
            else:
                self.write(name, file.file.getvalue())

        return StructFile(BytesIO(), name=name, onclose=keep)

    def open_file(self, name: str, **_options: Any) -> BufferFile:
        return BufferFile(memoryview(self.read(name, 0, self.file_length(name))), name=name)

    def delete_file(self, name: str) -> None:
        self.files.delete(name)

    def rename_file(self, frm: str, to: str, safe: bool = False) -> None:
        self.write(to, self._renamed_later.pop(frm))

    def temp_storage(self, name: str | None = None) -> Storage:
        """Nothing temporary is written by us, and Whoosh's own would write it in the clear."""
        raise NotImplementedError("a sealed index keeps nothing in temporary files")

    def write(self, name: str, content: bytes) -> None:
        """Seal ``content`` and write it durably."""
        view = memoryview(content)
        pages = max(1, -(-len(view) // PAGE))
        sealed = [
            self._sealer.seal(bytes(view[n * PAGE : (n + 1) * PAGE]), aad=self._aad(name, n, pages))
            for n in range(pages)
        ]
        self.files.write(name, b"".join(sealed))

    def read(self, name: str, start: int, length: int) -> bytes:
        """A part of the plain content, from the pages that hold it."""
        if length <= 0:
            return b""
        pages = self._pages(self.files.length(name))
        first, last = start // PAGE, (start + length - 1) // PAGE
        sealed = self.files.read(name, first * _SEALED_PAGE, (last - first + 1) * _SEALED_PAGE)
        plain = b"".join(
            self._sealer.open(
                sealed[n * _SEALED_PAGE : (n + 1) * _SEALED_PAGE], aad=self._aad(name, first + n, pages)
            )
            for n in range(last - first + 1)
        )
        return plain[start - first * PAGE : start - first * PAGE + length]

    def authenticate(self, name: str) -> None:
        """Open every page; ``Broken`` where one does not."""
        self.read(name, 0, max(1, self.file_length(name)))

    @staticmethod
    def _pages(sealed_length: int) -> int:
        return max(1, -(-sealed_length // _SEALED_PAGE))

    def _aad(self, name: str, page: int, pages: int) -> bytes:
        place = page.to_bytes(4, "big") + pages.to_bytes(4, "big")
        return b"index" + self._compartment + place + name.encode()
