"""The sandbox: what a reader that has been taken over can do, and what becomes of the next document."""

import contextlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.core.errors import Invalid, Unavailable
from portal.extraction import Limits, SandboxExtractor, sentences
from portal.extraction.limits import MEGABYTE

SCRIPT = Path(__file__).with_name("misbehaving_child.py")
QUICK = Limits(memory=300 * MEGABYTE, cpu_seconds=1, wall_seconds=2.5)


@pytest.fixture(scope="module")
def taken_over() -> Iterator[SandboxExtractor]:
    """An extractor whose readers do what the document says."""
    with SandboxExtractor(QUICK, script=SCRIPT) as made:
        yield made


def told(extractor: SandboxExtractor, wish: str) -> str:
    return extractor.extract(wish.encode(), filename="wish.txt").text


@pytest.mark.parametrize("act", ["write", "read", "connect", "fork", "execute", "signal", "stop the clock"])
def test_a_reader_that_was_taken_over_is_refused_every_act_but_computing(
    taken_over: SandboxExtractor, act: str
) -> None:
    answer = told(taken_over, act)

    assert answer == "refused 1"
    assert not Path("/tmp/written-by-a-document").exists()


@pytest.mark.parametrize(
    ("act", "sentence"),
    [("memory", sentences.TOO_MUCH), ("spin", sentences.TOO_LONG), ("crash", sentences.DAMAGED)],
)
def test_a_reader_that_takes_too_much_is_killed_soon_and_the_next_document_is_read(
    taken_over: SandboxExtractor, act: str, sentence: str
) -> None:
    told(taken_over, "warm")
    began = time.monotonic()

    with pytest.raises(Invalid, match=sentence):
        told(taken_over, act)

    assert time.monotonic() - began < (3 if act == "memory" else 6)
    assert told(taken_over, "next") == "next"


def test_a_reader_that_does_not_hear_its_own_clock_is_killed_by_the_parent() -> None:
    limits = Limits(cpu_seconds=60, wall_seconds=0.3, grace=0.5)
    with SandboxExtractor(limits, script=SCRIPT) as extractor:
        began = time.monotonic()

        with pytest.raises(Invalid, match="takes too long"):
            told(extractor, "spin deaf")

        assert time.monotonic() - began < 8


def test_a_reader_over_its_wall_clock_time_is_killed_by_its_own_clock() -> None:
    with SandboxExtractor(Limits(cpu_seconds=60, wall_seconds=0.3), script=SCRIPT) as extractor:
        with pytest.raises(Invalid, match="takes too long"):
            told(extractor, "spin")

        assert told(extractor, "next") == "next"


@pytest.mark.parametrize(
    "answer",
    [
        "garbage",
        "nothing",
        "deep",
        "list",
        "wrong types",
        "wrong warnings",
        "not so searchable",
        "nested",
        "speech",
        "flood",
        "die",
        "answer before",
    ],
)
def test_an_answer_that_is_none_refuses_the_document_and_no_other(
    taken_over: SandboxExtractor, answer: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        told(taken_over, answer)

    assert str(refusal.value) in {sentences.DAMAGED, sentences.TOO_LONG, sentences.TOO_DEEP}
    assert told(taken_over, "next") == "next"


def test_an_answer_left_behind_never_passes_for_that_of_the_next_document(
    taken_over: SandboxExtractor,
) -> None:
    with contextlib.suppress(Invalid):
        told(taken_over, "answer after")

    assert told(taken_over, "next") == "next"


def test_a_reader_that_stays_when_it_has_answered_does_not_hold_up_the_next_document(
    taken_over: SandboxExtractor,
) -> None:
    assert told(taken_over, "stay") == "done"

    assert told(taken_over, "next") == "next"


def test_what_a_reader_answers_is_sanitised_again(taken_over: SandboxExtractor) -> None:
    document = taken_over.extract(b"script", filename="wish.txt")

    assert document.html == "<p>a</p>"
    assert document.text == "a"
    assert document.title == "two lines"


def test_the_child_inherits_no_environment(
    taken_over: SandboxExtractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_PORTAL", "secret")
    with SandboxExtractor(QUICK, script=SCRIPT) as extractor:
        told(extractor, "warm")
        (child,) = extractor._idle

        environment = Path(f"/proc/{child._process.pid}/environ").read_bytes()

    assert b"SECRET" not in environment


def test_a_child_that_cannot_start_is_not_blamed_on_the_document() -> None:
    limits = Limits(memory=8 * MEGABYTE)

    with SandboxExtractor(limits) as extractor, pytest.raises(Unavailable, match="tell the administrator"):
        extractor.extract(b"words", filename="a.txt")


def test_a_busy_sandbox_says_so_instead_of_waiting_for_ever() -> None:
    limits = Limits(cpu_seconds=60, wall_seconds=0.2)
    with SandboxExtractor(limits, at_once=1, script=SCRIPT) as extractor, ThreadPoolExecutor(1) as pool:
        first = pool.submit(told, extractor, "spin deaf")
        time.sleep(0.1)

        with pytest.raises(Unavailable, match="Try again in a minute"):
            told(extractor, "next")

        assert isinstance(first.exception(), Invalid)


def test_threads_share_an_extractor_without_mixing_their_documents(sandbox: SandboxExtractor) -> None:
    texts = [f"document {number}" for number in range(24)]

    with ThreadPoolExecutor(6) as pool:
        read = list(pool.map(lambda text: sandbox.extract(text.encode(), filename="a.txt").text, texts))

    assert read == texts


def test_a_child_is_used_again_and_no_process_stays_behind() -> None:
    with SandboxExtractor() as extractor:
        extractor.extract(b"one", filename="a.txt")
        (child,) = extractor._idle
        extractor.extract(b"two", filename="a.txt")
        assert extractor._idle == [child]

    with pytest.raises(ProcessLookupError):
        os.kill(child._process.pid, 0)


def test_a_child_that_died_while_idle_costs_no_document(taken_over: SandboxExtractor) -> None:
    told(taken_over, "warm")
    for child in taken_over._idle:
        child._process.kill()
        child._process.wait()

    assert told(taken_over, "next") == "next"
