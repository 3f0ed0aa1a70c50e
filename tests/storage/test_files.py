"""The blob store over files: private, whole, within its folder, and clean after a failure."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from portal.core import clock
from portal.core.errors import Misconfigured, Unavailable
from portal.core.ids import new_id
from portal.storage import FileBlobStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "instance" / "blobs"


@pytest.fixture
def store(root: Path) -> FileBlobStore:
    return FileBlobStore(root)


def files(root: Path) -> list[Path]:
    """Every file below the folder."""
    return [path for path in root.rglob("*") if path.is_file()]


@contextmanager
def a_disk_that_is_full_after(size: int) -> Iterator[None]:
    """The system refuses to let a file grow beyond ``size`` bytes inside the block, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_files_and_folders_are_private(store: FileBlobStore, root: Path) -> None:
    store.write(new_id(), [b"text"])

    assert root.stat().st_mode & 0o777 == 0o700
    (written,) = files(root)
    assert written.stat().st_mode & 0o777 == 0o600
    assert written.parent.stat().st_mode & 0o777 == 0o700


def test_a_blob_lies_in_the_folder_of_its_first_two_digits(store: FileBlobStore, root: Path) -> None:
    blob_id = UUID("ab000000-0000-4000-8000-000000000001")

    store.write(blob_id, [b"text"])
    store.write(UUID("ab000000-0000-4000-8000-000000000002"), [b"text"])

    assert (root / "ab" / blob_id.hex).read_bytes() == b"text"


@pytest.mark.parametrize("limit", [0, 1000, 150_000])
def test_a_full_disk_leaves_no_file_behind(store: FileBlobStore, root: Path, limit: int) -> None:
    with a_disk_that_is_full_after(limit), pytest.raises(Unavailable) as caught:
        store.write(new_id(), [b"x" * 100_000] * 3)

    assert files(root) == []
    assert str(root) not in str(caught.value)


def test_a_failure_at_the_last_moment_leaves_no_file_behind(store: FileBlobStore, root: Path) -> None:
    blob_id = new_id()
    (root / blob_id.hex[:2]).write_bytes(b"a file where the folder should be")

    with pytest.raises(Unavailable):
        store.write(blob_id, [b"text"])

    assert [path.name for path in files(root)] == [blob_id.hex[:2]]


def test_nothing_shows_under_the_id_while_the_writing_goes_on(store: FileBlobStore) -> None:
    blob_id, seen = new_id(), []

    def chunks() -> Iterator[bytes]:
        yield b"x" * 100_000
        seen.append((store.exists(blob_id), list(store.ids())))

    store.write(blob_id, chunks())

    assert seen == [(False, [])]


def test_an_interrupted_write_leaves_no_file_behind(store: FileBlobStore, root: Path) -> None:
    def interrupted() -> Iterator[bytes]:
        yield b"x"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.write(new_id(), interrupted())

    assert files(root) == []


def test_a_folder_that_went_away_is_unavailable(store: FileBlobStore, root: Path) -> None:
    root.rmdir()

    with pytest.raises(Unavailable):
        store.write(new_id(), [b"text"])


def test_a_place_that_cannot_be_a_folder_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(Unavailable):
        FileBlobStore(tmp_path / "file" / "blobs")


def test_a_blob_that_goes_away_while_it_is_read_is_unavailable(store: FileBlobStore) -> None:
    blob_id = new_id()
    store.write(blob_id, [b"text"])
    pieces = store.read(blob_id)

    store.delete(blob_id)

    with pytest.raises(Unavailable):
        next(pieces)


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "/etc/passwd", "ab/cd", b"\0", 7, None])
def test_only_an_id_names_a_blob(store: FileBlobStore, name: object) -> None:
    for act in (store.read, store.exists, store.delete, lambda name: store.write(name, [b"text"])):
        with pytest.raises((AttributeError, TypeError)):
            act(name)


def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    store: FileBlobStore, root: Path, tmp_path: Path
) -> None:
    blob_id, outside = new_id(), tmp_path / "outside"
    outside.mkdir()
    (outside / blob_id.hex).write_bytes(b"not ours")
    (root / blob_id.hex[:2]).symlink_to(outside)

    for act in (store.read, store.exists, store.delete, lambda blob_id: store.write(blob_id, [b"text"])):
        with pytest.raises(Misconfigured, match="leads out"):
            act(blob_id)

    assert (outside / blob_id.hex).read_bytes() == b"not ours"


def test_what_is_no_blob_is_not_listed(store: FileBlobStore, root: Path) -> None:
    (root / "ab").mkdir()
    (root / "ab" / ".keep").write_bytes(b"")

    assert list(store.ids()) == []


def test_a_sweep_removes_what_crashed_writes_left_and_nothing_else(store: FileBlobStore, root: Path) -> None:
    store.write(new_id(), [b"text"])
    (root / "tmpold.draft").write_bytes(b"left by a crash")
    (root / "tmpnew.draft").write_bytes(b"being written")
    old = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    os.utime(root / "tmpold.draft", (old, old))

    assert store.sweep() == 1
    assert not (root / "tmpold.draft").exists()
    assert (root / "tmpnew.draft").exists()
    with clock.using(lambda: datetime.now(UTC) + timedelta(hours=2)):
        assert store.sweep() == 1
    assert len(files(root)) == 1


def test_a_sweep_passes_over_what_another_has_just_removed(store: FileBlobStore, root: Path) -> None:
    (root / "gone.draft").symlink_to(root / "nowhere")

    assert store.sweep() == 0
