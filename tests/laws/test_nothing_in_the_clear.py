"""K2: while the real portal works, no word of a document is on disk, in a log or in a temporary file."""

import json
import os
import random
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.installation import Installation
from tests.extraction.builders import pdf, word
from tests.laws.canaries import found_below, held_open, largest_core, processes_with, told
from tests.laws.member import Member

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

# No word here is in any language, and none ends as the analysis would change it.
CANARIES = {
    "title": "Zanthorbrok",
    "body": "qwixelmarn",
    "pdf": "vorpalgrunt",
    "text": "drazzlefonk",
    "file": "klomfirtzab",
    "attachment": "ombrequaxid",
    "topic": "grelthumvok",
    "agency": "Pflugnadorm",
    "query": "wyxotharnub",
    "wrong": "jeblinkwort",
    "shredded": "tharnoquipz",
}
C = CANARIES


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Gunicorn and the worker over an instance folder; temporary files have a folder of their own beside it."""
    folder = tmp_path_factory.mktemp("in-the-clear")
    (folder / "temporary").mkdir()
    installation = Installation(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder / "temporary"))
        try:
            installation.start()
            installation.wait_until_it_answers()
            yield installation
        finally:
            installation.stop()


@pytest.fixture(scope="module")
def used(portal: Installation) -> Installation:
    """The portal, after a librarian has done with it all that brings words into it."""
    librarian = Member(portal.address)
    librarian.sign_in(portal.accounts["walter"])
    _import(librarian)
    document = _document(librarian)
    _attach(librarian, document)
    _read(librarian, document)
    _ask_amiss(librarian)
    _shred(librarian)
    return portal


def _import(librarian: Member) -> None:
    """A Word file, a PDF, Markdown with its side-car in two versions, and one to be shredded."""

    def fill(document) -> None:  # type: ignore[no-untyped-def]
        document.add_heading(f"{C['title']} handbook", 1)
        document.add_paragraph(f"Call {C['body']} first. " * 20)

    _, page = librarian.get("/library/import")
    found = re.search(rb'<option value="([0-9a-f-]{36})">All task forces', page)
    assert found is not None
    chosen = {"compartment": found[1].decode(), "kind": "as-they-say", "marking": "as-they-say"}
    sidecar = {
        "title": f"{C['text']} guide",
        "topics": [C["topic"]],
        "agency": C["agency"],
        "note": C["topic"],
    }
    files = [
        (f"{C['file']}.docx", word(fill)),
        ("leaflet.pdf", pdf(f"The {C['pdf']} house\nand more text of it")),
        ("guide.md", f"# Guide\n\nThe {C['text']} way.".encode()),
        ("guide.json", json.dumps(sidecar).encode()),
        ("old.md", f"# {C['shredded']} memo\n\nThe {C['shredded']} way.".encode()),
    ]
    status, page = librarian.post("/library/import", *files, **chosen)
    assert status == 200 and page.count(b"Imported.") == 4
    librarian.post("/library/import", ("guide.md", f"Now {C['text']} anew.".encode()), files[3], **chosen)


def _document(librarian: Member) -> str:
    """The address of the Word file's document, once the worker has indexed all."""
    for words, title in (
        (C["body"], f"{C['title']} handbook"),
        (C["pdf"], C["pdf"]),
        (C["shredded"], f"{C['shredded']} memo"),
        (f"topic:{C['topic']}", f"{C['text']} guide"),
    ):
        assert librarian.finds(words, title), words
    _, page = librarian.get(f"/search?q={C['body']}")
    found = re.search(rf'href="(/library/[0-9a-f-]{{36}})[^"]*"[^>]*>\s*{C["title"]}'.encode(), page)
    assert found is not None
    return found[1].decode()


def _attach(librarian: Member, document: str) -> None:
    """A file too large to wait in memory: the spool takes it."""
    librarian.get(f"{document}/attachments/add")
    words = f"The {C['attachment']} sheet, line by line.\n".encode() * 60_000
    status, _ = librarian.post(f"{document}/attachments/add", (f"{C['attachment']}.txt", words))
    assert status == 303


def _read(librarian: Member, document: str) -> None:
    _, page = librarian.get(document)
    assert C["title"].encode() in page
    downloads = set(re.findall(rb'href="(/library/[^"]+/attachments/[0-9a-f-]{36})"', page))
    contents = [librarian.get(address.decode()) for address in downloads]
    assert len(contents) == 2 and any(C["attachment"].encode() in content for _, content in contents)


