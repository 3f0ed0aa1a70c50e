"""One unambiguous way to turn several byte strings into associated data."""

DOMAIN = b"portal/1"


def frame(*parts: bytes) -> bytes:
    """Each part behind its length in four bytes, so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def number(value: int) -> bytes:
    """A version as eight bytes."""
    return value.to_bytes(8, "big")
