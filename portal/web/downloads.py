"""Downloads: whatever a member uploaded leaves as a file to save, and is never shown by the portal itself."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response

SANDBOX = "default-src 'none'; sandbox"
INERT = "application/octet-stream"
# What a browser may be told a file is; anything else is just bytes.
NAMED_TYPES = frozenset({
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/jpeg",
    "image/png",
    "text/csv",
    "text/markdown",
    "text/plain",
})  # fmt: skip


def download(chunks: Iterable[bytes], *, name: str, media_type: str, size: int) -> Response:
    """A response that streams ``chunks`` (``size`` bytes in all) as a file called ``name``."""
    response = Response(chunks, mimetype=media_type if media_type in NAMED_TYPES else INERT)
    response.content_length = size
    response.headers["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(_safe_name(name), safe='')}"
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _safe_name(name: str) -> str:
    """The last part of a name, without characters that could mean something to a header or a file system."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*')
    return kept.strip(" .")[:150] or "attachment"
