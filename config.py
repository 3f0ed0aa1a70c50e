"""Configuration from the environment: every setting, its meaning and its safe default.

``PORTAL_ENV`` is ``production`` unless it says ``demo``; the demo serves loopback only. Unsafe settings stop the start
(``portal.startup``).
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.core.errors import Misconfigured

ROOT = Path(__file__).resolve().parent


def from_environment(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The settings of this installation, or ``Misconfigured``. Paths are absolute; times are seconds."""
    env = environment.get("PORTAL_ENV", "production")
    if env not in ("demo", "production"):
        raise Misconfigured("PORTAL_ENV must be 'demo' or 'production'. Set it and start again.")
    instance = Path(environment.get("PORTAL_INSTANCE", ROOT / "instance")).resolve()
    demo = env == "demo"
    return {
        "PORTAL_ENV": env,
        "INSTANCE": instance,
        "SQLALCHEMY_DATABASE_URI": _database(environment, instance),
        "KEY_FILE": Path(environment.get("PORTAL_KEY_FILE", instance / "keys" / "master.key")).absolute(),
        "AUDIT_KEY_FILE": Path(
            environment.get("PORTAL_AUDIT_KEY_FILE", instance / "keys" / "audit.key")
        ).absolute(),
        "BLOB_FOLDER": instance / "attachments",
        "INDEX_FOLDER": instance / "index",
        "TRUSTED_HOSTS": _hosts(environment, demo),
        "SESSION_COOKIE_NAME": "portal" if demo else "__Host-portal",
        "SESSION_COOKIE_SECURE": not demo,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "HSTS": not demo,
        "TRUSTED_PROXIES": _proxies(environment),
    }


def _database(environment: Mapping[str, str], instance: Path) -> str:
    """SQLite in the instance folder, or ``DATABASE_URL`` (PostgreSQL, spoken to through psycopg 3)."""
    url = environment.get("DATABASE_URL", f"sqlite:///{instance / 'portal.db'}")
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("postgresql+psycopg://", "sqlite:///")):
        # The address itself may hold a password, so it is not repeated.
        raise Misconfigured(
            "DATABASE_URL must begin with postgresql:// or sqlite:///. Set it and start again."
        )
    return url


def _proxies(environment: Mapping[str, str]) -> int | None:
    """How many proxies stand in front of the portal, each adding the address of who asked it; None if not said.

    A production start asks for it: counted wrong, every member has the proxy's address, and shares its lock-outs.
    """
    named = environment.get("PORTAL_TRUSTED_PROXIES")
    if named is None:
        return None
    if not (len(named) == 1 and named.isascii() and named.isdigit()):
        raise Misconfigured("PORTAL_TRUSTED_PROXIES must be a number from 0 to 9. Set it and start again.")
    return int(named)


def _hosts(environment: Mapping[str, str], demo: bool) -> list[str]:
    """Names by which the portal answers; a request for another name is refused."""
    named = [host.strip() for host in environment.get("PORTAL_HOSTS", "").split(",") if host.strip()]
    return ["127.0.0.1", "localhost", "[::1]"] if demo else named
