"""What is over a limit, or is no text, is refused before a view sees it."""

from io import BytesIO

import pytest
from flask import Flask

from portal import web

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=edge"


def multipart(token: str, title: bytes, filename: str = "") -> bytes:
    """A body of two parts, the token and a title, which is a file where it has a file name."""
    named = f'name="title"; filename="{filename}"' if filename else 'name="title"'
    head = b"--edge\r\nContent-Disposition: form-data; "
    parts = [head + b'name="csrf_token"', token.encode(), head + named.encode(), title]
    return b"%s\r\n\r\n%s\r\n%s\r\n\r\n%s\r\n--edge--\r\n" % tuple(parts)


def post(client, token, **form):
    return client.post("/echo", data={"csrf_token": token, **form})


def test_a_form_in_order_reaches_the_view(client, token):
    answer = post(client, token, title="Safe housing, año 2026")

    assert answer.json["form"] == ["csrf_token", "title"]


def test_an_urlencoded_body_of_600_kb_is_too_much(client, token):
    answer = post(client, token, body="a" * 600_000)

    assert answer.status_code == 413
    assert "over the limit" in answer.text


def test_a_large_body_without_a_length_is_too_much(client, token):
    body = BytesIO(f"csrf_token={token}&body=".encode() + b"a" * 600_000)

    answer = client.post(
        "/echo", input_stream=body, content_type=URLENCODED, environ_overrides={"wsgi.input_terminated": True}
    )

    assert answer.status_code == 413


def test_a_json_body_of_600_kb_is_too_much(client, token):
    answer = client.post("/echo", data=b"1" * 600_000, content_type="application/json")

    assert answer.status_code == 413


def test_two_thousand_parts_are_too_many(client, token):
    parts = {f"part{number}": (BytesIO(b"x"), "x.txt") for number in range(2000)}

    answer = post(client, token, **parts)

    assert answer.status_code == 413


def test_a_field_of_600_kb_in_a_multipart_form_is_too_much(client, token):
    answer = client.post("/echo", data=multipart(token, b"a" * 600_000), content_type=MULTIPART)

    assert answer.status_code == 413


def test_a_request_over_the_whole_limit_is_refused_by_its_length(app: Flask):
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    client = app.test_client()

    answer = client.post("/echo", data=b"x" * 1_100_000, content_type=MULTIPART)

    assert answer.status_code == 413


def test_an_upload_stays_in_memory_however_large(client, token):
    body = multipart(token, b"x" * 2_000_000, filename="x.bin")

    answer = client.post("/echo", data=body, content_type=MULTIPART)

    assert answer.json["files"] == {"title": "BytesIO"}


@pytest.mark.parametrize("query", ["q=%00", "q=a&page=1%00", "%00=1"])
def test_a_nul_in_the_query_is_refused(client, query):
    answer = client.get(f"/list?{query}")

    assert answer.status_code == 400
    assert "NUL character" in answer.text


def test_a_nul_in_a_form_is_refused_and_the_field_named(client, token):
    answer = post(client, token, title="a\0b")

    assert answer.status_code == 400
    assert "<strong>title:</strong> Remove the NUL character" in answer.text


def test_a_field_whose_own_name_is_bad_is_not_shown_by_it(client, token):
    answer = post(client, token, **{"x" * 80: "a\0"})

    assert answer.status_code == 400
    assert "<strong>a field:</strong>" in answer.text
    assert "xxxx" not in answer.text


def test_a_query_that_is_not_utf8_is_refused(client):
    answer = client.get("/list?q=%ff%fe")

    assert answer.status_code == 400
    assert "not valid UTF-8" in answer.text


@pytest.mark.parametrize("raw", [b"title=%ff", b"title=\xff", b"title=%ed%a0%80"])
def test_a_form_that_is_not_utf8_is_refused(client, token, raw):
    body = f"csrf_token={token}&".encode() + raw

    answer = client.post("/echo", data=body, content_type=URLENCODED)

    assert answer.status_code == 400
    assert "not valid UTF-8" in answer.text


def test_a_multipart_field_that_is_not_utf8_is_refused_and_named(client, token):
    answer = client.post("/echo", data=multipart(token, b"caf\xe9"), content_type=MULTIPART)

    assert answer.status_code == 400
    assert "<strong>title:</strong> A character arrived damaged" in answer.text


def test_a_malformed_multipart_body_is_refused(client):
    answer = client.post("/echo", data=b"no boundary here", content_type=MULTIPART)

    assert answer.status_code == 400
    assert "wrong" in answer.text


def test_limits_that_the_installation_sets_are_kept():
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY="only for tests", MAX_FORM_PARTS=50)

    web.init_app(app)

    assert app.config["MAX_FORM_PARTS"] == 50
    assert app.config["MAX_CONTENT_LENGTH"] == 60_000_000
