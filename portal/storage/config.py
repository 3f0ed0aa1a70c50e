"""The blob store as the configuration wants it."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from portal.core.errors import Misconfigured
from portal.storage.files import FileBlobStore
from portal.storage.memory import MemoryBlobStore
from portal.storage.port import BlobStore


def init_app(app: Flask) -> None:
    """Give ``app`` its blob store."""
    app.extensions["blobs"] = blob_store(app.config)


def blob_store(config: Mapping[str, Any]) -> BlobStore:
    """The store that ``BLOB_STORE`` names: ``files``, in ``BLOB_FOLDER``, or ``memory``, for tests."""
    kind = config.get("BLOB_STORE", "files")
    if kind == "files" and config.get("BLOB_FOLDER"):
        store = FileBlobStore(config["BLOB_FOLDER"])
        store.sweep()
        return store
    if kind == "memory" and config.get("PORTAL_ENV") == "test":
        return MemoryBlobStore()
    raise Misconfigured(
        'BLOB_STORE must be "files", with BLOB_FOLDER naming the folder ("memory" is for tests only).'
    )
