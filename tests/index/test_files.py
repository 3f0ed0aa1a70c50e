"""Files, locks and kills."""

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from portal.index import FileIndex, IndexReader, SearchQuery
from portal.index.files import DiskFiles, Files, MemoryFiles
from portal.keyring.sealer import DataKeySealer
from tests.index.desk import Desk, document, named

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["disk", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return DiskFiles(tmp_path, named("houston")) if request.param == "disk" else MemoryFiles()


def test_files_keep_what_was_written_last(files: Files) -> None:
    assert files.names() == []
    with files.locked():
        files.write("one", b"first")
        files.write("one", b"second")

    assert files.names() == ["one"]
    assert files.length("one") == 6
    assert files.read("one", 2, 3) == b"con"


def test_a_deleted_file_is_not_there_and_may_be_deleted_again(files: Files) -> None:
    with files.locked():
        files.write("one", b"first")
    files.delete("one")
    files.delete("one")

    with pytest.raises(FileNotFoundError):
        files.read("one", 0, 1)
    with pytest.raises(FileNotFoundError):
        files.length("one")


def test_one_writer_excludes_another(files: Files) -> None:
    order: list[str] = []

    def second() -> None:
        with files.locked():
            order.append("second")

    with files.locked():
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()

    assert order == ["first", "second"]


def test_only_the_owner_may_read_the_files(file_desk: Desk, tmp_path: Path) -> None:
    file_desk.put("houston", document("one", "Shelter"))

    for path in (tmp_path / "index").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0


def test_what_a_killed_writer_left_unfinished_is_swept(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path, named("houston"))
    with files.locked():
        files.write("one", b"first")
    (tmp_path / str(named("houston")) / ".two").write_bytes(b"half")

    with files.locked():
        pass

    assert {path.name for path in (tmp_path / str(named("houston"))).iterdir()} == {".lock", "one"}


def test_everything_is_on_the_disk_before_a_change_is_acknowledged(
    file_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def watched(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    file_desk.put("houston", document("one", "Shelter"))

    kinds = [name.rsplit(".")[-1] for name in synced]
    assert kinds[-4:] == ["arr", str(named("houston")), "toc", str(named("houston"))]


def _killed_writer(folder: Path, key: bytes, start: list[int], chance: random.Random) -> list[str]:
    """The commits that a writer told of before it was killed somewhere in the next one."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.index.writer", str(folder), key.hex()]
    with subprocess.Popen(
        [*command, *map(str, start)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(chance.randrange(1, 12))]
        time.sleep(chance.random() / 50)
        writer.kill()
        return lines + writer.stdout.readlines()


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    key, chance = os.urandom(32), random.Random(5)
    sealer = DataKeySealer(named("houston"), named("houston"), key)
    acknowledged, generation = -1, 0
    for _ in range(6):
        told = _killed_writer(tmp_path, key, [acknowledged + 1, generation], chance)
        acknowledged, generation = (int(part) for part in told[-1].split())

        results = FileIndex(tmp_path).search(
            {named("houston"): IndexReader(sealer, generation)}, SearchQuery("shelter", limit=1000)
        )
        # One commit may have been made and not yet been told.
        assert results.total in (acknowledged + 1, acknowledged + 2)


@pytest.mark.slow
def test_another_process_sees_a_commit_at_its_next_search(tmp_path: Path) -> None:
    key = os.urandom(32)
    sealer = DataKeySealer(named("houston"), named("houston"), key)
    command = [sys.executable, "-W", "ignore", "-m", "tests.index.writer", str(tmp_path), key.hex(), "0", "0"]
    reader = FileIndex(tmp_path)
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(40):
            number, generation = (int(part) for part in writer.stdout.readline().split())
            found = reader.search(
                {named("houston"): IndexReader(sealer, generation)}, SearchQuery(f'"shelter {number}"')
            )
            assert [hit.item_id for hit in found.hits] == [named(f"{number}")]
        writer.kill()


@pytest.mark.slow
def test_readers_are_served_while_a_writer_commits_and_compacts(file_desk: Desk) -> None:
    file_desk.put("houston", *(document(f"{n}", f"Shelter {n}") for n in range(50)))
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                results = file_desk.search("shelter", limit=1000)
                assert len(results.hits) == results.total >= 50
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(50, 100):
        file_desk.put("houston", document(f"{number}", f"Shelter {number}"))
        if number % 10 == 0:
            file_desk.compact("houston")
    done.set()
    for thread in threads:
        thread.join()

    assert not failures
    assert file_desk.search("shelter").total == 100
