"""The port through which checkpoints are signed; whoever holds keys supplies the implementation."""

from typing import Protocol


class CheckpointSigner(Protocol):
    """Signs with a private key and verifies with the public one."""

    def sign(self, message: bytes) -> bytes:
        """The signature of ``message``."""

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether ``signature`` is this signer's for ``message``."""
