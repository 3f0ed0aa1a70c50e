"""Members, sign-in with two factors, sessions; supplies the directory of people to ``access``."""

from typing import Any

from flask import Flask
from flask_login import LoginManager, current_user

from portal.accounts import cli, passwords, signed_in
from portal.accounts.directory import AccountsDirectory, roles_in_words
from portal.accounts.views import bp
from portal.core.errors import Misconfigured
from portal.web.shell import Person

SHORTEST_KEY = 32


def init_app(app: Flask) -> None:
    """Plug sign-in into ``app``; needs the keyring, and a secret key that nobody could guess."""
    if len(app.config.get("SECRET_KEY") or "") < SHORTEST_KEY:
        raise Misconfigured(
            f"SECRET_KEY must be at least {SHORTEST_KEY} random bytes, for it signs the session cookies. "
            "Set it, or remove the setting where the key file supplies it."
        )
    # Flask-Login shall neither remember nor protect a session: the server's row decides.
    app.config["SESSION_PROTECTION"] = None
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-never-set"
    passwords.init_app(app)
    manager = LoginManager(app)
    manager.request_loader(signed_in.load)
    app.extensions["directory"] = AccountsDirectory()
    app.register_blueprint(bp)
    app.cli.add_command(cli.members)
    app.context_processor(_person)


def _person() -> dict[str, Any]:
    """The member in the header of every page."""
    if not current_user.is_authenticated:
        return {}
    roles = roles_in_words(current_user.roles)
    return {"person": Person(current_user.name, roles, ", ".join(current_user.task_force_names))}
