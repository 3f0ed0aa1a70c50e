"""Gathering a request's entries, so that its guard writes them whether its work was kept or not."""

from flask import g, has_request_context

from portal.audit.record import Entry, write


def gather(entry: Entry) -> None:
    """Keep ``entry`` until the request's end; outside a request it is written at once."""
    if not has_request_context():
        write([entry])
        return
    g.setdefault("audit_entries", []).append(entry)


def take() -> list[Entry]:
    """The entries gathered so far, in order, which are then no longer kept."""
    entries: list[Entry] = g.pop("audit_entries", [])
    return entries
