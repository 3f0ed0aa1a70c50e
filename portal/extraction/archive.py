"""Office files are zip archives: this opens one only after its directory has been found harmless."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import BinaryIO

from portal.core.errors import Invalid, TooLarge
from portal.extraction import sentences
from portal.extraction.limits import (
    MAX_DIRECTORY,
    MAX_ENTRIES,
    MAX_PART,
    MAX_PARTS_TOTAL,
    MAX_RATIO,
    MAX_UNPACKED,
    RATIO_MATTERS_FROM,
)

END = struct.Struct("<4s4H2LH")
LOCAL_HEADER = 30
ENCRYPTED = 0x1
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ARCHIVES = (
    ".zip",
    ".7z",
    ".rar",
    ".gz",
    ".tgz",
    ".bz2",
    ".xz",
    ".tar",
    ".jar",
    ".docx",
    ".pptx",
    ".xlsx",
    ".odt",
)


class Package:
    """An archive whose directory was checked; its parts are unpacked one by one, within a budget."""

    def __init__(self, stream: BinaryIO) -> None:
        count, start = _end_record(stream)
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
            raise Invalid(sentences.DAMAGED) from None
        entries = self._zip.infolist()
        if len(entries) != count:
            raise Invalid(sentences.DAMAGED)
        for entry in entries:
            _check_entry(entry)
        _check_together(entries, start)
        self._entries = {entry.filename: entry for entry in entries}
        self._budget = MAX_PARTS_TOTAL

    @property
    def names(self) -> list[str]:
        """The parts, in the order of the directory."""
        return list(self._entries)

    @property
    def embeds_files(self) -> bool:
        """Whether other files are embedded (they are never opened)."""
        return any(_is_embedded(name) for name in self._entries)

    def read(self, name: str) -> bytes:
        """One part, unpacked; ``Invalid`` where it is missing, damaged or too large."""
        entry = self._entries.get(name)
        if entry is None:
            raise Invalid(sentences.DAMAGED)
        if entry.file_size > min(MAX_PART, self._budget):
            raise TooLarge(sentences.UNPACKS_TOO_FAR)
        self._budget -= entry.file_size
        try:
            return self._zip.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
            raise Invalid(sentences.DAMAGED) from None


def opened(source: bytes) -> Package:
    """The archive in ``source``."""
    return Package(BytesIO(source))


def packed(parts: Iterable[tuple[str, bytes]]) -> BytesIO:
    """A fresh archive of just these parts."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts:
            archive.writestr(zipfile.ZipInfo(name), data)
    stream.seek(0)
    return stream


def _end_record(stream: BinaryIO) -> tuple[int, int]:
    """Number of entries and start of the directory; nothing may stand between or after the pieces."""
    size = stream.seek(0, 2)
    if size < END.size:
        raise Invalid(sentences.DAMAGED)
    stream.seek(size - END.size)
    magic, *disks, here, count, length, start, comment = END.unpack(stream.read(END.size))
    if magic != b"PK\x05\x06" or any(disks) or here != count or comment:
        raise Invalid(sentences.DAMAGED)
    if count > MAX_ENTRIES or length > MAX_DIRECTORY:
        raise Invalid(sentences.UNSAFE_PACKING)
    if start + length != size - END.size:
        raise Invalid(sentences.UNSAFE_PACKING)
    stream.seek(0)
    return count, start


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & ENCRYPTED:
        raise Invalid(sentences.OFFICE_PASSWORD)
    if entry.compress_type not in METHODS or stat.S_ISLNK(entry.external_attr >> 16):
        raise Invalid(sentences.UNSAFE_PACKING)
    if _is_odd_name(entry.orig_filename) or (
        _is_archive(entry.filename) and not _is_embedded(entry.filename)
    ):
        raise Invalid(sentences.UNSAFE_PACKING)
    if entry.file_size > RATIO_MATTERS_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise Invalid(sentences.UNPACKS_TOO_FAR)


def _is_odd_name(name: str) -> bool:
    steps = name.split("/")
    return name.startswith("/") or ".." in steps or any(c in name for c in "\\:\x00") or len(name) > 255


def _is_archive(name: str) -> bool:
    return name.lower().endswith(ARCHIVES)


def _is_embedded(name: str) -> bool:
    return "/embeddings/" in name


def _check_together(entries: list[zipfile.ZipInfo], directory_start: int) -> None:
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Invalid(sentences.UNPACKS_TOO_FAR)
    if len({entry.filename.casefold() for entry in entries}) != len(entries):
        raise Invalid(sentences.UNSAFE_PACKING)
    # Entries that share bytes are how a small file claims terabytes.
    reached = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < reached or (reached == 0 and entry.header_offset):
            raise Invalid(sentences.UNSAFE_PACKING)
        reached = entry.header_offset + LOCAL_HEADER + len(entry.orig_filename) + entry.compress_size
    if reached > directory_start:
        raise Invalid(sentences.DAMAGED)
