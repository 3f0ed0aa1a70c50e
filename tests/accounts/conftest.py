"""The portal's people and doors, and nothing behind them: shell, keys, trail, guard and accounts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from portal import access, accounts, audit, keyring, web
from portal.access import guard
from portal.access.policy import Permission
from portal.accounts import members
from portal.accounts.members import Factors, NewMember
from portal.accounts.models import Agency, TaskForce
from portal.audit.models import AuditEvent
from portal.core import clock as portal_clock
from portal.core.db import db
from tests.accounts.visitor import Clock, Visitor
from tests.postgres import postgres_database, postgres_url

__all__ = ["postgres_database", "postgres_url"]

MakeApp = Callable[..., Flask]


def _settings(folder: Path, **changes: Any) -> dict[str, Any]:
    settings = {
        "PORTAL_ENV": "test",
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'portal.db'}",
        "KEY_FILE": folder / "keys" / "master.key",
        "AUDIT_KEY_FILE": folder / "keys" / "audit.key",
        "SESSION_COOKIE_NAME": "__Host-portal",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "PASSWORD_PASSES": 1,
        "PASSWORD_MEMORY_KIB": 8,
    }
    return {**settings, **changes}


def _add_pages(app: Flask) -> None:
    """A page for whoever is signed in, and one for whoever manages people."""
    app.add_url_rule("/", "home", guard.requires(Permission.USE_PORTAL)(lambda: "home"))
    app.add_url_rule("/people", "people", guard.requires(Permission.MANAGE_PEOPLE)(lambda: "people"))


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all the applications that tests build."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_app(tmp_path: Path, compiled_templates: FileSystemBytecodeCache) -> Iterator[MakeApp]:
    """Builds an application over the test's one database; a second call is a second worker."""
    made: list[Flask] = []
    (tmp_path / "keys").mkdir(mode=0o700)
    # No assets: every application would look through all of them.
    (tmp_path / "static").mkdir()
    keyring.FileKeyManager.create(tmp_path / "keys" / "master.key")

    def make(**changes: Any) -> Flask:
        app = Flask("portal", instance_path=str(tmp_path), static_folder=str(tmp_path / "static"))
        app.config.update(_settings(tmp_path, **changes))
        app.jinja_env.bytecode_cache = compiled_templates
        db.init_app(app)
        for part in (web, keyring, audit, access, accounts):
            part.init_app(app)
        _add_pages(app)
        guard.check_routes(app)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def clock() -> Iterator[Clock]:
    moving = Clock()
    with portal_clock.using(moving):
        yield moving


@pytest.fixture
def app(make_app: MakeApp, clock: Clock) -> Flask:
    app = make_app()
    with app.app_context():
        db.create_all()
    app.extensions["audit"].key_file.create()
    return app


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def open_browser(app: Flask, clock: Clock) -> Callable[..., Visitor]:
    """Makes browsers, each with cookies of its own."""

    def make(**where: Any) -> Visitor:
        return Visitor(where.pop("app", app), clock, **where)

    return make


@pytest.fixture
def visitor(open_browser: Callable[..., Visitor]) -> Visitor:
    return open_browser()


@pytest.fixture
def agency(app: Flask) -> Agency:
    with app.app_context():
        made = members.create_agency("Harris County Sheriff's Office", "local_law_enforcement")
        db.session.commit()
        db.session.refresh(made)
        db.session.expunge(made)
    return made


@pytest.fixture
def task_force(app: Flask) -> TaskForce:
    with app.app_context():
        made = members.create_task_force("Houston task force", state="Texas")
        db.session.commit()
        db.session.refresh(made)
        db.session.expunge(made)
    return made


@pytest.fixture
def add_member(app: Flask, agency: Agency, task_force: TaskForce) -> Callable[..., Factors]:
    """Adds a member who serves on the task force, and answers both factors."""

    def add(name: str = "Dana Whitfield", *, serves: bool = True, **fields: Any) -> Factors:
        email = fields.pop("email", name.lower().replace(" ", ".") + "@agency.example.gov")
        with app.app_context():
            made = members.create_member(NewMember(name=name, email=email, agency_id=agency.id, **fields))
            if serves:
                members.add_service(made.member_id, task_force.id)
            db.session.commit()
        return made

    return add


@pytest.fixture
def dana(add_member: Callable[..., Factors]) -> Factors:
    return add_member()


@pytest.fixture
def trail(app: Flask) -> Callable[[], list[AuditEvent]]:
    """The entries of the trail, oldest first."""

    def read() -> list[AuditEvent]:
        with app.app_context():
            return list(db.session.scalars(db.select(AuditEvent).order_by(AuditEvent.seq)))

    return read
