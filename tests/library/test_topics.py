"""Topics are found by the words that practitioners use, and by nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.library.starter_library import TOPICS
from portal.library.topics import MOST, PHRASES, topics_of


def test_every_topic_of_the_vocabulary_can_be_found_and_no_other() -> None:
    assert set(PHRASES) == TOPICS


@pytest.mark.parametrize("topic", PHRASES)
def test_a_phrase_in_the_title_names_the_topic(topic: str) -> None:
    for phrase in PHRASES[topic]:
        assert topic in topics_of(f"On {phrase.upper()} today", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The agencies feel pressure, and impressed the Press Secretary in the course of a meeting.",
        "18 words of seizure, detention, transportation",
        "The President's Interagency Task Force to Monitor and Combat Trafficking met. " * 3,
        "A certification and report to Congress. Certification of the plan.",
        "A trip to Talien and to Minorca, prisheltered",
    ],
)
def test_words_that_only_resemble_a_topic_name_none(text: str) -> None:
    assert topics_of("", text) == ()


def test_one_mention_in_passing_names_no_topic() -> None:
    assert topics_of("Notes", "The shelter called.") == ()
    assert topics_of("Notes", "The shelter called. Another shelter answered.") == ("housing",)
    assert topics_of("Notes", "The shelter called. Another shelter answered. " + "word " * 1000) == ()


def test_the_best_marked_topic_stands_first() -> None:
    text = "forfeiture " * 2 + "interpreter " * 5

    assert topics_of("", text) == ("interpreters", "asset forfeiture")
    assert topics_of("Forfeiture", text) == ("asset forfeiture", "interpreters")


def test_a_phrase_is_found_across_a_line_break() -> None:
    assert topics_of("", "information\nsharing, information\n sharing") == ("information sharing",)


@given(st.text(max_size=300), st.text(max_size=300))
def test_the_answer_is_always_the_same_and_within_the_vocabulary(title: str, text: str) -> None:
    found = topics_of(title, text)

    assert found == topics_of(title, text)
    assert len(found) <= MOST and set(found) <= TOPICS and len(set(found)) == len(found)


def test_a_very_long_text_takes_no_time_to_speak_of() -> None:
    assert topics_of("x " * 1000, "task force of the task " * 50_000) == ("task force management",)
