"""The main navigation: each entry with the permission that shows it."""

from typing import Any

from flask import Flask, g, request

from portal.access.policy import Permission
from portal.web.shell import Entry

ENTRIES: tuple[tuple[str, str, Permission], ...] = (
    ("Home", "home.index", Permission.USE_PORTAL),
    ("Library", "library.shelf", Permission.READ_ITEMS),
    ("Search", "search.results", Permission.READ_ITEMS),
    ("Import", "imports.form", Permission.IMPORT_ITEMS),
    ("People", "admin.people", Permission.MANAGE_PEOPLE),
    ("Compartments", "admin.compartments", Permission.MANAGE_PEOPLE),
    ("Audit trail", "admin.trail", Permission.READ_TRAIL),
    ("My account", "accounts.account", Permission.USE_PORTAL),
)


def init_app(app: Flask) -> None:
    """Give every page the entries that the member's permissions show."""
    app.context_processor(_navigation)


def _navigation() -> dict[str, Any]:
    clearance = g.get("clearance")
    if clearance is None:
        return {"navigation": (), "may_search": False}
    shown = tuple(
        Entry(label, endpoint, current=request.endpoint == endpoint)
        for label, endpoint, permission in ENTRIES
        if permission in clearance.permissions
    )
    return {"navigation": shown, "may_search": Permission.READ_ITEMS in clearance.permissions}
