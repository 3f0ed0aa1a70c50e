"""The one handler that turns errors into pages: what to do next, and nothing of the inside."""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from portal.core import errors
from portal.core.ids import new_id

log = logging.getLogger("portal.errors")


@dataclass(frozen=True, slots=True)
class Page:
    """What an error page says."""

    status: int
    title: str
    advice: str
    fields: Mapping[str, str] = field(default_factory=dict)
    error_id: str = ""


# The same page, to the byte, for what does not exist and for what the asker may not know of.
NOT_FOUND = Page(
    404,
    "Page not found",
    "There is nothing at this address, or it is not shared with you. Check the address, or search for it. "
    "If you need it for your work, ask the coordinator of your task force.",
)
TOO_OLD = Page(
    400,
    "This page was open too long",
    "Go back, reload the page, and send it again.",
)
FAILED = Page(
    500,
    "Something went wrong",
    "The portal could not do this, and nothing was changed. Try again; if it happens again, tell the "
    "portal's administrator the number below.",
)
UNAVAILABLE = Page(
    503,
    "The portal cannot answer just now",
    "A part of the portal does not answer. Nothing was lost. Wait a minute and try again.",
)
BY_STATUS = {
    page.status: page
    for page in (
        Page(
            400, "This request cannot be used", "Something in what was sent is wrong. Go back and try again."
        ),
        Page(401, "Sign in first", "Sign in, then open this page again."),
        Page(
            403,
            "Not part of your role",
            "Your role does not include this. Ask the portal's administrator if it should.",
        ),
        NOT_FOUND,
        Page(405, "This cannot be done here", "Go back and use the links and buttons of the page."),
        Page(409, "Somebody else changed this", "Open it again to see the change, then repeat yours."),
        Page(
            413,
            "Too much at once",
            "What was sent is over the limit of the portal. Send fewer or smaller files, or a shorter text.",
        ),
        Page(
            415, "This kind of file cannot be used", "Go back and send one of the kinds that the page names."
        ),
        Page(429, "Too many tries", "Wait a few minutes, then try again."),
        FAILED,
        UNAVAILABLE,
    )
}
BY_KIND: tuple[tuple[type[errors.PortalError], int], ...] = (
    (errors.NotFound, 404),
    (errors.Refused, 403),
    (errors.TooLarge, 413),
    (errors.Invalid, 400),
    (errors.Conflict, 409),
    (errors.Unavailable, 503),
)
OUTAGES = (OperationalError, InterfaceError, PoolTimeout)


class WithoutContent(logging.Filter):
    """Replaces the traceback of a log record by its types and places: texts may hold what people wrote."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without the text of its exception."""
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = "%s: %s", (record.getMessage(), places(record.exc_info[1]))
            record.exc_info = record.exc_text = None
        return True


def init_app(app: Flask) -> None:
    """Answer every error of ``app`` with a page, and keep exception texts out of its log."""
    app.register_error_handler(Exception, handle)
    app.logger.addFilter(WithoutContent())


def handle(error: Exception) -> Response:
    """The answer to ``error``."""
    if isinstance(error, HTTPException) and (error.response is not None or (error.code or 0) < 400):
        return Response.force_type(error.get_response(request.environ), request.environ)
    page = page_for(error)
    if page.status >= 500:
        page = _logged(page, error)
    response = current_app.make_response((_body(page), page.status))
    if wants_json():
        response.mimetype = "application/json"
    if isinstance(error, HTTPException):
        extra = error.get_headers(request.environ)
        response.headers.extend([pair for pair in extra if pair[0].lower() != "content-type"])
    return response


def page_for(error: Exception) -> Page:
    """What the page for ``error`` says; of the texts of errors only the domain's own are shown."""
    if isinstance(error, CSRFError):
        return TOO_OLD
    if isinstance(error, HTTPException):
        return BY_STATUS.get(error.code or 500, BY_STATUS[400] if (error.code or 500) < 500 else FAILED)
    if isinstance(error, OUTAGES):
        return UNAVAILABLE
    for kind, status in BY_KIND:
        if isinstance(error, kind):
            return _said(BY_STATUS[status], error)
    return FAILED


def _said(page: Page, error: errors.PortalError) -> Page:
    if page is NOT_FOUND or page is UNAVAILABLE or not str(error):
        return page
    fields = error.fields if isinstance(error, errors.Invalid) else {}
    return Page(page.status, page.title, str(error), fields)


def wants_json() -> bool:
    """Whether the asker is a script of ours that shows the outcome itself."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _body(page: Page) -> str:
    if wants_json():
        return current_app.json.dumps({"outcome": "refused", "message": _sentences(page)})
    if page.status < 500:
        try:
            return render_template("error.html", page=page)
        except Exception as error:
            _logged(FAILED, error)
    # Without the context processors: they ask the database, which may be what failed.
    return current_app.jinja_env.get_template("error.html").render(page=page)


def _sentences(page: Page) -> str:
    number = f"Error number {page.error_id}." if page.error_id else ""
    return " ".join(part for part in (page.advice, *page.fields.values(), number) if part)


def _logged(page: Page, error: Exception) -> Page:
    error_id = str(new_id())
    log.error("%s %s %s: %s", error_id, request.method, request.endpoint, places(error))
    return Page(page.status, page.title, page.advice, page.fields, error_id)


def places(error: BaseException) -> str:
    """The types of ``error`` and of its causes, each with the lines it passed; never a text or a value."""
    chain = [f"{type(error).__qualname__} at {_lines(error.__traceback__)}"]
    cause = error.__cause__ or error.__context__
    if cause is not None:
        chain.append(places(cause))
    return "; from ".join(chain)


def _lines(trace: TracebackType | None) -> str:
    frames = traceback.StackSummary.extract(traceback.walk_tb(trace), lookup_lines=False)
    return " > ".join(f"{f.filename.rpartition('/site-packages/')[2]}:{f.lineno}" for f in frames[-12:])
