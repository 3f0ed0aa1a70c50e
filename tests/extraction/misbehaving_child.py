"""A child whose reader has been taken over: it does what the document says, under all the usual limits."""

import importlib.util
import json
import os
import signal
import socket
import sys
from pathlib import Path

REPLY_HEAD = 4


def load_child(root: str):
    spec = importlib.util.spec_from_file_location("child", Path(root) / "portal" / "extraction" / "child.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def framed(data: bytes) -> bytes:
    return len(data).to_bytes(REPLY_HEAD, "big") + data


def attempt(act) -> str:
    try:
        act()
    except OSError as error:
        return f"refused {error.errno}"
    return "done"


def told(text: str) -> bytes:
    words = {"html": f"<p>{text}</p>", "text": text, "title": "Told", "warnings": [], "searchable": True}
    return framed(json.dumps({"document": words}).encode())


def spin() -> None:
    while True:
        pass


def spin_deaf() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    spin()


def flood() -> None:
    os.write(1, (2**31).to_bytes(REPLY_HEAD, "big"))
    while True:
        os.write(1, bytes(65536))


def memory() -> None:
    kept = []
    while True:
        kept.append(bytearray(16 * 1024 * 1024))


def write_file() -> None:
    os.open("/tmp/written-by-a-document", os.O_WRONLY | os.O_CREAT, 0o600)


ACTS = {
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
    "memory": memory,
    "die": lambda: os._exit(0),
    "crash": lambda: os.abort(),
}
ANSWERS = {
    "garbage": framed(b"\xff\x00{"),
    "deep": framed(b"[" * 100_000),
    "list": framed(b"[]"),
    "wrong types": framed(
        b'{"document": {"html": 1, "text": [], "title": {}, "warnings": 5, "searchable": "no"}}'
    ),
    "script": framed(
        json.dumps(
            {
                "document": {
                    "html": '<p onclick="x()">a</p><script>x()</script>',
                    "text": "a\x00\ud800",
                    "title": "two\nlines",
                    "warnings": [],
                    "searchable": True,
                }
            }
        ).encode()
    ),
    "nested": told("<b>" * 10_000),
    "speech": framed(json.dumps({"refused": "one\ntwo" + "x" * 5_000, "too_large": 7}).encode()),
    "more": told("a") + b"more",
    "short": told("a")[:-3],
}


def misbehave(source: bytes, filename: str) -> bytes:
    wish = source.decode()
    if wish in ANSWERS:
        return ANSWERS[wish]
    return told(attempt(ACTS[wish]) if wish in ACTS else wish)


if __name__ == "__main__":
    limits = json.loads(sys.argv[1])
    child = load_child(sys.argv[2])
    child.limit_self(limits)
    sys.exit(child.loaded(sys.argv[2]).serve(limits["wall_seconds"], misbehave))
