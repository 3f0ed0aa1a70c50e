"""The child's side of the pipe, and what it reads before any document of a stranger."""

from io import BytesIO

import pytest
from flask import Flask

from portal.core.errors import Invalid, TooLarge
from portal.extraction import SandboxExtractor, init_app
from portal.extraction.frames import (
    MAX_NAME,
    REPLY,
    REQUEST,
    framed,
    read_reply,
    received,
    refusal_of,
    request,
)
from portal.extraction.limits import MAX_DOCUMENT
from portal.extraction.rehearsal import rehearse
from portal.extraction.worker import answer

TOKEN = b"sixteen bytes ok"


def test_an_answer_comes_back_as_the_document_it_carries() -> None:
    document = read_reply(answer("Größe \U0001f600".encode(), "a.txt"), media_type="text/plain")

    assert (document.title, document.html, document.media_type) == (
        "Größe \U0001f600",
        "<p>Größe \U0001f600</p>",
        "text/plain",
    )


def test_a_refusal_comes_back_as_its_sentence_and_kind() -> None:
    with pytest.raises(Invalid, match="This file is empty") as plain:
        read_reply(answer(b"", "a.txt"), media_type="text/plain")
    with pytest.raises(TooLarge, match="too much"):
        read_reply(refusal_of(TooLarge("That is too much.")), media_type="text/plain")

    assert not isinstance(plain.value, TooLarge)


def test_an_answer_is_framed_with_token_and_length() -> None:
    assert framed(TOKEN, b"abc") == REPLY.pack(TOKEN, 3) + b"abc"


@pytest.mark.parametrize("filename", ["a.txt", "größe \udcff.md", ""])
def test_a_request_is_received_whole(filename: str) -> None:
    stream = BytesIO(b"".join(request(TOKEN, b"words", filename)))

    token, source, name = received(stream)

    assert (token, source) == (TOKEN, b"words")
    assert name == filename.replace("\udcff", "?")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\x00" * 7,
        b"".join(request(TOKEN, b"words", "a.txt"))[:-1],
        REQUEST.pack(TOKEN, 5, 0) + b"a.tx",
        REQUEST.pack(TOKEN, MAX_NAME + 1, 1),
        REQUEST.pack(TOKEN, 1, MAX_DOCUMENT + 1),
    ],
)
def test_a_request_that_is_none_ends_the_child(sent: bytes) -> None:
    assert received(BytesIO(sent)) is None


def test_the_rehearsal_reads_one_document_of_each_format() -> None:
    rehearse()


def test_the_application_gets_its_extractor() -> None:
    app = Flask(__name__)

    init_app(app)

    assert isinstance(app.extensions["extractor"], SandboxExtractor)
