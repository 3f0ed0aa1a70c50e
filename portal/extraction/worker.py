"""The child's side: it forks a process for each document, so that none of them meets another."""

import os
import signal
from collections.abc import Callable
from typing import BinaryIO

from portal.core.errors import Invalid
from portal.extraction.confine import confine
from portal.extraction.documents import read_document
from portal.extraction.frames import (
    ANSWERED,
    BROKE,
    READY,
    REQUEST,
    TOOK_TOO_LONG,
    TOOK_TOO_MUCH,
    framed,
    refusal_of,
    reply_of,
)
from portal.extraction.limits import MAX_DOCUMENT
from portal.extraction.rehearsal import rehearse

MAX_NAME = 4096
READER, WRITER = 0, 1
TIME_SIGNALS = {signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL}
Read = Callable[[bytes, str], bytes]


def answer(source: bytes, filename: str) -> bytes:
    """The answer for one document."""
    try:
        return reply_of(read_document(source, filename=filename))
    except Invalid as error:
        return refusal_of(error)


def serve(wall_seconds: float, read: Read = answer) -> int:
    """Answer requests until the pipe ends or a document brings its reader down; returns the exit status."""
    rehearse()
    # Not buffered: what lies in a buffer would be inherited by the process that reads the document before.
    with open(READER, "rb", buffering=0, closefd=False) as stream:
        while (asked := _next(stream)) is not None:
            if status := _in_fork(*asked, within=wall_seconds, read=read):
                return status
    return 0


def _next(stream: BinaryIO) -> tuple[bytes, bytes, str] | None:
    os.write(WRITER, READY)
    return _receive(stream)


def _receive(stream: BinaryIO) -> tuple[bytes, bytes, str] | None:
    head = _exactly(stream, REQUEST.size)
    if head is None:
        return None
    token, name_length, length = REQUEST.unpack(head)
    if name_length > MAX_NAME or length > MAX_DOCUMENT:
        return None
    name, source = _exactly(stream, name_length), _exactly(stream, length)
    if name is None or source is None:
        return None
    return token, source, name.decode("utf-8", "replace")


def _exactly(stream: BinaryIO, length: int) -> bytes | None:
    gathered = bytearray()
    while len(gathered) < length:
        block = stream.read(length - len(gathered))
        if not block:
            return None
        gathered += block
    return bytes(gathered)


def _in_fork(token: bytes, source: bytes, filename: str, *, within: float, read: Read) -> int:
    process = os.fork()
    if process == 0:
        os._exit(_read_and_reply(token, source, filename, within=within, read=read))
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        return TOOK_TOO_LONG if os.WTERMSIG(status) in TIME_SIGNALS else BROKE
    ended = os.WEXITSTATUS(status)
    # A reader that a library ends, with whatever status, has not answered.
    return 0 if ended == ANSWERED else ended or BROKE


def _read_and_reply(token: bytes, source: bytes, filename: str, *, within: float, read: Read) -> int:
    try:
        # The next document is not for this reader's eyes, nor for its hands.
        os.close(READER)
        signal.setitimer(signal.ITIMER_REAL, within)
        confine()
        reply = memoryview(framed(token, read(source, filename)))
        while reply:
            reply = reply[os.write(WRITER, reply) :]
    except MemoryError:
        return TOOK_TOO_MUCH
    except BaseException:
        # Whatever happened, this process must not return into its parent's loop.
        return BROKE
    return ANSWERED
