"""Files of this machine that someone names for import."""

import os
import stat
from pathlib import Path

from portal.core.errors import Invalid, TooLarge
from portal.extraction import sentences
from portal.extraction.limits import MAX_DOCUMENT, MEGABYTE


def read_local(path: Path, *, limit: int = MAX_DOCUMENT) -> bytes:
    """The bytes of an ordinary file; ``Invalid`` for links, folders, pipes, devices, and files too large."""
    try:
        # Without waiting: opening a pipe would otherwise last until somebody writes to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError):
        raise Invalid(_why_not(path)) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Invalid(sentences.NOT_A_FILE)
        return _read(descriptor, limit)
    except OSError:
        raise Invalid(sentences.UNREADABLE) from None
    finally:
        os.close(descriptor)


def _why_not(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError):
        return sentences.UNREADABLE
    return sentences.UNREADABLE if stat.S_ISREG(mode) else sentences.NOT_A_FILE


def _read(descriptor: int, limit: int) -> bytes:
    """At most one byte more than allowed is asked for, so a file that grows cannot hold the reader."""
    blocks: list[bytes] = []
    left = limit + 1
    while left and (block := os.read(descriptor, min(left, MEGABYTE))):
        blocks.append(block)
        left -= len(block)
    if not left:
        raise TooLarge(sentences.TOO_LARGE)
    return b"".join(blocks)
