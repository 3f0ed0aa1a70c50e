"""Words and their stems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.index.analysis import STOP_WORDS, fold, words


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Traffickers, trafficking and trafficked", "traffick traffick traffick"),
        ("18 U.S.C. 1591(a)(1)", "18 usc 1591 1"),
        ("§ 1,591", "1591"),
        ("22 U.S.C. \u00a7 7105 22 USC 7105 22 U.S.C. \u00a77105", "22 usc 7105 22 usc 7105 22 usc 7105"),
        ("22 U. S. C. sec. 7105, 22 usc sections 7105", "22 usc 7105 22 usc 7105"),
        ("28 C.F.R. 1100.35", "28 cfr 1100.35"),
        ("USC campus, section 5", "usc campu section 5"),
        ("<u>Prevention</u> a < b", "prevent b"),
        ("22 CFR 8.5", "22 cfr 8.5"),
        ("T-visa", "t visa"),
        ("H-2A", "h 2a"),
        ("the U.S. and the US", "us us"),
        ("victim's victims\u2019 victim\u2019s", "victim victim victim"),
        ("don't", ""),
        ("café cafe\u0301 CAFÉ", "cafe cafe cafe"),
        ("Straße ﬁnd", "strass find"),
        ("日本 مرحبا", "日本 مرحبا"),
        ("a_b", "b"),
        ("co-operation/and:or", "co oper"),
        ("", ""),
        ("\x00\ud800 ...", ""),
    ],
)
def test_text_is_cut_folded_and_stemmed(text: str, stems: str) -> None:
    assert [word.stem for word in words(text)] == stems.split()


def test_a_word_knows_its_place() -> None:
    text = "the Safe-house, Café"

    assert [(text[word.start : word.end], word.text) for word in words(text)] == [
        ("Safe", "safe"), ("house", "house"), ("Café", "cafe"),
    ]  # fmt: skip


def test_very_long_words_are_cut() -> None:
    assert [len(word.text) for word in words("x" * 1000)] == [64]


@given(st.text())
def test_words_are_folded_once_and_for_all(text: str) -> None:
    for word in words(text):
        assert word.text not in STOP_WORDS
        assert text[word.start : word.end]
        assert 0 < len(fold(word.text)) <= 64
