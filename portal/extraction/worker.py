"""The child's side: it forks a process for each document before a byte of it arrives, so that none meets another."""

import os
import signal
from collections.abc import Callable

from portal.core.errors import Invalid
from portal.extraction.confine import confine
from portal.extraction.documents import read_document
from portal.extraction.frames import (
    ANSWERED,
    BROKE,
    READY,
    TOOK_TOO_LONG,
    TOOK_TOO_MUCH,
    UNASKED,
    framed,
    received,
    refusal_of,
    reply_of,
)
from portal.extraction.rehearsal import rehearse

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
    """Have requests answered until the pipe ends or a document brings its reader down; returns the exit status."""
    rehearse()
    while (status := _one_request(within=wall_seconds, read=read)) == ANSWERED:
        pass
    return status


def _one_request(*, within: float, read: Read) -> int:
    """How the process that was to answer a request ended.

    What this process holds, every later reader inherits; so it receives nothing itself. Nothing is sent before its
    word, which it gives when the last reader is gone and the next one waits: the pipe never holds two requests.
    """
    process = os.fork()
    if process == 0:
        os._exit(_receive_and_reply(within=within, read=read))
    os.write(WRITER, READY)
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        return TOOK_TOO_LONG if os.WTERMSIG(status) in TIME_SIGNALS else BROKE
    return os.WEXITSTATUS(status)


def _receive_and_reply(*, within: float, read: Read) -> int:
    try:
        # The next document is not for this reader's eyes, so the pipe is closed before this one is looked into.
        with open(READER, "rb", buffering=0) as stream:
            asked = received(stream)
        if asked is None:
            return UNASKED
        token, source, filename = asked
        # The clock starts only now: this process may have waited for hours.
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
