"""The shell round every page: templates, headers, limits, errors, paging, forms; knows no feature."""

from flask import Blueprint, Flask

from portal.web import assets, errors, headers, limits, shell


def init_app(app: Flask) -> None:
    """Wire the shell into ``app``; call it before anything else that registers request hooks.

    Hooks after a request run in the opposite order, so that the headers are set last, on whatever the other
    parts answered.
    """
    headers.init_app(app)
    errors.init_app(app)
    limits.init_app(app)
    assets.init_app(app)
    shell.init_app(app)
    app.register_blueprint(Blueprint("web", __name__, template_folder="templates"))
