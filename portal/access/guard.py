"""The bracket round a request: decide at its start, record and commit or roll back at its end.

Every route names its permission with ``requires`` or says ``public``; ``check_routes`` stops the start of an
application in which one does not.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from portal.access.clearance import Clearance, clearance_for
from portal.access.policy import Permission
from portal.audit import collector, record
from portal.core.db import db, reading
from portal.core.errors import Misconfigured, PortalError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC = "public"

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


def declared(app: Flask, endpoint: str) -> Permission | str | None:
    """What the endpoint's view declares: a permission, ``PUBLIC``, or None where it declares nothing."""
    return getattr(app.view_functions[endpoint], "permission", None)


def check_routes(app: Flask) -> None:
    """Raise ``Misconfigured`` that names every route without a declared permission."""
    bare = sorted({rule.rule for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) is None})
    if bare:
        raise Misconfigured(f"These routes declare no permission, so the portal does not start: {', '.join(bare)}.")


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
    g.transaction_mode = ExitStack()
    if request.method in SAFE_METHODS:
        g.transaction_mode.enter_context(reading())
    if request.endpoint is None:
        return None
    wanted = declared(current_app, request.endpoint)
    if wanted == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return redirect(_sign_in_address())
    g.clearance = clearance_for(current_user.facts, current_app.extensions["keyring"])
    _decide(g.clearance, wanted)
    return None


def _decide(clearance: Clearance, wanted: Permission | str | None) -> None:
    if not isinstance(wanted, Permission):
        raise RuntimeError("a route without a permission was reached")
    if wanted not in clearance.permissions:
        collector.gather(
            record.Entry(act="route.refused", outcome="refused", details={"permission": str(wanted)})
        )
    clearance.require(wanted)


def _sign_in_address() -> str:
    if request.method not in SAFE_METHODS:
        return url_for("accounts.sign_in")
    target = request.full_path if request.query_string else request.path
    return f"{url_for('accounts.sign_in')}?next={quote(target, safe='')}"


def _close_bracket(response: Response) -> Response:
    """Commit what an unsafe request did; keep records and closing acts of every request."""
    try:
        _settle(keep=request.method not in SAFE_METHODS and response.status_code < 400)
    except (SQLAlchemyError, PortalError) as error:
        db.session.rollback()
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _settle(*, keep: bool) -> None:
    entries = collector.take()
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


def _end_reading() -> None:
    """The closing transaction of a safe request writes, so it takes the lock as any other."""
    stack: ExitStack | None = g.pop("transaction_mode", None)
    if stack is not None:
        stack.close()


def _release(_error: BaseException | None) -> None:
    _end_reading()
