"""Addresses of members: one spelling for each, and no Unicode twin of it."""

import re

from portal.core.errors import Invalid

LIMIT = 254
LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
ADDRESS = re.compile(rf"{LOCAL}@(?:{LABEL}\.)+{LABEL}")


def canonical(typed: str) -> str | None:
    """The stored spelling of ``typed``, or None where it is not an address that a member can have.

    Only ASCII passes, before anything is lower-cased: some letters beyond it fold to ASCII ones, and a twin
    of a member's address must never reach his account.
    """
    typed = typed.strip(" ")
    if not typed.isascii() or len(typed) > LIMIT:
        return None
    lowered = typed.lower()
    return lowered if ADDRESS.fullmatch(lowered) else None


def checked(typed: str) -> str:
    """The stored spelling of a new member's address; ``Invalid`` says what to do."""
    address = canonical(typed)
    if address is None:
        message = "Write an address such as name@agency.gov, in unaccented letters."
        raise Invalid("This e-mail address cannot be used.", {"email": message})
    return address
