"""Attachments on the page: added, downloaded, removed; by whom; and a large one in constant memory."""

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest

from portal.content import service
from portal.content.models import Attachment
from portal.core.db import db
from tests.page_client import Browser
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
PDF = b"%PDF-1.4\n" + b"obsidian\n" * 1000 + b"%%EOF\n"


@pytest.fixture
def item_id(world: World) -> UUID:
    return world.inside(lambda: world.add("houston", "Where to meet"))


def _add(browser: Browser, item_id: UUID, name: str, data: bytes):  # type: ignore[no-untyped-def]
    address = f"/library/{item_id}/attachments/add"
    browser.get(address)
    return browser.post(address, file=(BytesIO(data), name))


def _ids(world: World) -> list[UUID]:
    with world.app.app_context():
        return list(db.session.scalars(db.select(Attachment.id)))


def test_a_coordinator_adds_a_file_and_a_member_downloads_it(
    world: World, item_id: UUID, browse: Callable[..., Browser]
) -> None:
    added = _add(browse(world, "coordinator"), item_id, "plan B.pdf", PDF)

    assert added.status_code == 303
    (attachment_id,) = _ids(world)
    got = browse(world, "advocate").get(f"/library/{item_id}/attachments/{attachment_id}")
    assert got.data == PDF
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Disposition"] == "attachment; filename*=UTF-8''plan%20B.pdf"
    assert "sandbox" in got.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("picture.svg", b"<svg onload='x'/>", "cannot be attached. use .pdf, .docx"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cannot be attached"),
        ("page.html", b"<html>a page</html>", "cannot be attached"),
        ("page.pdf", b"<html>not a PDF</html>", "pdf"),
        ("empty.pdf", b"", "empty"),
        ("both.png", b"GIF89a<script>", "png"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_with_a_sentence(
    world: World, item_id: UUID, browse: Callable[..., Browser], name: str, data: bytes, sentence: str
) -> None:
    answer = _add(browse(world, "coordinator"), item_id, name, data)

    assert answer.status_code == 400
    assert sentence in answer.text.lower()
    assert _ids(world) == []


def test_no_file_is_asked_for_again(world: World, item_id: UUID, browse: Callable[..., Browser]) -> None:
    browser = browse(world, "coordinator")
    browser.get(f"/library/{item_id}/attachments/add")

    answer = browser.post(f"/library/{item_id}/attachments/add")

    assert answer.status_code == 400
    assert "Choose a file" in answer.text


def test_removing_an_attachment_destroys_its_key_and_its_bytes(
    world: World, item_id: UUID, browse: Callable[..., Browser]
) -> None:
    browser = browse(world, "coordinator")
    _add(browser, item_id, "plan.pdf", PDF)
    (attachment_id,) = _ids(world)
    browser.get(f"/library/{item_id}")

    asked = browser.get(f"/library/{item_id}/attachments/{attachment_id}/delete")
    assert "Remove this attachment?" in asked.text and "plan.pdf" in asked.text
    assert _ids(world) == [attachment_id]
    removed = browser.post(f"/library/{item_id}/attachments/{attachment_id}/delete")
    world.inside(lambda: None)

    assert removed.status_code == 303
    assert _ids(world) == []
    assert list(world.app.extensions["blobs"].ids()) == []
    assert browser.get(f"/library/{item_id}/attachments/{attachment_id}").status_code == 404


def test_an_attachment_of_another_document_is_not_found_under_this_ones_address(
    world: World, item_id: UUID, browse: Callable[..., Browser]
) -> None:
    browser = browse(world, "coordinator")
    _add(browser, item_id, "plan.pdf", PDF)
    (attachment_id,) = _ids(world)
    other = world.inside(lambda: world.add("houston", "Another"))

    assert browser.get(f"/library/{other}/attachments/{attachment_id}").status_code == 404
    assert browser.get(f"/library/{other}/attachments/{attachment_id}/delete").status_code == 404
    assert browser.post(f"/library/{other}/attachments/{attachment_id}/delete").status_code == 404
    assert _ids(world) == [attachment_id]


def test_the_same_file_sent_twice_is_there_once(
    world: World, item_id: UUID, browse: Callable[..., Browser]
) -> None:
    browser = browse(world, "coordinator")

    answers = [_add(browser, item_id, "plan.pdf", PDF).status_code for _ in range(2)]
    world.inside(lambda: None)

    assert answers == [303, 303]
    assert _ids(world) == list(world.app.extensions["blobs"].ids())
    assert len(_ids(world)) == 1


def test_nobody_adds_to_what_he_may_only_read(
    world: World, item_id: UUID, browse: Callable[..., Browser]
) -> None:
    shared = world.inside(lambda: world.add("all", "For everyone"))

    assert _add(browse(world, "coordinator"), shared, "plan.pdf", PDF).status_code == 404
    assert _add(browse(world, "librarian"), item_id, "plan.pdf", PDF).status_code == 404
    assert _add(browse(world, "detective"), item_id, "plan.pdf", PDF).status_code == 403
    assert _ids(world) == []


def test_a_new_version_does_not_show_the_old_ones_attachments(world: World) -> None:
    from portal.content.values import NewAttachment

    file = NewAttachment(name="a.pdf", media_type="application/pdf", chunks=[PDF])

    def save() -> tuple[int, int]:
        first = world.add("houston", "Rules", "one", source_key="rules", attachments=(file,))
        world.add("houston", "Rules", "two", source_key="rules")
        clearance = world.operator()
        now, then = service.load(clearance, first), service.load_version(clearance, first, 1)
        return len(now.attachments), len(then.attachments)

    assert world.inside(save) == (0, 1)


@pytest.mark.slow
def test_two_hundred_megabytes_go_in_and_out_in_constant_memory(tmp_path: Path) -> None:
    script = ROOT / "tests" / "library" / "large_attachment.py"

    done = subprocess.run(
        [sys.executable, script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 0, done.stderr
    grown, received = (int(number) for number in done.stdout.split())
    assert received == 200 * 1024 * 1024
    assert grown < 40 * 1024, "kilobytes of memory gained"
