"""The Task Force Portal. ``create_app`` lists what it plugs together and holds no logic of its own."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from portal import (
    access,
    accounts,
    admin,
    audit,
    cli,
    content,
    extraction,
    home,
    index,
    keyring,
    library,
    navigation,
    search,
    startup,
    storage,
    web,
)
from portal.access import guard
from portal.core.db import db, migrate

PARTS = (
    web, keyring, storage, index, extraction, audit, access, accounts, content,
    home, library, search, admin, navigation, cli,
)  # fmt: skip


def create_app(config: Mapping[str, Any]) -> Flask:
    """The application under ``config``; raises ``Misconfigured`` where it cannot start safely."""
    app = Flask(__name__, instance_path=str(config["INSTANCE"]), template_folder=None)
    app.config.from_mapping(config)
    startup.check_settings(app)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(startup.MIGRATIONS))
    for part in PARTS:
        part.init_app(app)
    guard.check_routes(app)
    startup.check_installation(app)
    startup.confine_demo(app)
    startup.trust_proxies(app)
    return app
