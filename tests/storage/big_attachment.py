"""Runs in a process of its own: seals, stores and reads a large attachment, and reports its memory."""

import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from portal.keyring.sealer import DataKeySealer
from portal.storage import FileBlobStore

MEGABYTE = 1 << 20
BLOB = UUID("ab000000-0000-4000-8000-000000000001")


def upload(megabytes: int, digest: "hashlib._Hash") -> Iterator[bytes]:
    """An upload that arrives in pieces of an odd size."""
    piece = os.urandom(50_021)
    for start in range(0, megabytes * MEGABYTE, len(piece)):
        part = piece[: megabytes * MEGABYTE - start]
        digest.update(part)
        yield part


def run(folder: Path, megabytes: int) -> dict[str, float]:
    """Megabytes of memory gained, megabytes a second in and out, and whether all came back."""
    sealer, store = DataKeySealer(BLOB, BLOB, os.urandom(32)), FileBlobStore(folder)
    sent, got = hashlib.sha256(), hashlib.sha256()
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    store.write(BLOB, sealer.seal_stream(upload(megabytes, sent), aad=b"attachment"))
    stored = time.perf_counter()
    for piece in sealer.open_stream(store.read(BLOB), aad=b"attachment"):
        got.update(piece)
    ended = time.perf_counter()
    return {
        "gained": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
        "in": megabytes / (stored - begun),
        "out": megabytes / (ended - stored),
        "same": float(sent.digest() == got.digest()),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]))))
