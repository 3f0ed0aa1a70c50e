"""Sealing of streams in constant memory: the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár
("Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015) over AES-256-GCM.

A stream is a random salt and then segments. The salt gives the stream a key of its own, bound to its place
and to the caller's associated data. A segment's nonce holds its number and whether it is the last, so that
segments which were reordered, repeated, dropped, added, or taken from another stream do not open.
"""

from collections.abc import Iterable, Iterator

from portal.core.errors import Broken
from portal.keyring.aead import NONCE_BYTES, TAG_BYTES, Box

SALT_BYTES = 32
SEGMENT_BYTES = 64 * 1024
PREFIX_BYTES = NONCE_BYTES - 5


def seal_segments(box: Box, prefix: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Sealed segments of ``chunks``; there is always a last one, if only an empty one."""
    for nonce, piece in _numbered(prefix, chunks, SEGMENT_BYTES):
        yield box.seal_at(nonce, piece)


def open_segments(box: Box, prefix: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The plaintext of each segment, authenticated first; ``Broken`` at the first that is not as it was."""
    for nonce, piece in _numbered(prefix, chunks, SEGMENT_BYTES + TAG_BYTES):
        yield box.open_at(nonce, piece)


def split_salt(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The salt at the head of a stream, and what follows."""
    rest = iter(chunks)
    head = b""
    while len(head) < SALT_BYTES:
        chunk = next(rest, None)
        if chunk is None:
            raise Broken("This sealed stream is cut off before its first byte of content.")
        head += chunk
    return head[:SALT_BYTES], _after(head[SALT_BYTES:], rest)


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _numbered(prefix: bytes, chunks: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bytes]]:
    for count, (piece, is_last) in enumerate(_pieces(chunks, size)):
        yield prefix + count.to_bytes(4, "big") + bytes([is_last]), piece


def _pieces(chunks: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Pieces of exactly ``size`` bytes, and a last one, marked so, of at most that."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        # Only a byte beyond the piece proves that it is not the last.
        while len(held) > size:
            yield bytes(held[:size]), False
            del held[:size]
    yield bytes(held), True
