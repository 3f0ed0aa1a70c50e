"""Static files: served by WhiteNoise, addressed with a fingerprint so that a new version is fetched at once.

WhiteNoise rather than Flask's own route: it answers before a session, a clearance or a database is looked
at, and sends the gzip copy that the set-up writes beside each large file (the design system is 527 kB, 60
packed).
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

from portal.web.headers import CONTENT_SECURITY_POLICY, secure

# Images and fonts that a stylesheet names carry no fingerprint, so nothing is kept for longer than a day.
ONE_DAY = 24 * 3600


def init_app(app: Flask) -> None:
    """Serve the static folder of ``app`` and give templates ``asset(path)``."""
    if app.static_folder is None or not Path(app.static_folder).is_dir():
        return
    folder, prefix = Path(app.static_folder), str(app.static_url_path)
    extra = {**secure(app), "Content-Security-Policy": CONTENT_SECURITY_POLICY}

    def add_headers(headers: Headers, _path: str, _url: str) -> None:
        for name, value in extra.items():
            headers[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix=prefix,
        max_age=ONE_DAY,
        allow_all_origins=False,
        add_headers_function=add_headers,
    )
    app.jinja_env.globals["asset"] = _addresser(folder, prefix)


def _addresser(folder: Path, prefix: str) -> Callable[[str], str]:
    @cache
    def asset(path: str) -> str:
        """The address of a static file, with a fingerprint of its bytes where it exists."""
        file = folder / path
        if not file.is_file():
            return f"{prefix}/{path}"
        return f"{prefix}/{path}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"

    return asset
