"""Importing and attaching at a real browser, and what those who stand outside see of it: nothing."""

import re
import uuid

import docx
import docx.document
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.installation import Installation
from tests.browser.visitors import Visitors, faults, open_page, wait_until_found
from tests.extraction.builders import pdf, word

BROKEN = b"PK\x03\x04 this archive ends here"


def a_word() -> str:
    """A word that no other document holds."""
    return "quay" + uuid.uuid4().hex[:10].translate(str.maketrans("0123456789", "ghijklmnop"))


def payload(name: str, data: bytes) -> FilePayload:
    """A file as a file chooser gives it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def three_files(secret: str) -> list[FilePayload]:
    """A Word file and a PDF that hold the word ``secret``, and a broken file."""

    def fill(document: docx.document.Document) -> None:
        document.add_heading(f"Plan {secret}", 1)
        document.add_paragraph(f"The {secret} meeting is held at the pier.")

    pages = pdf(f"Notes on {secret} for the roll call.")
    return [
        payload(f"plan-{secret}.docx", word(fill)),
        payload(f"notes-{secret}.pdf", pages),
        payload(f"broken-{secret}.docx", BROKEN),
    ]


def choose_place(page: Page, compartment: str) -> None:
    """Open the import page and choose where the documents go."""
    open_page(page, "/library/import")
    page.get_by_label("Share with").select_option(compartment)


def lines(page: Page) -> list[str]:
    """The outcome of each file, as the page shows it."""
    return page.locator(".portal-uploads li").all_inner_texts()


def test_each_chosen_file_gets_its_own_outcome_and_search_finds_it(visit: Visitors):
    page, secret = visit.page("luis"), a_word()
    choose_place(page, "Houston task force")

    page.get_by_label("Files", exact=True).set_input_files(three_files(secret))
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("Done: 2 imported, 1 refused.").wait_for()

    plan, notes, broken = lines(page)
    assert "Imported." in plan
    assert "Imported." in notes
    assert re.search(r"Refused\. \S.*\.$", broken.strip())
    assert faults(page) == []
    wait_until_found(page, secret, f"Plan {secret}")
    assert page.locator(".portal-finding").count() == 2


def test_dropped_files_are_imported_one_by_one(visit: Visitors):
    page, secret = visit.page("priya"), a_word()
    choose_place(page, "All task forces")
    transfer = page.evaluate_handle(
        """word => {
            const transfer = new DataTransfer();
            for (const name of ["first", "second"]) {
                transfer.items.add(new File([`# ${name} ${word}\\n\\nText.`], `${name}-${word}.md`));
            }
            return transfer;
        }""",
        secret,
    )

    page.dispatch_event(".portal-drop", "dragover", {"dataTransfer": transfer})
    page.dispatch_event(".portal-drop", "drop", {"dataTransfer": transfer})
    page.get_by_text("Done: 2 imported.").wait_for()

    page.get_by_role("link", name=f"Open first-{secret}.md").click()
    expect(page.get_by_role("heading", name=f"first {secret}", level=1)).to_be_visible()


def test_the_same_file_again_is_already_there_and_a_changed_one_is_the_next_version(visit: Visitors):
    page, secret = visit.page("luis"), a_word()
    texts = [f"# Rota {secret}\n\n{hours}." for hours in ("Night", "Night", "Day")]
    said = []

    for text in texts:
        choose_place(page, "Houston task force")
        page.get_by_label("Files", exact=True).set_input_files(payload(f"rota-{secret}.md", text.encode()))
        page.get_by_role("button", name="Import", exact=True).click()
        page.get_by_text("Done: 1").wait_for()
        said += lines(page)
    page.get_by_role("link", name=f"Open rota-{secret}.md").click()

    assert ["Imported." in said[0], "Nothing new" in said[1], "next version" in said[2]] == [True] * 3
    expect(page.get_by_text("Day.", exact=True)).to_be_visible()
    page.get_by_role("link", name="Version 1", exact=True).click()
    expect(page.get_by_text("You are reading version 1.")).to_be_visible()
    expect(page.get_by_text("Night.", exact=True)).to_be_visible()


def test_without_scripts_all_files_go_at_once_and_each_has_its_outcome(visit: Visitors):
    page, secret = visit.page("luis", java_script_enabled=False), a_word()
    choose_place(page, "Houston task force")

    page.get_by_label("Files", exact=True).set_input_files(three_files(secret))
    page.get_by_role("button", name="Import", exact=True).click()

    outcomes = page.locator(".portal-outcomes li").all_inner_texts()
    assert len(outcomes) == 3
    assert ["Imported." in text for text in outcomes] == [True, True, False]
    page.get_by_role("link", name="Open it").first.click()
    expect(page.get_by_role("heading", name=f"Plan {secret}", level=1)).to_be_visible()
    wait_until_found(page, secret, f"Plan {secret}")
    page.get_by_role("searchbox").fill("tarfficking")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".portal-suggestion").get_by_role("link", name="trafficking")).to_be_visible()


@pytest.fixture(scope="module")
def closed_document(everyone: Visitors) -> tuple[str, str, str]:
    """A document of the Houston task force with an attachment: its word, its address, the attachment's."""
    page, secret = everyone.page("luis"), a_word()
    choose_place(page, "Houston task force")
    page.get_by_label("Files", exact=True).set_input_files(
        payload(f"{secret}.md", f"# Pier {secret}\n\nText.".encode())
    )
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("link", name=f"Open {secret}.md").click()
    address = page.url
    page.get_by_role("link", name="Add an attachment").click()
    page.get_by_label("File").set_input_files(payload(f"list-{secret}.csv", secret.encode()))
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url(address)
    attachment = page.get_by_role("link", name=f"Download list-{secret}.csv").get_attribute("href")
    wait_until_found(page, secret, f"Pier {secret}")
    everyone.close()
    return secret, address, str(attachment)