def _ask_amiss(librarian: Member) -> None:
    """Words in searches that find nothing, in addresses that lead nowhere, and in forms that are refused."""
    for path in (
        f"/search?q={C['query']}+{C['query'][:6]}*",
        f"/search?topic={C['query']}",
        f"/{C['wrong']}",
    ):
        librarian.get(path)
    stranger = Member(librarian.address)
    stranger.post("/library/import", (f"{C['wrong']}.md", C["wrong"].encode()), title=C["wrong"])
    stranger.get("/sign-in")
    stranger.post("/sign-in", acknowledged="y", email=f"{C['wrong']}@demo.example", password=C["wrong"])
    librarian.post("/library/import", ("broken.docx", b"PK\x03\x04" + C["wrong"].encode()), kind=C["wrong"])


def _shred(librarian: Member) -> None:
    _, page = librarian.get(f"/search?q={C['shredded']}")
    found = re.search(rf'href="(/library/[0-9a-f-]{{36}})[^"]*"[^>]*>\s*{C["shredded"]}'.encode(), page)
    assert found is not None
    librarian.get(f"{found[1].decode()}/delete")
    assert librarian.post(f"{found[1].decode()}/delete")[0] == 303


def _processes(portal: Installation) -> list[int]:
    return processes_with(f"PORTAL_INSTANCE={portal.folder / 'instance'}")


def test_k2_no_word_is_in_any_file_of_the_instance_the_logs_or_the_temporary_folder(
    used: Installation,
) -> None:
    seen = found_below(used.folder, CANARIES.values())

    names = [path.relative_to(used.folder).as_posix() for path in used.folder.rglob("*") if path.is_file()]
    assert {"instance/portal.db", "instance/portal.db-wal", "web.log", "worker.log"} <= set(names)
    assert any("/index/" in name for name in names) and any("/attachments/" in name for name in names)
    assert seen == {}


def test_k2_no_word_is_in_a_file_that_a_process_holds_open(used: Installation) -> None:
    held = {name: content for pid in _processes(used) for name, content in held_open(pid)}

    assert any(name.endswith("portal.db") for name in held)
    assert {name: told(CANARIES.values(), content) for name, content in held.items()} == {
        name: set() for name in held
    }


def test_no_process_of_the_portal_may_dump_its_memory(used: Installation) -> None:
    limits = {largest_core(pid).split()[0] for pid in _processes(used)}

    # Gunicorn and its two processes, and the worker.
    assert len(_processes(used)) >= 4
    assert limits == {"0"}


def test_nothing_temporary_is_left_and_nothing_complained(used: Installation) -> None:
    left = [path for path in (used.folder / "temporary").rglob("*") if path.is_file()]

    assert left == []
    assert "Traceback" not in used.log("web") + used.log("worker")


@pytest.mark.parametrize("form", ["utf-8", "utf-16-le", "utf-16-be", "upper", "zlib", "gzip", "docx", "name"])
def test_the_search_finds_a_word_that_was_planted(tmp_path: Path, form: str) -> None:
    """The check is worth nothing where it cannot fail."""
    text, noise = f"the {C['body']} house", random.Random(1).randbytes(50_000)
    planted = {
        "utf-8": text.encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "upper": text.upper().encode(),
        "zlib": zlib.compress(text.encode()),
        "gzip": zlib.compressobj(wbits=31).compress(b"") + zlib.compress(text.encode(), wbits=31),
        "docx": word(lambda document: document.add_paragraph(text)),
        "name": b"",
    }[form]
    (tmp_path / (f"{C['body']}.bin" if form == "name" else "a.bin")).write_bytes(noise + planted + noise)

    seen = found_below(tmp_path, CANARIES.values())

    assert list(seen.values()) == [{C["body"]}]


def test_the_search_finds_a_word_planted_in_the_instance_and_in_an_open_file(used: Installation) -> None:
    planted = used.folder / "instance" / "planted"
    planted.write_text(f"the {C['title'].lower()} house")
    try:
        seen = found_below(used.folder, CANARIES.values())
        with planted.open():
            held = [told(CANARIES.values(), content) for _, content in held_open(os.getpid())]
    finally:
        planted.unlink()

    assert seen == {"instance/planted": {C["title"]}}
    assert {C["title"]} in held


def test_the_search_finds_nothing_in_noise(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(random.Random(2).randbytes(300_000))

    assert found_below(tmp_path, CANARIES.values()) == {}
