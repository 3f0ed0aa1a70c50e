"""Every answer carries the same strict headers, whatever it is."""

import pytest

from tests.web.small_app import RAISED, build_app

PATHS = ["/form", "/list", "/no-such-page", "/list?page=%ff", *(f"/raise/{kind}" for kind in RAISED)]


@pytest.mark.parametrize("path", PATHS)
def test_every_page_and_every_error_carries_the_headers(client, path):
    answer = client.get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_request_for_another_host_is_refused_with_the_headers(client):
    answer = client.get("/form", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert b"evil" not in answer.data
    assert answer.headers["Cache-Control"] == "no-store"


def test_static_files_may_be_kept_and_carry_the_headers(client):
    with client.get("/static/portal.css") as answer:
        answer.get_data()

    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=86400" in answer.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_missing_static_file_is_an_error_like_any_other(client):
    answer = client.get("/static/none.css")

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_demo_does_not_ask_for_https():
    client = build_app(hsts=False).test_client()

    answer = client.get("/form")

    assert "Strict-Transport-Security" not in answer.headers


def test_an_address_of_a_static_file_changes_with_its_bytes(app):
    asset = app.jinja_env.globals["asset"]

    assert asset("portal.css").startswith("/static/portal.css?v=")
    assert asset("no-such-file.css") == "/static/no-such-file.css"
