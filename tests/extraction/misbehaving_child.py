"""A child whose reader has been taken over: it does what the document says, under all the usual limits."""

import importlib.util
import json
import os
import signal
import socket
import sys
from pathlib import Path

HEAD = 20


def load_child(root: str):
    spec = importlib.util.spec_from_file_location("child", Path(root) / "portal" / "extraction" / "child.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def attempt(act) -> str:
    try:
        act()
    except OSError as error:
        return f"refused {error.errno}"
    return "done"


def document(html: str, text: str, /, **more: object) -> bytes:
    words = {"html": html, "text": text, "title": "Told", "warnings": [], "searchable": True, **more}
    return json.dumps({"document": words}).encode()


def told(text: str) -> bytes:
    return document(f"<p>{text}</p>", text)


def spin() -> None:
    while True:
        pass


def spin_deaf() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    spin()


def flood() -> None:
    os.write(1, (2**31).to_bytes(HEAD, "big"))
    while True:
        os.write(1, bytes(65536))


def memory() -> None:
    kept = []
    while True:
        kept.append(bytearray(16 * 1024 * 1024))


def write_file() -> None:
    os.open("/tmp/written-by-a-document", os.O_WRONLY | os.O_CREAT, 0o600)


def stay() -> None:
    """Answers and does not end."""
    os._exit = lambda status: spin()


def answer_late() -> None:
    """Sends an answer for the next document once its own has gone."""
    real_write = os.write

    def write(descriptor: int, data: bytes) -> int:
        sent = real_write(descriptor, data)
        real_write(descriptor, bytes(HEAD))
        return sent

    os.write = write


ACTS = {
    "answer before": lambda: os.write(1, bytes(HEAD)),
    "write": write_file,
    "read": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "connect": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "fork": os.fork,
    "execute": lambda: os.execv("/bin/true", ["true"]),
    "stop the clock": lambda: signal.setitimer(signal.ITIMER_REAL, 0),
    "signal": lambda: os.kill(os.getppid(), signal.SIGTERM),
    "spin": spin,
    "spin deaf": spin_deaf,
    "flood": flood,
    "stay": stay,
    "memory": memory,
    "die": lambda: os._exit(0),
    "crash": lambda: os.abort(),
}
ANSWERS = {
    "garbage": b"\xff\x00{",
    "nothing": b"",
    "deep": b"[" * 100_000,
    "list": b"[]",
    "wrong types": document("a", "a", html=1, warnings=[5]),
    "wrong warnings": document("a", "a", warnings=5),
    "not so searchable": document("a", "a", searchable="no"),
    "script": document('<p onclick="x()">a</p><script>x()</script>', "a\x00\ud800", title="two\nlines"),
    "nested": document("<b>" * 10_000 + "</b>" * 10_000, "a"),
    "speech": json.dumps({"refused": "one\ntwo" + "x" * 5_000, "too_large": 7}).encode(),
}


def misbehave(source: bytes, filename: str) -> bytes:
    wish = source.decode()
    if wish in ANSWERS:
        return ANSWERS[wish]
    if wish == "answer after":
        # Behind the true answer, which is small enough to have been read by then, stands one for the next document.
        answer_late()
    return told(attempt(ACTS[wish]) if wish in ACTS else wish)


if __name__ == "__main__":
    limits = json.loads(sys.argv[1])
    child = load_child(sys.argv[2])
    child.limit_self(limits)
    sys.exit(child.loaded(sys.argv[2]).serve(limits["wall_seconds"], misbehave))
