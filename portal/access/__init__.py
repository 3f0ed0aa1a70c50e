"""Compartments, the clearance, the policy and the route guard."""

from flask import Flask

from portal.access import guard


def init_app(app: Flask) -> None:
    """Put the bracket round every request."""
    guard.init_app(app)
