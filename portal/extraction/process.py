"""The parent's side: a child process that is asked for documents and killed at the first trouble."""

import contextlib
import json
import os
import secrets
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from portal.core.errors import Unavailable
from portal.extraction import child, sentences
from portal.extraction.frames import READY, REPLY, TOOK_TOO_LONG, TOOK_TOO_MUCH, request
from portal.extraction.limits import MAX_REPLY, Limits

SCRIPT = Path(child.__file__).resolve()
ROOT = SCRIPT.parents[2]
BLOCK = 256 * 1024
# Loading the parsers takes half a second; a machine under load may need many times that.
LONGEST_START = 30.0
# A child that has answered is ready again in a moment, and one that has closed its pipe is gone; or it is stuck.
LAST_WAIT = 2.0
WHY = {TOOK_TOO_LONG: sentences.TOO_LONG, TOOK_TOO_MUCH: sentences.TOO_MUCH}


class Trouble(Exception):
    """The child did not answer; the text is the sentence for the person who sent the document."""


class Child:
    """A child process in its own session, without our environment, with nowhere to write but its pipe."""

    def __init__(self, limits: Limits, script: Path = SCRIPT) -> None:
        self.uses = 0
        self._wall = limits.wall_seconds + limits.grace
        self._process = subprocess.Popen(  # noqa: S603 - our own script, under the interpreter that runs already
            [sys.executable, "-I", str(script), json.dumps(limits.as_dict()), str(ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LC_ALL": "C.UTF-8"},
            start_new_session=True,
            bufsize=0,
        )
        assert self._process.stdin and self._process.stdout
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)
        if not self.is_ready(within=LONGEST_START):
            # That is our fault, and not that of the document.
            self.end()
            raise Unavailable(sentences.NO_READER)

    def is_ready(self, within: float = LAST_WAIT) -> bool:
        """Whether it lives and says, and says only, that it waits for a document; asked once before each document."""
        deadline, got = time.monotonic() + within, b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._from, selectors.EVENT_READ)
            while got != READY:
                left = max(0.0, deadline - time.monotonic())
                if not READY.startswith(got) or not selector.select(left):
                    return False
                got += os.read(self._from, len(READY) - len(got)) or b"gone"
        # Its word may be older than its end.
        return self._process.poll() is None

    def ask(self, source: bytes, filename: str) -> bytes:
        """The answer for a document; ``Trouble`` where none comes in time or in bounds."""
        self.uses += 1
        token = secrets.token_bytes(16)
        deadline = time.monotonic() + self._wall
        try:
            exchange = _Exchange(self._to, self._from, token, request(token, source, filename))
            return exchange.run(deadline)
        except TimeoutError:
            why = sentences.TOO_LONG
        except ValueError:
            why = sentences.DAMAGED
        except (EOFError, OSError):
            why = self._why()
        # Raised outside the handlers: a chained error would keep the document for as long as it lives itself.
        raise Trouble(why)

    def dismiss(self) -> None:
        """Let it end by itself, now that nothing more is asked; kill it if it does not."""
        self._close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(LAST_WAIT)
        self.end()

    def end(self) -> None:
        """Kill the process and all it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._close()
        self._process.wait()

    def _close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _why(self) -> str:
        try:
            status = self._process.wait(LAST_WAIT)
        except subprocess.TimeoutExpired:
            return sentences.TOO_LONG
        if -status in {signal.SIGXCPU, signal.SIGKILL}:
            return sentences.TOO_LONG
        return WHY.get(status, sentences.DAMAGED)


class _Exchange:
    """One request and its answer over two pipes, neither of which may make us wait past the deadline."""

    def __init__(self, to: int, source: int, token: bytes, pieces: Iterable[bytes]) -> None:
        self._to, self._from, self._token = to, source, token
        self._left = [memoryview(piece) for piece in pieces if piece]
        self._got = bytearray()
        self._needed = REPLY.size

    def run(self, deadline: float) -> bytes:
        with selectors.DefaultSelector() as selector:
            selector.register(self._from, selectors.EVENT_READ)
            selector.register(self._to, selectors.EVENT_WRITE)
            while len(self._got) < self._needed:
                ready = selector.select(max(0.0, deadline - time.monotonic()))
                if not ready:
                    raise TimeoutError
                for key, _ in ready:
                    self._move(key.fd, selector)
        if self._left:
            raise ValueError("Answered before it was asked.")
        return bytes(self._got[REPLY.size :])

    def _move(self, descriptor: int, selector: selectors.BaseSelector) -> None:
        if descriptor == self._from:
            self._take()
        else:
            self._give(selector)

    def _give(self, selector: selectors.BaseSelector) -> None:
        sent = os.write(self._to, self._left[0][:BLOCK])
        self._left[0] = self._left[0][sent:]
        if not self._left[0]:
            del self._left[0]
        if not self._left:
            selector.unregister(self._to)

    def _take(self) -> None:
        # No more than the answer: behind it the child may already say that it is ready again.
        block = os.read(self._from, min(BLOCK, self._needed - len(self._got)))
        if not block:
            raise EOFError
        self._got += block
        if self._needed == REPLY.size and len(self._got) >= REPLY.size:
            token, length = REPLY.unpack(self._got[: REPLY.size])
            if token != self._token or length > MAX_REPLY:
                raise ValueError("Not the answer to this request.")
            self._needed += length
