"""Attachments: opaque sealed bytes, by id."""

from portal.storage.config import blob_store, init_app
from portal.storage.files import FileBlobStore
from portal.storage.memory import MemoryBlobStore
from portal.storage.port import BlobStore, VolatileBlobStore
from portal.storage.spool import SealedSpool

__all__ = [
    "BlobStore",
    "FileBlobStore",
    "MemoryBlobStore",
    "SealedSpool",
    "VolatileBlobStore",
    "blob_store",
    "init_app",
]
