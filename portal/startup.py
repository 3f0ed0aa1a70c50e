"""What must be true of the settings before anything is served."""

import os
import resource
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.audit import check_key
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import Misconfigured
from portal.demo.prepare import ACCOUNTS_FILE
from portal.keyring import FileKeyManager

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
# What is answered though the database is down.
WITHOUT_DATABASE = ("static", "home.health")
ENVIRONMENTS = ("demo", "production", "test")


def check_settings(app: Flask) -> None:
    """Raise ``Misconfigured`` for unsafe settings; make the instance folder private and core dumps impossible."""
    if app.config["PORTAL_ENV"] not in ENVIRONMENTS:
        raise Misconfigured("PORTAL_ENV must be 'demo' or 'production'. Set it and start again.")
    if app.config["PORTAL_ENV"] == "production":
        _check_production(app)
    os.umask(0o077)
    folder = Path(app.config["INSTANCE"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    make_demo_keys(app)
    # A core dump would hold opened text and keys.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(app.config["SQLALCHEMY_DATABASE_URI"])


def trust_proxies(app: Flask) -> None:
    """Take the client's address and scheme from as many proxies in front as ``TRUSTED_PROXIES`` says, and no more."""
    count = app.config.get("TRUSTED_PROXIES") or 0
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]


class LoopbackOnly:
    """Answers this machine alone, whatever address the server listens on: the demonstration's passwords are known."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if is_loopback(environ.get("REMOTE_ADDR", "")):
            return self._application(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
        return [b"The demonstration answers this machine only.\n"]


def is_loopback(address: str) -> bool:
    """Whether a client's address is this machine's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def confine_demo(app: Flask) -> None:
    """The demonstration answers loopback only."""
    if app.config["PORTAL_ENV"] == "demo":
        app.wsgi_app = LoopbackOnly(app.wsgi_app)  # type: ignore[method-assign]


def check_installation(app: Flask) -> None:
    """Raise ``Misconfigured`` where a key is not the one that the database was written with.

    Where the database does not answer yet, the portal starts, says so on its pages, and tries the keys when it does.
    """
    with app.app_context():
        try:
            _try_keys()
        except OperationalError:
            app.before_request_funcs.setdefault(None, []).insert(0, KeysTriedLater())
        # Workers are forked from this process and must not share a connection.
        db.session.remove()
        db.engine.dispose()


class KeysTriedLater:
    """Before the first request that needs the database; until the keys proved right, none is answered."""

    def __init__(self) -> None:
        self._proved = False

    def __call__(self) -> None:
        if self._proved or request.endpoint in WITHOUT_DATABASE:
            return
        _try_keys()
        db.session.rollback()
        self._proved = True


def _try_keys() -> None:
    current_app.extensions["keyring"].check()
    db.session.rollback()
    if inspect(db.engine).has_table(AuditEvent.__tablename__):
        check_key()


def make_demo_keys(app: Flask) -> None:
    """A demonstration that has no data yet gets its keys made; one that has lost them is told so by the checks."""
    instance = Path(app.config["INSTANCE"])
    if app.config["PORTAL_ENV"] != "demo" or (instance / "portal.db").exists():
        return
    key_file = Path(app.config["KEY_FILE"])
    if key_file.exists():
        return
    try:
        FileKeyManager.create(key_file)
    except Misconfigured:
        # Another process that starts at the same moment may have made it first.
        if not key_file.exists():
            raise


def _check_production(app: Flask) -> None:
    if app.debug:
        raise Misconfigured("Debug mode is on. Unset FLASK_DEBUG and start again.")
    if not app.config["TRUSTED_HOSTS"]:
        raise Misconfigured(
            "PORTAL_HOSTS is empty. Set it to the portal's host name, such as portal.example.gov."
            + _hint_of_demo(app)
        )
    if app.config["TRUSTED_PROXIES"] is None:
        raise Misconfigured(
            "PORTAL_TRUSTED_PROXIES is not set. Set it to the number of proxies in front of the portal "
            "(1 for one TLS proxy, 0 for none), so that the portal knows its members' addresses."
        )
    if not app.config["SESSION_COOKIE_SECURE"]:
        raise Misconfigured(
            "Session cookies are allowed over plain HTTP. Remove that setting and start again."
        )
    for folder in (Path(app.config["INSTANCE"]), Path(app.config["KEY_FILE"]).parent.parent):
        if (folder / ACCOUNTS_FILE).exists():
            raise Misconfigured(
                f"The folder {folder} holds a demonstration, whose keys and passwords are not for real use. "
                "Name another folder with PORTAL_INSTANCE and start again."
            )


def _hint_of_demo(app: Flask) -> str:
    folder = Path(app.config["INSTANCE"])
    if not (folder / ACCOUNTS_FILE).exists():
        return ""
    return f" The folder {folder} holds a demonstration: for commands on it, set PORTAL_ENV=demo instead."


def _engine_options(url: str) -> dict[str, object]:
    """A silent or restarted database must give an error within seconds, not a hung worker."""
    if not urlsplit(url).scheme.startswith("postgresql"):
        return {}
    waits = {
        "connect_timeout": 4,
        "options": "-c statement_timeout=20000 -c lock_timeout=10000",
        "keepalives_idle": 10,
        "tcp_user_timeout": 5000,
    }
    return {
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 10,
        "pool_timeout": 5,
        "connect_args": waits,
    }
