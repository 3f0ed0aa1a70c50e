"""The bracket round a request: decide at its start, record and commit or roll back at its end.

Every route names its permission with ``requires`` or says ``public``; ``check_routes`` stops the start of an
application in which one does not.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from portal.access.clearance import Clearance, clearance_for
from portal.access.policy import Permission
from portal.audit import collector, record
from portal.core.db import db, reading
from portal.core.errors import Misconfigured, PortalError, Refused

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC = "public"
SMALL_BODY = 1_000_000
# Where Flask-Login keeps the member whom it has loaded for this request.
CACHED_USER = "_login_user"

View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the permission that a view needs; stands below the route decorator."""

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Declare that a view needs no sign-in."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def accepts(*, largest_body: int) -> Callable[[View], View]:
    """Declare that a view takes bodies of up to ``largest_body`` bytes; others take ``SMALL_BODY``."""

    def declare(view: View) -> View:
        view.largest_body = largest_body  # type: ignore[attr-defined]
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Permission | str | None:
    """What the endpoint's view declares: a permission, ``PUBLIC``, or None where it declares nothing."""
    return getattr(app.view_functions[endpoint], "permission", None)


def check_routes(app: Flask) -> None:
    """Raise ``Misconfigured`` that names every route without a declared permission."""
    bare = sorted({rule.rule for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) is None})
    if bare:
        raise Misconfigured(
            f"These routes declare no permission, so the portal does not start: {', '.join(bare)}."
        )


def current_clearance() -> Clearance:
    """The clearance of this request; asking for one on a public route is an error, never "no filter"."""
    clearance: Clearance | None = g.get("clearance")
    if clearance is None:
        raise RuntimeError("this request carries no clearance")
    return clearance


def at_end(act: Callable[[], None]) -> None:
    """Run ``act`` in the request's closing transaction, whether the request succeeded or was refused."""
    g.setdefault("acts_at_end", []).append(act)


def init_app(app: Flask) -> None:
    """Put the bracket round every request of ``app``."""
    if "static" in app.view_functions:
        public(app.view_functions["static"])
    app.before_request(_open_bracket)
    app.after_request(_close_bracket)
    app.teardown_request(_release)


def _open_bracket() -> ResponseReturnValue | None:
    """Decide in a reading transaction; only then is a body read, and only after that does a change take the lock.

    A client that sends its body slowly therefore holds no lock, and one without the right sends none at all.
    """
    g.transaction_mode = ExitStack()
    g.transaction_mode.enter_context(reading())
    turned_away = _ask_who()
    if turned_away is None and request.endpoint is not None and request.method not in SAFE_METHODS:
        _admit_body()
        # The body may have come slowly, and the member may have been put out meanwhile.
        g.pop(CACHED_USER, None)
        turned_away = _ask_who()
        # Until here nothing may be kept: the transaction was one that reads.
        g.is_admitted = turned_away is None
    return turned_away


def _ask_who() -> ResponseReturnValue | None:
    """Compute the clearance of this moment and decide; an answer only for who must sign in first."""
    # An address that leads nowhere is answered "not found", with the member's own navigation round it.
    wanted = PUBLIC if request.endpoint is None else declared(current_app, request.endpoint)
    if wanted != PUBLIC and not current_user.is_authenticated:
        return redirect(_sign_in_address())
    if (wanted != PUBLIC or request.endpoint is None) and current_user.is_authenticated:
        g.clearance = clearance_for(current_user.facts, current_app.extensions["keyring"])
    if wanted != PUBLIC:
        _decide(current_clearance(), wanted)
    return None


def renewed_clearance() -> Clearance:
    """The clearance of this moment, for a view that did slow work since the request began; ``Refused`` if it ended."""
    g.pop(CACHED_USER, None)
    if _ask_who() is not None:
        raise Refused(
            "Your session ended while this was under way, so nothing was kept. Sign in and try again."
        )
    return current_clearance()


def _admit_body() -> None:
    view = current_app.view_functions[str(request.endpoint)]
    request.max_content_length = getattr(view, "largest_body", SMALL_BODY)
    db.session.rollback()
    current_app.extensions["csrf"].protect()
    _end_reading()


def _decide(clearance: Clearance, wanted: Permission | str | None) -> None:
    if not isinstance(wanted, Permission):
        raise RuntimeError("a route without a permission was reached")
    if wanted not in clearance.permissions:
        collector.gather(
            record.Entry(
                act="route.refused",
                outcome="refused",
                actor_id=clearance.member_id,
                agency_id=clearance.agency_id,
                details={"permission": str(wanted), "route": str(request.url_rule)},
            )
        )
    clearance.require(wanted)


def _sign_in_address() -> str:
    if request.method not in SAFE_METHODS:
        return url_for("accounts.sign_in")
    target = request.full_path if request.query_string else request.path
    return f"{url_for('accounts.sign_in')}?next={quote(target, safe='')}"


def _close_bracket(response: Response) -> Response:
    """Commit what an unsafe request did; keep records and closing acts of every request."""
    if response.status_code == 404:
        _note_missing()
    try:
        _settle(keep=g.get("is_admitted", False) and response.status_code < 400)
    except (SQLAlchemyError, PortalError) as error:
        db.session.rollback()
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _note_missing() -> None:
    """Record which id a member asked for in vain, in the same way whether it exists or not."""
    clearance: Clearance | None = g.get("clearance")
    asked = [value for value in (request.view_args or {}).values() if isinstance(value, UUID)]
    if clearance is None or not asked:
        return
    collector.gather(
        record.Entry(
            act="object.not_found",
            outcome="refused",
            actor_id=clearance.member_id,
            agency_id=clearance.agency_id,
            object_id=asked[0],
        )
    )


def _settle(*, keep: bool) -> None:
    entries = [_with_source(entry) for entry in collector.take()]
    acts = g.pop("acts_at_end", [])
    if not keep:
        db.session.rollback()
        _end_reading()
    for act in acts:
        act()
    if entries:
        record.write(entries)
    if keep or acts or entries:
        db.session.commit()


def _with_source(entry: record.Entry) -> record.Entry:
    return entry if entry.source else replace(entry, source=request.remote_addr or "")


def _end_reading() -> None:
    """The closing transaction of a safe request writes, so it takes the lock as any other."""
    stack: ExitStack | None = g.pop("transaction_mode", None)
    if stack is not None:
        stack.close()


def _release(_error: BaseException | None) -> None:
    _end_reading()
