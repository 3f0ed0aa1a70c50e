"""Looking for words in everything that lies below a folder, and in every file that a process holds open."""

import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

# Where compressed data may begin: zlib, gzip, and the entries of an archive (a Word file is one).
PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|PK\x03\x04")
LARGEST_UNPACKED = 1_000_000


def told(words: Iterable[str], content: bytes) -> set[str]:
    """Which of the words the bytes hold: in UTF-8 or UTF-16, in any case, as they are or compressed."""
    texts = [content.lower(), *(text.lower() for text in _unpacked(content))]
    return {word for word in words if any(form in text for form in _forms(word) for text in texts)}


def found_below(folder: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """The files below the folder that hold a word, in what they contain or what they are called."""
    words = list(words)
    seen: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        here = told(words, str(path.relative_to(folder)).encode())
        # What is temporary may go while we look.
        with suppress(FileNotFoundError):
            if path.is_file():
                here |= told(words, path.read_bytes())
        if here:
            seen[str(path.relative_to(folder))] = here
    return seen


def processes_with(setting: str) -> list[int]:
    """The processes that have the setting in their environment."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and setting.encode() in _read(entry / "environ").split(b"\0")
    ]


def held_open(pid: int) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file that the process holds open, also of one without a name."""
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            if descriptor.is_file():
                yield str(descriptor.readlink()), descriptor.read_bytes()


def largest_core(pid: int) -> str:
    """The limits on core dumps, soft and hard."""
    return re.search(r"Max core file size\s+(\S+\s+\S+)", _read(Path(f"/proc/{pid}/limits")).decode())[1]  # type: ignore[index]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _forms(word: str) -> tuple[bytes, ...]:
    return tuple(word.lower().encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Whatever unpacks from a place where compressed data may begin."""
    for place in PACKED.finditer(content):
        start, window = place.start(), 47
        if place[0].startswith(b"PK"):
            names = content[start + 26 : start + 30]
            start += 30 + int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little")
            window = -15
        with suppress(zlib.error):
            yield zlib.decompressobj(window).decompress(content[start:], LARGEST_UNPACKED)
