"""The domain's exceptions; ``web.errors`` is the only place that turns them into pages."""

from collections.abc import Mapping


class PortalError(Exception):
    """Base of every error that the portal raises on purpose; its text is safe to show."""


class NotFound(PortalError):
    """The thing does not exist, or the asker may not know that it does: the two are told apart by nobody."""


class Refused(PortalError):
    """The asker may not do this kind of act at all (whatever the object)."""


class Invalid(PortalError):
    """What was sent cannot be used. ``fields`` maps a field's name to a sentence that says what to do."""

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class TooLarge(Invalid):
    """What was sent is over a stated limit."""


class Conflict(PortalError):
    """Somebody else changed the thing since the asker read it."""


class Unavailable(PortalError):
    """A part the portal needs does not answer now; nothing was lost and trying again later may work."""


class Broken(PortalError):
    """Sealed material does not open: it was changed, swapped, replayed or sealed under another key."""


class Misconfigured(PortalError):
    """The installation cannot start safely; the text says which setting or file, and what to do."""
