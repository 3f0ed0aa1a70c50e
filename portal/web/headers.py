"""The headers that every answer carries, errors included."""

from flask import Flask, current_app, request
from werkzeug.wrappers import Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
}
TWO_YEARS = 2 * 365 * 24 * 3600
STRICT_TRANSPORT = f"max-age={TWO_YEARS}; includeSubDomains"


def init_app(app: Flask) -> None:
    """Set the headers on every answer of ``app``."""
    app.after_request(_set_headers)


def secure(app: Flask) -> dict[str, str]:
    """The headers that do not depend on the answer; static files, which bypass Flask, carry them too."""
    transport = {"Strict-Transport-Security": STRICT_TRANSPORT} if app.config.get("HSTS", True) else {}
    return {**ALWAYS, **transport}


def _set_headers(response: Response) -> Response:
    response.headers.update(secure(current_app))
    # A view that serves a file may set a narrower policy (a sandbox) of its own.
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response
