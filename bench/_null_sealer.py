"""A sealer that seals nothing, so that the cost of sealing can be told from everything else. Only for
measuring."""

import hashlib
from collections.abc import Iterable, Iterator

NONCE, TAG = bytes(12), bytes(16)


class NullSealer:
    """Keeps the sizes of sealed text and does no cryptography."""

    def seal(self, plaintext: bytes, *, aad: bytes) -> bytes:
        """The plaintext, as long as sealed text would be."""
        return b"".join((NONCE, plaintext, TAG))

    def open(self, ciphertext: bytes, *, aad: bytes) -> bytes:
        """The plaintext again."""
        return ciphertext[len(NONCE) : -len(TAG)]

    def seal_stream(self, chunks: Iterable[bytes], *, aad: bytes) -> Iterator[bytes]:
        """The chunks as they are."""
        yield from chunks

    def open_stream(self, chunks: Iterable[bytes], *, aad: bytes) -> Iterator[bytes]:
        """The chunks as they are."""
        yield from chunks

    def tag(self, data: bytes) -> bytes:
        """A fingerprint without a key."""
        return hashlib.sha256(data).digest()
