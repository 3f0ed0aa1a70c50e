"""The arithmetic of the trail: what is hashed, how it is authenticated, how one key gives the next."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

GENESIS = bytes(32)

# What an event's hash covers, in this order. An auditor's own program needs nothing else to recompute it.
HASHED = (
    "seq", "epoch", "at", "actor_id", "agency_id", "act", "outcome", "object_kind", "object_id",
    "compartment_id", "source", "details", "prev",
)  # fmt: skip


def utc_text(moment: datetime) -> str:
    """The one spelling of a time that is hashed: UTC, with six digits after the second."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    return value.hex() if isinstance(value, bytes) else str(value)


_encode = json.JSONEncoder(default=_plain, separators=(",", ":"), sort_keys=True).encode


def canonical(values: Sequence[Any]) -> bytes:
    """One spelling of ``values``: a JSON array in ASCII, keys sorted, no spaces, bytes in hex."""
    return _encode(values).encode("ascii")


def event_hash(values: Sequence[Any]) -> bytes:
    """SHA-256 of an event's ``HASHED`` values."""
    return sha256(canonical(values)).digest()


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 of ``message``."""
    return hmac.digest(key, message, "sha256")


def ratchet(key: bytes) -> bytes:
    """The next epoch's key; nothing leads back."""
    return mac(key, b"ratchet")


@dataclass(frozen=True, slots=True)
class EpochKey:
    """The key of one epoch, from which those of all later epochs follow."""

    epoch: int
    key: bytes

    def __repr__(self) -> str:
        return f"EpochKey(epoch={self.epoch})"

    def at(self, epoch: int) -> "EpochKey":
        """The key of this or a later epoch."""
        key = self.key
        for _ in range(self.epoch, epoch):
            key = ratchet(key)
        return EpochKey(epoch, key)
