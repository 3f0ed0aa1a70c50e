"""The small application, a client of it, and the token that its forms carry."""

import pytest
from flask import Flask

from tests.web.small_app import build_app


@pytest.fixture
def app() -> Flask:
    return build_app()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def token(client):
    """The CSRF token of the client's session."""
    page = client.get("/form").get_data(as_text=True)
    return page.split('name="csrf_token" value="')[1].split('"')[0]
