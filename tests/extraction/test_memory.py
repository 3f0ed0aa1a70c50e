"""A document stays in no process longer than it is read: neither in the kept child, nor with whoever asked."""

import gc
import os
import re
import secrets
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.core.errors import Invalid
from portal.extraction import Extractor, Limits, SandboxExtractor
from portal.extraction.process import Child
from portal.extraction.rehearsal import PDF
from tests.extraction.builders import add_slide, deck, pdf, word

HERE = Path(__file__).parent
needs_proc = pytest.mark.skipif(
    sys.platform != "linux", reason="Only Linux shows the memory of a process, as /proc/PID/mem."
)
MAKERS: dict[str, Callable[[str], bytes]] = {
    "a.txt": lambda text: text.encode(),
    "a.md": lambda text: f"# {text}\n\n{text}".encode(),
    "a.html": lambda text: f"<title>{text}</title><p>{text}</p>".encode(),
    "a.docx": lambda text: word(lambda made: made.add_paragraph(text)),
    "a.pptx": lambda text: deck(lambda made: add_slide(made, text, text)),
    "a.pdf": lambda text: pdf(text),
}


@pytest.fixture(scope="module")
def open_sandbox() -> Iterator[SandboxExtractor]:
    with SandboxExtractor(script=HERE / "open_child.py") as made:
        yield made


def kept(extractor: SandboxExtractor) -> Child:
    """The only child, once the process that will read the next document waits for it."""
    (child,) = extractor._idle
    assert select.select([child._from], [], [], 30)[0]
    return child


def forks_of(child: Child) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = path.read_text().rpartition(")")[2].split()[1]
        except OSError:
            # It ended while we looked.
            continue
        if int(parent) == child._process.pid:
            found.append(int(path.parent.name))
    return found


def ended(process: int) -> bool:
    """Whether a process ends soon; whoever adopted it may not have asked for its status yet."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def copies(process: int, text: str) -> int:
    """How often ``text`` stands in the memory of a process, in any encoding that a parser keeps text in."""
    needle = re.compile(
        b"|".join(re.escape(text.encode(name)) for name in ("utf-8", "utf-16-le", "utf-32-le"))
    )
    found = 0
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            places, rights, *_ = line.split()
            # What cannot be written, or is the kernel's own page, can hold nothing that was received.
            if "w" in rights and "[v" not in line:
                start, end = (int(place, 16) for place in places.split("-"))
                memory.seek(start)
                found += len(needle.findall(memory.read(end - start)))
    return found


@needs_proc
def test_no_document_that_was_read_stays_in_the_kept_child_or_meets_the_next_reader(
    open_sandbox: SandboxExtractor,
) -> None:
    canary = "canary" + secrets.token_hex(8)
    for name, make in MAKERS.items():
        assert canary in open_sandbox.extract(make(f"At {canary} stands the house."), filename=name).text

    child = kept(open_sandbox)
    found = [copies(process, canary) for process in (child._process.pid, *forks_of(child))]

    assert found == [0, 0]
    assert child.uses == len(MAKERS)


@needs_proc
def test_a_document_that_was_refused_stays_nowhere_either(open_sandbox: SandboxExtractor) -> None:
    canary = "canary" + secrets.token_hex(8)
    for name in MAKERS:
        with pytest.raises(Invalid):
            open_sandbox.extract(b"\x81" + canary.encode() + bytes(9), filename=name)

    child = kept(open_sandbox)
    found = [copies(process, canary) for process in (child._process.pid, *forks_of(child))]

    assert found == [0, 0]


@needs_proc
def test_the_search_of_memory_finds_what_the_child_does_hold(open_sandbox: SandboxExtractor) -> None:
    open_sandbox.extract(b"words", filename="a.txt")
    rehearsed = PDF[-60:].decode()

    child = kept(open_sandbox)

    assert all(copies(process, rehearsed) for process in (child._process.pid, *forks_of(child)))
    assert copies(os.getpid(), rehearsed)


@pytest.mark.parametrize("name", MAKERS)
def test_nothing_refers_to_a_document_once_it_was_read(extractor: Extractor, name: str) -> None:
    source = MAKERS[name]("Words here.")
    gc.disable()
    try:
        before = sys.getrefcount(source)

        extractor.extract(source, filename=name)

        assert sys.getrefcount(source) == before
    finally:
        gc.enable()


@pytest.mark.parametrize("wish", ["garbage", "deep", "speech", "die", "answer before", "spin deaf"])
def test_nothing_refers_to_a_document_once_it_was_refused_and_no_error_is_chained(wish: str) -> None:
    source, limits = wish.encode(), Limits(cpu_seconds=60, wall_seconds=0.2, grace=0.3)
    gc.disable()
    try:
        with SandboxExtractor(limits, script=HERE / "misbehaving_child.py") as extractor:
            before = sys.getrefcount(source)

            with pytest.raises(Invalid) as refusal:
                extractor.extract(source, filename="wish.txt")

            assert (refusal.value.__cause__, refusal.value.__context__) == (None, None)
            del refusal
            assert sys.getrefcount(source) == before
    finally:
        gc.enable()


@needs_proc
@pytest.mark.parametrize("part", ["the kept child", "the process that waits"])
def test_a_child_of_which_a_part_died_while_idle_costs_no_document_and_leaves_no_process(part: str) -> None:
    with SandboxExtractor() as extractor:
        extractor.extract(b"words", filename="a.txt")
        child = kept(extractor)
        (waiting,) = forks_of(child)

        os.kill(child._process.pid if part == "the kept child" else waiting, signal.SIGKILL)
        child._process.wait()

        assert extractor.extract(b"next", filename="a.txt").text == "next"
        assert child not in extractor._idle
    assert ended(waiting)
