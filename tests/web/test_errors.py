"""Errors become pages that say what to do, and nothing of the inside reaches a page or the log."""

import json
import logging

import pytest
from flask import Flask

from portal.web import errors
from tests.web.small_app import RAISED, SECRET, build_app

STATUS = {
    "not-found": 404,
    "refused": 403,
    "invalid": 400,
    "too-large": 413,
    "conflict": 409,
    "unavailable": 503,
    "broken": 500,
    "misconfigured": 500,
    "outage": 503,
    "bug": 500,
}


@pytest.mark.parametrize("kind", RAISED)
def test_every_error_has_its_status_and_no_page_or_log_shows_the_inside(client, caplog, kind):
    with caplog.at_level(logging.DEBUG):
        answer = client.get(f"/raise/{kind}")

    assert answer.status_code == STATUS[kind]
    assert answer.mimetype == "text/html"
    assert SECRET not in answer.text
    assert SECRET not in caplog.text


def test_an_unexpected_error_carries_an_id_that_finds_its_log_line(client, caplog):
    answer = client.get("/raise/bug")

    error_id = answer.text.split('class="portal-code">')[1].split("<")[0]
    assert error_id in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "small_app.py:" in caplog.text


def test_causes_of_an_error_are_logged_by_type_and_place_only():
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError as error:
        line = errors.places(error)

    assert line.startswith("RuntimeError at ")
    assert "; from KeyError at " in line
    assert SECRET not in line


def test_what_may_not_be_known_of_answers_the_same_bytes_as_what_does_not_exist(client):
    # The first page sets the session, whose token every later page carries.
    client.get("/form")

    missing, forbidden = client.get("/no-such-page"), client.get("/raise/not-found")

    assert missing.status_code == forbidden.status_code == 404
    assert _without_token(missing.text) == _without_token(forbidden.text)


def test_the_page_names_each_field_that_is_wrong(client):
    answer = client.get("/raise/invalid")

    assert "Some answers are missing." in answer.text
    assert "<strong>title:</strong> Fill this in." in answer.text


def test_a_form_without_its_token_is_told_that_the_page_was_open_too_long(client):
    answer = client.post("/form", data={"title": "A"})

    assert answer.status_code == 400
    assert answer.text.count("This page was open too long") == 2, "in the title and in the heading"
    assert "Go back, reload the page, and send it again." in answer.text


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page():
    for signed_in, label in ((True, "Go to the home page"), (False, "Go to the sign-in page")):
        answer = build_app(signed_in=signed_in).test_client().get("/no-such-page")

        assert label in answer.text


def test_a_script_that_asks_for_json_gets_the_sentence_as_json(client):
    answer = client.post("/echo", headers={"Accept": "application/json"})

    assert answer.status_code == 400
    assert answer.mimetype == "application/json"
    assert json.loads(answer.text)["outcome"] == "refused"


def test_a_wrong_method_names_the_right_ones(client):
    answer = client.put("/list")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_an_outage_is_shown_without_asking_what_may_be_down(app: Flask):
    def fails() -> dict[str, object]:
        raise RuntimeError(SECRET)

    app.context_processor(fails)

    answer = app.test_client().get("/raise/outage")

    assert answer.status_code == 503
    assert "A part of the portal does not answer." in answer.text


def test_an_error_page_that_itself_fails_is_shown_without_the_failing_part(app: Flask):
    def fails() -> dict[str, object]:
        raise RuntimeError(SECRET)

    app.context_processor(fails)

    answer = app.test_client().get("/no-such-page")

    assert answer.status_code == 404
    assert "Page not found" in answer.text


def test_an_error_after_the_view_is_logged_without_its_text(app: Flask, caplog):
    @app.after_request
    def fails(_response):
        raise RuntimeError(SECRET)

    answer = app.test_client().get("/form")

    assert answer.status_code == 500
    assert SECRET not in caplog.text
    assert SECRET not in answer.text


def test_a_redirect_is_not_an_error(app: Flask):
    app.add_url_rule("/folder/", "folder", lambda: "here")

    answer = app.test_client().get("/folder")

    assert answer.status_code == 308


def _without_token(page: str) -> str:
    before, rest = page.split('name="csrf_token" value="')
    return before + rest.partition('"')[2]
