"""The extractor for real use: no byte of a document is parsed in the process that serves the portal."""

import contextlib
import os
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from portal.core.errors import Invalid, Unavailable
from portal.extraction import sentences
from portal.extraction.documents import check_outside
from portal.extraction.frames import read_reply
from portal.extraction.limits import MAX_CHILDREN, MAX_USES, Limits
from portal.extraction.media import document_type
from portal.extraction.port import Extracted
from portal.extraction.process import SCRIPT, Child, Trouble


class SandboxExtractor:
    """Reads documents in child processes that are kept until one makes trouble; threads may share it."""

    def __init__(
        self, limits: Limits | None = None, *, at_once: int = MAX_CHILDREN, script: Path = SCRIPT
    ) -> None:
        self._script = script
        self._limits = limits or Limits()
        self._places = threading.BoundedSemaphore(at_once)
        self._patience = 2 * self._limits.wall_seconds
        self._idle: list[Child] = []
        self._owner = os.getpid()
        weakref.finalize(self, _end_all, self._idle, self._owner)

    def extract(self, source: bytes, *, filename: str) -> Extracted:
        """The document in ``source``; else ``Invalid`` with one line, or ``Unavailable`` when too busy."""
        check_outside(source, filename)
        try:
            reply = self._asked(source, filename)
        except Trouble as trouble:
            why = str(trouble)
        else:
            return read_reply(reply, media_type=document_type(filename))
        # Raised outside the handler: a chained error would keep the document for as long as it lives itself.
        raise Invalid(why)

    def close(self) -> None:
        """End the idle children; the next document starts a new one."""
        _end_all(self._idle, self._owner)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _asked(self, source: bytes, filename: str) -> bytes:
        if not self._places.acquire(timeout=self._patience):
            raise Unavailable(sentences.BUSY)
        try:
            with self._child() as child:
                return child.ask(source, filename)
        finally:
            self._places.release()

    @contextlib.contextmanager
    def _child(self) -> Iterator[Child]:
        """A child that is kept afterwards if all went well, and ended otherwise, whatever went wrong."""
        child = self._kept() or Child(self._limits, self._script)
        try:
            yield child
        except BaseException:
            child.end()
            raise
        if child.uses < MAX_USES:
            self._idle.append(child)
        else:
            child.dismiss()

    def _kept(self) -> Child | None:
        if self._owner != os.getpid():
            # After a fork the pipes are the parent's: two askers would mix their documents.
            self._idle.clear()
            self._owner = os.getpid()
        while self._idle:
            child = self._idle.pop()
            if child.is_ready():
                return child
            child.end()
        return None


def _end_all(idle: list[Child], owner: int) -> None:
    while idle and owner == os.getpid():
        idle.pop().dismiss()
