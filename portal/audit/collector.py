"""Gathering a request's entries, so that its guard writes them whether its work was kept or not."""

from dataclasses import replace

from flask import g, has_request_context, request

from portal.audit.record import Entry, write


def gather(entry: Entry) -> None:
    """Keep ``entry`` until the request's end; outside a request it is written at once.

    An entry that names no source gets the address that the request came from.
    """
    if not has_request_context():
        write([entry])
        return
    if not entry.source:
        entry = replace(entry, source=request.remote_addr or "")
    g.setdefault("audit_entries", []).append(entry)


def take() -> list[Entry]:
    """The entries gathered so far, in order, which are then no longer kept."""
    entries: list[Entry] = g.pop("audit_entries", [])
    return entries
