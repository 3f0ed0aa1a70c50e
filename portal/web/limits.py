"""What a request may be: its size, its parts, its characters. What is over a limit is refused before a view runs."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO
from urllib.parse import unquote_to_bytes

from flask import Flask, Request, current_app, request
from flask_login import current_user
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from portal.core.errors import Invalid

LARGEST_REQUEST = 60_000_000
LARGEST_FORM = 500_000
MOST_PARTS = 200
# A form stays valid as long as the longest session, so that a long text is not lost to a short-lived token.
TWELVE_HOURS = 12 * 3600


class PortalRequest(Request):
    """A request whose uploads stay in memory (never in a temporary file) and whose body must be well formed."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()

    def make_form_data_parser(self) -> FormDataParser:
        """The usual parser, but one that raises ``ValueError`` where the usual one answers with an empty form."""
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
    app.before_request(_check)


def _check() -> None:
    _check_text("address", request.query_string)
    _check_values(request.args.items(multi=True))
    if request.endpoint is not None and request.method not in ("GET", "HEAD", "OPTIONS"):
        _check_body()


def _check_body() -> None:
    """Everything but an upload is held to the size of a form, and so is an upload by nobody in particular."""
    upload = request.mimetype == "multipart/form-data"
    if not upload or not _is_signed_in():
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    if (request.content_length or 0) > (request.max_content_length or 0):
        raise RequestEntityTooLarge
    if request.mimetype == "application/x-www-form-urlencoded":
        _check_text("form", request.get_data(cache=True))
    try:
        values = [*request.form.items(multi=True), *((name, "") for name in request.files)]
    except ValueError as error:
        raise BadRequest from error
    _check_values(values)


def _is_signed_in() -> bool:
    return hasattr(current_app, "login_manager") and current_user.is_authenticated


def _check_text(where: str, raw: bytes) -> None:
    try:
        unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise Invalid(f"The {where} is not valid UTF-8 text. Go back, type it again and send it once more.") from None


def _check_values(values: Iterable[tuple[str, str]]) -> None:
    for name, value in values:
        if "\0" in name or "\0" in value:
            _refuse(name, "Remove the NUL character (an invisible one); type the text again if it was pasted.")
        # Parts of a multipart form are decoded with this sign in the place of what is not UTF-8.
        if "\ufffd" in name or "\ufffd" in value:
            _refuse(name, "A character arrived damaged (it shows as \ufffd). Remove it or type it again.")


def _refuse(name: str, sentence: str) -> None:
    """Name the field, unless its name is itself no name that a form of ours could have."""
    known = name.isascii() and name.isprintable() and len(name) <= 60
    raise Invalid("What was sent cannot be used.", {name if known else "a field": sentence})
