"""The seam between whoever holds keys and whoever needs bytes sealed: a port without an implementation.

``keyring`` implements it; ``index``, ``storage`` and ``content`` are handed one and never see a key.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol


class Sealer(Protocol):
    """Seals under one data key of one compartment. ``aad`` is bound to the ciphertext and must be given again to open.

    Every method raises ``core.errors.Broken`` where the ciphertext, its place or its key is not the one sealed.
    """

    def seal(self, plaintext: bytes, *, aad: bytes) -> bytes:
        """Ciphertext of ``plaintext``: nonce, body and tag, 28 bytes longer."""

    def open(self, ciphertext: bytes, *, aad: bytes) -> bytes:
        """The plaintext again."""

    def seal_stream(self, chunks: Iterable[bytes], *, aad: bytes) -> Iterator[bytes]:
        """Seal a stream in constant memory; order and end are authenticated."""

    def open_stream(self, chunks: Iterable[bytes], *, aad: bytes) -> Iterator[bytes]:
        """Yield plaintext pieces, each authenticated before it is yielded; a cut stream raises at its end."""

    def tag(self, data: bytes) -> bytes:
        """A keyed 32-byte fingerprint of ``data`` (HMAC-SHA256), equal for equal data under this key only."""
