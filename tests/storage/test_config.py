"""The configuration names the blob store."""

from pathlib import Path

import pytest
from flask import Flask

from portal.core.errors import Misconfigured
from portal.storage import FileBlobStore, MemoryBlobStore, VolatileBlobStore, blob_store, init_app


def test_files_are_the_default_and_the_folder_is_made(tmp_path: Path) -> None:
    app = Flask("storage")
    app.config["BLOB_FOLDER"] = tmp_path / "blobs"

    init_app(app)

    assert isinstance(app.extensions["blobs"], FileBlobStore)
    assert (tmp_path / "blobs").is_dir()


def test_tests_may_keep_blobs_in_memory() -> None:
    with pytest.warns(VolatileBlobStore):
        assert isinstance(blob_store({"BLOB_STORE": "memory", "PORTAL_ENV": "test"}), MemoryBlobStore)


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"BLOB_FOLDER": ""},
        {"BLOB_STORE": "cloud", "BLOB_FOLDER": "x"},
        {"BLOB_STORE": "memory"},
        {"BLOB_STORE": "memory", "PORTAL_ENV": "production"},
    ],
)
def test_anything_else_stops_the_start(config: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="BLOB_STORE"):
        blob_store(config)
