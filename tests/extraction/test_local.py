"""Files of this machine: only ordinary ones, of bounded size, and never waiting."""

import os
import socket
import threading
from pathlib import Path

import pytest

from portal.core.errors import Invalid, TooLarge
from portal.extraction import read_local


def test_an_ordinary_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"words" * 1_000_000)

    assert read_local(path) == b"words" * 1_000_000


def test_an_empty_file_is_read_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch()

    assert read_local(path) == b""


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "broken link", "device", "loop"])
def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.txt"
    make = {
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
        "link": lambda: path.symlink_to("/etc/passwd"),
        "broken link": lambda: path.symlink_to(tmp_path / "none"),
        "device": lambda: None,
        "loop": lambda: path.symlink_to(path),
    }
    make[kind]()

    with pytest.raises(Invalid, match="not an ordinary file"):
        read_local(Path("/dev/zero") if kind == "device" else path)


def test_a_socket_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))

    with pytest.raises(Invalid, match="not an ordinary file"):
        read_local(path)


@pytest.mark.parametrize("name", ["none.txt", "a\x00b.txt", "x" * 5000])
def test_what_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        read_local(tmp_path / name)


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")

    assert read_local(path, limit=5) == b"12345"
    with pytest.raises(TooLarge):
        read_local(path, limit=4)


def test_a_file_that_grows_while_it_is_read_ends_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch()
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab") as stream:
            while not stop.is_set() and stream.tell() < 200_000_000:
                stream.write(bytes(1_000_000))

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(5):
            assert len(_read_or_empty(path)) <= 1_000_000
    finally:
        stop.set()
        writer.join()


def _read_or_empty(path: Path) -> bytes:
    try:
        return read_local(path, limit=1_000_000)
    except TooLarge:
        return b""
