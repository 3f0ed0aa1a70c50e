"""Where an upload waits: whole when read, sealed on disk, gone when closed."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.core.errors import Broken
from portal.keyring import Keyring, MemoryKeyManager
from portal.storage import SealedSpool
from portal.storage.spool import PAGE


@pytest.fixture
def make_spool(tmp_path: Path) -> Callable[[], SealedSpool]:
    with pytest.warns(UserWarning):
        ring = Keyring(MemoryKeyManager())
    return lambda: SealedSpool(tmp_path / "spool", ring.passing_sealer())


@pytest.mark.parametrize("size", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE + 17])
def test_what_is_written_is_read_again_from_any_place(
    make_spool: Callable[[], SealedSpool], size: int
) -> None:
    data = random.Random(size).randbytes(size)
    with make_spool() as spool:
        for start in range(0, size, 10_007):
            spool.write(data[start : start + 10_007])

        spool.seek(0)
        assert spool.read() == data
        for place in (0, 1, size // 2, max(0, size - 3)):
            assert spool.seek(place) == place
            assert spool.read(100) == data[place : place + 100]
        assert spool.seek(0, 2) == spool.tell() == size
        assert spool.read(5) == b""


def test_nothing_of_an_upload_is_on_disk_in_the_clear(
    make_spool: Callable[[], SealedSpool], tmp_path: Path
) -> None:
    with make_spool() as spool:
        spool.write(b"obsidian " * PAGE)

        descriptor = spool._file.fileno()
        on_disk = Path(f"/proc/self/fd/{descriptor}").read_bytes()

        assert len(on_disk) >= 9 * PAGE
        assert b"obsidian" not in on_disk
        assert list((tmp_path / "spool").iterdir()) == [], "the file has no name"


def test_a_page_that_was_changed_on_disk_does_not_open(make_spool: Callable[[], SealedSpool]) -> None:
    with make_spool() as spool:
        spool.write(b"a" * 2 * PAGE)
        spool._file.seek(PAGE + 100)
        spool._file.write(b"x")
        spool.seek(PAGE)

        with pytest.raises(Broken):
            spool.read(1)


def test_a_spool_says_what_it_can_do(make_spool: Callable[[], SealedSpool]) -> None:
    with make_spool() as spool:
        assert spool.readable() and spool.writable() and spool.seekable()
