"""What a request may be: its size, its parts, its characters; what is over a limit reaches no view."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO
from urllib.parse import unquote_to_bytes

from flask import Flask, Request, current_app, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from portal.core.errors import Invalid

LARGEST_REQUEST = 60_000_000
LARGEST_FORM = 500_000
MOST_PARTS = 200
# A form stays valid as long as the longest session, so that a long text is not lost to a short-lived token.
TWELVE_HOURS = 12 * 3600


class PortalRequest(Request):
    """A request whose uploads never lie in a temporary file in the clear, and whose body is well formed.

    ``app.extensions["place_for_upload"]``, given a size in bytes or None, makes the file
    that an upload goes to.
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        place = current_app.extensions.get("place_for_upload")
        return place(total_content_length) if place else BytesIO()

    def make_form_data_parser(self) -> FormDataParser:
        """The usual parser, but one that raises ``ValueError`` where the usual one gives an empty form."""
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser


def init_app(app: Flask) -> None:
    """Set the limits and check every request of ``app`` against them; a limit already configured is kept."""
    app.request_class = PortalRequest
    for name, value in (
        ("MAX_CONTENT_LENGTH", LARGEST_REQUEST),
        ("MAX_FORM_MEMORY_SIZE", LARGEST_FORM),
        ("MAX_FORM_PARTS", MOST_PARTS),
    ):
        if app.config[name] == Flask.default_config[name]:
            app.config[name] = value
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", TWELVE_HOURS)
    # Pages send no referrer at all (see headers), so a check of it would refuse everybody; the token decides.
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.before_request(_check_query)
    BodyCheck(app)


class BodyCheck(CSRFProtect):
    """Admits the body of a request that changes something: its size, its characters, then its CSRF token.

    It does not run by itself: whoever decides on a request calls ``protect`` after deciding, so that nobody
    without the right makes the portal read a body. Reading it earlier would also parse it.
    """

    def protect(self, apply_exemptions: bool = False) -> None:
        """Raise where the body or the token cannot be used."""
        _check_body()
        super().protect(apply_exemptions)


def _check_query() -> None:
    _check_text("address", request.query_string)
    _check_values(request.args.items(multi=True))


def _check_body() -> None:
    """Everything but an upload is held to the size of a form, whatever the view would take."""
    limit = request.max_content_length or LARGEST_REQUEST
    if request.mimetype != "multipart/form-data":
        limit = min(limit, current_app.config["MAX_FORM_MEMORY_SIZE"])
    request.max_content_length = limit
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge
    try:
        if request.mimetype == "application/x-www-form-urlencoded":
            _check_form(limit)
        values = [*request.form.items(multi=True), *((name, "") for name in request.files)]
    except (OSError, ValueError) as error:
        # A body whose chunks are malformed, or that ends early, reaches us as one of these.
        raise BadRequest from error
    _check_values(values)


def _check_form(limit: int) -> None:
    raw = request.get_data(cache=True)
    # A body without a length is cut at the limit rather than refused, so one that reaches it was longer.
    if len(raw) >= limit:
        raise RequestEntityTooLarge
    _check_text("form", raw)


def _check_text(where: str, raw: bytes) -> None:
    try:
        unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise Invalid(f"The {where} is not valid UTF-8 text. Go back and type it again.") from None


def _check_values(values: Iterable[tuple[str, str]]) -> None:
    for name, value in values:
        if "\0" in name or "\0" in value:
            _refuse(name, "Remove the NUL character, an invisible one, or type the text again.")
        # Parts of a multipart form are decoded with this sign in the place of what is not UTF-8.
        if "\ufffd" in name or "\ufffd" in value:
            _refuse(name, "A character arrived damaged (it shows as \ufffd). Remove it or type it again.")


def _refuse(name: str, sentence: str) -> None:
    """Name the field, unless its name is itself no name that a form of ours could have."""
    known = name.isascii() and name.isprintable() and len(name) <= 60
    raise Invalid("What was sent cannot be used.", {name if known else "a field": sentence})