def test_an_attachment_comes_back_byte_for_byte_under_its_name(visit: Visitors):
    page, data = visit.page("luis"), pdf("A map of the pier.") + bytes(range(256)) * 4000
    choose_place(page, "Houston task force")
    page.get_by_label("Files", exact=True).set_input_files(
        payload("map.md", f"# Map {a_word()}\n\nText.".encode())
    )
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("link", name="Open map.md").click()
    page.get_by_role("link", name="Add an attachment").click()
    page.get_by_label("File").set_input_files(payload("plän of the pier.pdf", data))
    page.get_by_role("button", name="Add", exact=True).click()

    with page.expect_download() as caught:
        page.get_by_role("link", name="Download plän of the pier.pdf").click()

    assert caught.value.suggested_filename == "plän of the pier.pdf"
    assert caught.value.path().read_bytes() == data


@pytest.mark.parametrize("outsider", ["rosa", "tom", "walter", "nora", "grace", "owen"])
def test_who_stands_outside_finds_no_trace_of_a_document(
    visit: Visitors, portal: Installation, closed_document: tuple[str, str, str], outsider: str
):
    page, (secret, address, attachment) = visit.page(outsider), closed_document
    never = f"{portal.address}/library/{uuid.uuid4()}"
    reads = outsider not in ("nora", "grace", "owen")

    theirs, nothing = page.request.get(address), page.request.get(never)
    file = page.request.get(portal.address + attachment)

    assert {theirs.status, nothing.status, file.status} == ({404} if reads else {403})
    assert tokens_out(theirs.text()) == tokens_out(nothing.text())
    for place in ("/", "/library/", "/search", f"/search?q={secret[:-1]}*", f"/search?q={secret[:-1]}q"):
        seen = page.request.get(portal.address + place).text()
        assert secret not in seen, place


@pytest.mark.parametrize("insider", ["dana", "amara", "marcus"])
def test_who_belongs_to_the_compartment_finds_and_reads_it(
    visit: Visitors, closed_document: tuple[str, str, str], insider: str
):
    page, (secret, address, _) = visit.page(insider), closed_document

    wait_until_found(page, secret, f"Pier {secret}")
    page.get_by_role("link", name=f"Pier {secret}").click()

    assert page.url == address
    assert page.get_by_role("link", name="Delete this document").count() == 0


def test_the_victim_service_provider_gets_no_trace_of_what_law_enforcement_keeps(visit: Visitors):
    dana, amara = visit.page("dana"), visit.page("amara")
    open_page(dana, "/search?q=investigative lead")
    title = "Investigative lead and referral to federal agencies"
    address = str(dana.get_by_role("link", name=title, exact=True).get_attribute("href"))

    open_page(amara, address, status=404)

    for place in ("/", "/library/", "/search?q=investigative lead", "/search?topic=federal%20referral"):
        open_page(amara, place)
        assert amara.get_by_text(title).count() == 0
        assert amara.get_by_text("LES", exact=True).count() == 0


def tokens_out(page: str) -> str:
    """The page without the tokens that differ at every request."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)
