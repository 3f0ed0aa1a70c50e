"""What every blob store must do, run over each of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.core.errors import Broken, Conflict, NotFound
from portal.core.ids import new_id
from portal.storage import BlobStore, FileBlobStore, MemoryBlobStore, VolatileBlobStore


@pytest.fixture(params=["files", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "files":
        return FileBlobStore(tmp_path / "blobs")
    with pytest.warns(VolatileBlobStore, match="in memory"):
        return MemoryBlobStore()


@pytest.mark.parametrize("chunks", [[], [b""], [b"a", b"", b"bc"], [b"x" * 200_000, b"y"]])
def test_a_blob_is_read_as_it_was_written(store: BlobStore, chunks: list[bytes]) -> None:
    blob_id = new_id()

    size = store.write(blob_id, iter(chunks))

    assert size == len(b"".join(chunks))
    assert b"".join(store.read(blob_id)) == b"".join(chunks)
    assert store.exists(blob_id)


def test_what_is_not_there_is_not_found_at_the_call(store: BlobStore) -> None:
    blob_id = new_id()

    assert not store.exists(blob_id)
    with pytest.raises(NotFound):
        store.read(blob_id)


def test_a_deleted_blob_is_gone_and_may_be_deleted_again(store: BlobStore) -> None:
    blob_id = new_id()
    store.write(blob_id, [b"text"])

    store.delete(blob_id)
    store.delete(blob_id)

    assert not store.exists(blob_id)
    with pytest.raises(NotFound):
        store.read(blob_id)


def test_a_blob_is_never_overwritten(store: BlobStore) -> None:
    blob_id = new_id()
    store.write(blob_id, [b"first"])

    with pytest.raises(Conflict):
        store.write(blob_id, [b"second"])

    assert b"".join(store.read(blob_id)) == b"first"


def test_a_source_that_fails_leaves_nothing_and_its_error_comes_through(store: BlobStore) -> None:
    blob_id = new_id()

    def failing() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise Broken

    with pytest.raises(Broken):
        store.write(blob_id, failing())

    assert not store.exists(blob_id)
    assert list(store.ids()) == []


def test_every_blob_is_listed(store: BlobStore) -> None:
    blob_ids = {new_id() for _ in range(20)}

    for blob_id in blob_ids:
        store.write(blob_id, [b"text"])

    listed = list(store.ids())
    assert len(listed) == 20
    assert set(listed) == blob_ids
