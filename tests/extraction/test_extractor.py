"""The contract of the port, over both implementations."""

import pytest

from portal.core.errors import Invalid, Misconfigured, TooLarge
from portal.extraction import (
    DOCUMENT_TYPES,
    Extractor,
    InlineExtractor,
    InsecureExtractor,
    SandboxExtractor,
    sentences,
)
from portal.extraction import (
    extractor as configured,
)
from portal.extraction.documents import READERS, read_document
from portal.extraction.limits import MAX_DOCUMENT
from portal.extraction.media import TEXT
from tests.extraction.builders import add_slide, deck, pdf, word

REAL = {
    "a.txt": b"A title\n\nSome words here.",
    "a.md": b"# A title\n\nSome *words* here.",
    "a.html": b"<title>A title</title><p>Some words here.</p>",
    "a.htm": b"<h1>A title</h1><p>Some words here.</p>",
    "a.docx": word(lambda made: (made.add_heading("A title", 1), made.add_paragraph("Some words here."))),
    "a.pptx": deck(lambda made: add_slide(made, "A title", "Some words here.")),
    "a.pdf": pdf("A title\n\nSome words here."),
}


@pytest.mark.parametrize("name", REAL)
def test_every_format_gives_title_text_html_and_type(extractor: Extractor, name: str) -> None:
    document = extractor.extract(REAL[name], filename=name)

    assert document.title.startswith("A title")
    assert "words" in document.text
    assert "words" in document.html
    assert document.media_type == DOCUMENT_TYPES["." + name.partition(".")[2]]
    assert document.searchable
    assert document.warnings == ()


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_read_or_refused_with_one_line(
    extractor: Extractor, name: str, part: float
) -> None:
    source = REAL[name][: int(len(REAL[name]) * part)]

    try:
        document = extractor.extract(source, filename=name)
    except Invalid as refusal:
        assert "\n" not in str(refusal)
        assert "words here" not in str(refusal)
    else:
        assert document.title


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a.doc", "save it as .docx"),
        ("a.rtf", "save it as .docx"),
        ("a.ppt", "save it as .pptx"),
        ("a.xlsx", "cannot be imported"),
        ("a.exe", "cannot be imported"),
        ("a", "cannot be imported"),
        ("", "cannot be imported"),
        (".docx", "cannot be imported"),
    ],
)
def test_other_kinds_are_refused_with_what_to_do(extractor: Extractor, name: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        extractor.extract(b"words", filename=name)


@pytest.mark.parametrize("name", REAL)
def test_an_empty_file_is_refused(extractor: Extractor, name: str) -> None:
    with pytest.raises(Invalid, match="is empty"):
        extractor.extract(b"", filename=name)


def test_a_file_over_the_limit_is_refused(extractor: Extractor) -> None:
    with pytest.raises(TooLarge, match="larger than 50 MB"):
        extractor.extract(bytes(MAX_DOCUMENT + 1), filename="a.txt")


@pytest.mark.parametrize(
    "name", ["../../x/Safe_house list.txt", "C:\\x\\Safe_house list.txt", "Safe_house list.txt"]
)
def test_the_file_name_is_the_last_choice_for_a_title(extractor: Extractor, name: str) -> None:
    long_line = b"word " * 100

    assert extractor.extract(long_line, filename=name).title == "Safe house list"


def test_a_file_name_that_is_no_text_does_no_harm(extractor: Extractor) -> None:
    document = extractor.extract(b"word " * 100, filename="a\udcff\x00\n" + "b" * 3000 + ".txt")

    assert document.title.isprintable()
    assert len(document.title) <= 200


def test_no_refusal_carries_the_error_that_led_to_it(extractor: Extractor) -> None:
    with pytest.raises(Invalid) as refusal:
        extractor.extract(b"\x81 secret words", filename="a.txt")

    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError("secret words"), sentences.TOO_MUCH),
        (RecursionError("secret words"), sentences.TOO_DEEP),
        (KeyError("secret words"), sentences.DAMAGED),
    ],
)
def test_a_reader_that_fails_in_any_way_becomes_one_sentence(
    monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def fail(source: bytes) -> None:
        raise error

    monkeypatch.setitem(READERS, TEXT, fail)

    with pytest.raises(Invalid) as refusal:
        read_document(b"secret words", filename="a.txt")

    assert str(refusal.value) == sentence
    assert (refusal.value.__cause__, refusal.value.__context__) == (None, None)


def test_the_extractor_without_a_child_warns_when_built() -> None:
    with pytest.warns(InsecureExtractor):
        InlineExtractor()


def test_the_configuration_names_the_extractor_and_keeps_the_unsafe_one_to_tests() -> None:
    assert isinstance(configured({}), SandboxExtractor)
    with pytest.raises(Misconfigured, match="for tests only"):
        configured({"EXTRACTOR": "inline", "PORTAL_ENV": "production"})
    with pytest.raises(Misconfigured):
        configured({"EXTRACTOR": "none", "PORTAL_ENV": "test"})
    with pytest.warns(InsecureExtractor):
        assert isinstance(configured({"EXTRACTOR": "inline", "PORTAL_ENV": "test"}), InlineExtractor)
