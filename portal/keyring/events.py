"""What happens to keys is announced, so that a room above can record it in the same transaction."""

from uuid import UUID

from blinker import Namespace

# Sent before the commit: a receiver that raises stops the act.
key_event = Namespace().signal("key-event")


def announce(act: str, compartment_id: UUID | None = None, *, renewed: int = 0) -> None:
    """Tell the receivers of ``key_event`` what was done, to which compartment, to how many keys."""
    key_event.send("keyring", act=act, compartment_id=compartment_id, renewed=renewed)
