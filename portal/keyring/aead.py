"""AES-256-GCM with random 96-bit nonces, and the key derivation that goes with it."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from portal.core.errors import Broken

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD = NONCE_BYTES + TAG_BYTES

# SP 800-38D allows 2**32 random nonces under one key. A compartment key seals one nonce per data key and a
# data key one per field and version of its item, so both stay many orders of magnitude below it.


def new_key() -> bytes:
    """256 bits from the operating system."""
    return os.urandom(KEY_BYTES)


def subkey(key: bytes, purpose: bytes, length: int = KEY_BYTES) -> bytes:
    """HKDF-Expand (SHA-256) of a key that is already uniformly random."""
    return HKDFExpand(SHA256(), length, purpose).derive(key)


def salted_subkey(key: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    """HKDF (SHA-256) with a salt, for keys of which there are many under one ``purpose``."""
    return HKDF(SHA256(), length, salt, purpose).derive(key)


class Box:
    """Seals and opens under one key; its ``repr`` shows nothing of the key."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plaintext: bytes, aad: bytes) -> bytes:
        """Nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plaintext, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """The plaintext, or ``Broken``."""
        return self.open_at(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)

    def seal_at(self, nonce: bytes, plaintext: bytes) -> bytes:
        """Ciphertext and tag under a nonce that the caller never gives twice."""
        return self._cipher.encrypt(nonce, plaintext, None)

    def open_at(self, nonce: bytes, body: bytes, aad: bytes | None = None) -> bytes:
        """The plaintext of what was sealed under ``nonce``, or ``Broken``."""
        # For material that is too short the library has another exception than for what was changed.
        if len(nonce) < NONCE_BYTES or len(body) < TAG_BYTES:
            raise _broken()
        try:
            return self._cipher.decrypt(nonce, body, aad)
        except InvalidTag:
            raise _broken() from None


def _broken() -> Broken:
    return Broken("This sealed material does not open: it was changed, moved, or sealed under another key.")
