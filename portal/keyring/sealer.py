"""The sealer: one data key, and every way in which it may be used."""

import hmac
import os
from collections.abc import Iterable, Iterator
from uuid import UUID

from portal.keyring.aead import KEY_BYTES, Box, salted_subkey, subkey
from portal.keyring.framing import DOMAIN, frame
from portal.keyring.stream import PREFIX_BYTES, SALT_BYTES, open_segments, seal_segments, split_salt


class DataKeySealer:
    """Implements ``core.sealing.Sealer`` under the data key of one owner in one compartment.

    Fields, streams and tags each use a key derived for them alone. Whatever is sealed is bound to the
    compartment, the owner and the caller's associated data, each behind its length.
    """

    __slots__ = ("_box", "_place", "_stream_secret", "_tag_key")

    def __init__(self, compartment_id: UUID, owner_id: UUID, data_key: bytes) -> None:
        self._place = frame(DOMAIN, compartment_id.bytes, owner_id.bytes)
        self._box = Box(subkey(data_key, frame(DOMAIN, b"field")))
        self._stream_secret = subkey(data_key, frame(DOMAIN, b"stream"))
        self._tag_key = subkey(data_key, frame(DOMAIN, b"tag"))

    def seal(self, plaintext: bytes, *, aad: bytes) -> bytes:
        return self._box.seal(plaintext, self._bound(aad))

    def open(self, ciphertext: bytes, *, aad: bytes) -> bytes:
        return self._box.open(ciphertext, self._bound(aad))

    def seal_stream(self, chunks: Iterable[bytes], *, aad: bytes) -> Iterator[bytes]:
        salt = os.urandom(SALT_BYTES)
        yield salt
        yield from seal_segments(*self._stream_key(salt, aad), chunks)

    def open_stream(self, chunks: Iterable[bytes], *, aad: bytes) -> Iterator[bytes]:
        salt, rest = split_salt(chunks)
        yield from open_segments(*self._stream_key(salt, aad), rest)

    def tag(self, data: bytes) -> bytes:
        return hmac.digest(self._tag_key, data, "sha256")

    def _bound(self, aad: bytes) -> bytes:
        # The same bytes as ``frame`` of all four parts, without framing three of them again each time.
        return self._place + len(aad).to_bytes(4, "big") + aad

    def _stream_key(self, salt: bytes, aad: bytes) -> tuple[Box, bytes]:
        derived = salted_subkey(self._stream_secret, salt, self._bound(aad), KEY_BYTES + PREFIX_BYTES)
        return Box(derived[:KEY_BYTES]), derived[KEY_BYTES:]
