"""The import page: what becomes of each file, with and without the page's script, and who may import where."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.content import service as content
from portal.core.errors import Unavailable
from portal.extraction import Extracted
from tests.extraction.builders import pdf, word
from tests.page_client import Browser, checked, parsed
from tests.world import World

Browse = Callable[..., Browser]


def files(**named: bytes | str) -> list[tuple[BytesIO, str]]:
    """Files by name; a double underscore stands for the dot."""
    return [given(name.replace("__", "."), data) for name, data in named.items()]


def given(name: str, data: bytes | str) -> tuple[BytesIO, str]:
    return BytesIO(data.encode() if isinstance(data, str) else data), name


def send(
    browser: Browser,
    world: World,
    uploads: list[tuple[BytesIO, str]],
    *,
    group: str = "houston",
    **fields: Any,
) -> TestResponse:
    """Send the form as the page itself does."""
    browser.get("/library/import")
    chosen = {"compartment": str(world.groups[group]), "kind": "as-they-say", "marking": "as-they-say"}
    return browser.post("/library/import", **{**chosen, "files": uploads, **fields})


def send_as_script(
    browser: Browser, world: World, uploads: list[tuple[BytesIO, str]], **fields: Any
) -> TestResponse:
    """Send the form as the page's script does, which asks for JSON."""
    browser.get("/library/import")
    chosen = {"compartment": str(world.groups["houston"]), "kind": "as-they-say", "marking": "as-they-say"}
    data = {"csrf_token": browser.csrf, **chosen, "files": uploads, **fields}
    options: dict[str, Any] = browser._from_here()
    options["headers"] = {**options["headers"], "Accept": "application/json"}
    return checked(browser.client.post("/library/import", data=data, **options))


def outcomes(page: TestResponse) -> list[str]:
    """One line for each file, as the page shows it."""
    found = parsed(page.get_data(as_text=True)).findall(".//ul[@class='portal-outcomes']/li")
    return [" ".join("".join(line.itertext()).split()).removesuffix(" Open it") for line in found]


def documents(world: World, group: str = "houston") -> dict[str, content.Document]:
    with world.app.app_context():
        clearance = world.operator([group])
        cards = content.newest(clearance, limit=100)
        return {card.title: content.load(clearance, card.item_id) for card in cards}


def test_good_and_broken_files_of_one_form_have_each_their_outcome(world: World, browse: Browse) -> None:
    uploads = files(
        a__md="# Alpha\n\nwords",
        b__pdf="%PDF-1.4 broken",
        c__exe="MZ",
        d__docx=word(lambda d: d.add_paragraph("Delta words")),
    )

    page = send(browse(world, "coordinator"), world, uploads)

    assert page.status_code == 200
    lines = outcomes(page)
    assert lines[0] == "a.md: Imported."
    assert lines[1].startswith("b.pdf: ") and lines[2].startswith(
        "c.exe: Files of this kind cannot be imported"
    )
    assert lines[3] == "d.docx: Imported."
    assert set(documents(world)) == {"Alpha", "Delta words"}


def test_the_answer_leads_to_the_document(world: World, browse: Browse) -> None:
    browser = browse(world, "coordinator")

    page = send(browser, world, files(a__md="# Alpha\n\nwords"))

    link = parsed(page.get_data(as_text=True)).find(".//ul[@class='portal-outcomes']//a")
    assert "Alpha" in browser.get(link.get("href")).get_data(as_text=True)


def test_a_script_gets_the_outcome_of_its_file_as_json(world: World, browse: Browse) -> None:
    browser = browse(world, "coordinator")

    good = send_as_script(browser, world, files(a__md="# Alpha\n\nwords"))
    bad = send_as_script(browser, world, files(a__pdf="no"))
    none = send_as_script(browser, world, [])
    elsewhere = send_as_script(browser, world, files(a__md="x"), compartment=str(world.groups["phoenix"]))

    assert (good.json["name"], good.json["outcome"]) == ("a.md", "imported")
    assert good.json["url"].startswith("/library/")
    assert (bad.status_code, bad.json["outcome"], bad.json["url"]) == (200, "refused", "")
    assert bad.json["message"].startswith("The name ends in .pdf")
    assert (none.status_code, none.json["outcome"]) == (400, "refused")
    assert none.json["message"] == "Choose at least one file."
    assert elsewhere.status_code == 400 and elsewhere.json["message"]
    assert set(documents(world)) == {"Alpha"}


def test_a_sidecar_travels_with_its_document_whatever_the_case_of_its_ending(
    world: World, browse: Browse
) -> None:
    sidecar = json.dumps(
        {"id": "x/1", "title": "Told", "agency": "GAO", "marking": "sensitive", "date": "2007-07-26"}
    )

    page = send(browse(world, "coordinator"), world, [given("a.JSON", sidecar), given("a.md", "words")])

    assert outcomes(page) == ["a.md: Imported."]
    document = documents(world)["Told"]
    assert (document.card.marking, document.card.agency, document.payload["agency"]) == (
        "sensitive",
        "Houston Police",
        "GAO",
    )


def test_a_sidecar_without_its_document_and_a_broken_one_are_told(world: World, browse: Browse) -> None:
    browser = browse(world, "coordinator")

    page = send(browser, world, [given("lone.json", "{}"), given("a.json", "{"), given("a.md", "words")])
    script = send_as_script(browser, world, files(lone__json="{}"))

    assert outcomes(page)[0].startswith("lone.json: This side-car came without its document.")
    assert outcomes(page)[1].startswith("a.md: The side-car is not proper JSON")
    assert script.json["message"].startswith("This side-car came without its document.")
    assert documents(world) == {}


def test_a_form_sent_again_doubles_nothing_and_a_changed_file_is_the_next_version(
    world: World, browse: Browse
) -> None:
    browser = browse(world, "coordinator")

    said = [
        outcomes(send(browser, world, files(a__md=f"# T\n\n{words}")))[0] for words in ("old", "old", "new")
    ]

    assert said == [
        "a.md: Imported.",
        "a.md: Nothing new: this file was imported before.",
        "a.md: Imported as the next version.",
    ]
    assert documents(world)["T"].card.version == 2


def test_the_choices_of_the_form_hold_for_all_files(world: World, browse: Browse) -> None:
    send(
        browse(world, "coordinator"),
        world,
        files(a__md="# A", b__md="# B"),
        kind="protocol",
        marking="sensitive",
    )

    assert {(d.card.kind, d.card.marking) for d in documents(world).values()} == {("protocol", "sensitive")}
    assert {d.card.task_force for d in documents(world).values()} == {"Houston task force"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "nonsense"},
        {"marking": "secret"},
        {"kind": ""},
        {"compartment": ""},
        {"compartment": "everyone"},
    ],
)
def test_a_choice_that_the_form_does_not_offer_is_refused(
    wrong: dict[str, str], world: World, browse: Browse
) -> None:
    page = send(browse(world, "coordinator"), world, files(a__md="x"), **wrong)

    assert page.status_code == 400
    assert documents(world) == {}


@pytest.mark.parametrize(
    ("person", "group", "allowed"),
    [
        ("coordinator", "houston", True),
        ("coordinator", "all", False),
        ("coordinator", "law", False),
        ("coordinator", "phoenix", False),
        ("librarian", "all", True),
        ("librarian", "houston", False),
        ("bja", "all", True),
        ("bja", "law", False),
    ],
)
def test_nobody_imports_into_a_group_outside_his_clearance(
    person: str, group: str, allowed: bool, world: World, browse: Browse
) -> None:
    page = send(browse(world, person), world, files(a__md="# A\n\nwords"), group=group)

    assert page.status_code == (200 if allowed else 400)
    assert set(documents(world, group)) == ({"A"} if allowed else set())


@pytest.mark.parametrize("person", ["detective", "advocate", "administrator", "auditor"])
def test_who_may_not_import_sees_neither_form_nor_entry(person: str, world: World, browse: Browse) -> None:
    browser = browse(world, person)

    assert browser.get("/library/import").status_code == 403
    assert 'href="/library/import"' not in browser.get("/").get_data(as_text=True)


def test_more_than_sixty_megabytes_are_refused_with_a_page_and_with_json(
    world: World, browse: Browse
) -> None:
    browser = browse(world, "coordinator")
    options = {**browser._from_here(), "data": b"--x", "content_type": "multipart/form-data; boundary=x"}
    options["environ_overrides"] |= {"CONTENT_LENGTH": str(61 * 1024 * 1024)}

    page = browser.client.post("/library/import", **options)
    script = browser.client.post("/library/import", **{**options, "headers": {"Accept": "application/json"}})

    assert page.status_code == script.status_code == 413
    assert (
        "over the limit" in checked(page).get_data(as_text=True)
        and "over the limit" in script.json["message"]
    )
    assert documents(world) == {}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("C:/Users/x/plan.md", "plan.md"),
        ("a\u202eb.md", "a\\u202eb.md"),
        ("<script>alert(1)</script>.md", "script>.md"),
        ("名前 é.md", "名前 é.md"),
    ],
    ids=["path", "drive", "direction", "markup", "letters"],
)
def test_a_file_goes_by_the_last_part_of_its_name(name: str, kept: str, world: World, browse: Browse) -> None:
    page = send(browse(world, "coordinator"), world, [given(name, "words of the file")])

    assert outcomes(page) == [f"{kept}: Imported."]


@pytest.mark.parametrize("name", ["x" * 200 + ".md", "a\x01b.md", "a\x7fb.md"])
def test_an_awkward_name_is_refused_with_a_sentence(name: str, world: World, browse: Browse) -> None:
    page = send(browse(world, "coordinator"), world, [given(name, "words of the file")])

    assert page.status_code == 200
    assert "Rename this file" in outcomes(page)[0]


def test_an_original_is_downloaded_under_its_own_name_and_cannot_add_a_header(
    world: World, browse: Browse
) -> None:
    browser = browse(world, "coordinator")
    send(browser, world, [given("../évil\u202e; filename=x.pdf", pdf("Alpha words"))])
    (document,) = documents(world).values()
    (file,) = document.attachments

    got = browser.get(f"/library/{document.card.item_id}/attachments/{file.attachment_id}")

    assert got.data == pdf("Alpha words")
    assert (
        got.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%A9vil%3B%20filename%3Dx.pdf"
    )


def test_text_in_every_field_is_shown_and_never_run(world: World, browse: Browse) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)>{{7*7}}"
    fields = ("title", "agency", "source", "citation", "licence", "note", "publication", "date")
    sidecar = json.dumps({name: attack for name in fields} | {"topics": [attack[:60]], "id": attack})
    body = f"<h1>{attack}</h1><h2>{attack}</h2><a href='javascript:alert(1)'>x</a><form action=/sign-out><input></form>"
    browser = browse(world, "coordinator")

    send(browser, world, [given("a.json", sidecar), given("a.html", f"<html><body>{body}</body></html>")])

    (document,) = documents(world).values()
    world.inside(lambda: None)
    addresses = (f"/library/{document.card.item_id}", "/library/", "/", "/search?q=alert", "/library/import")
    for address in (*addresses, f"/library/{document.card.item_id}/delete"):
        page = browser.get(address)
        tree = parsed(page.get_data(as_text=True))
        assert {e.get("src", "/static").startswith("/static") for e in tree.iter("script")} <= {True}, address
        assert not [e for e in tree.iter("img") if e.get("src") == "x"], address
        assert not [e for e in tree.iter("a") if e.get("href", "").lower().startswith("javascript")], address
        assert not [
            e for e in tree.iter("form") if e.get("action") == "/sign-out" and e.find("input") is None
        ], address
        assert "49" not in (tree.findtext(".//h1") or ""), address
    assert attack in "".join(parsed(browser.get(addresses[0]).get_data(as_text=True)).itertext())


class NeverReady:
    """An extractor whose readers are all at work."""

    def extract(self, source: bytes, *, filename: str) -> Extracted:
        raise Unavailable("Other documents are being read just now. Try again in a minute.")


def test_a_busy_reader_is_told_beside_the_file(world: World, browse: Browse) -> None:
    world.app.extensions["extractor"] = NeverReady()

    page = send(browse(world, "coordinator"), world, files(a__md="x"))

    assert outcomes(page) == ["a.md: Other documents are being read just now. Try again in a minute."]


def test_a_date_given_on_the_form_holds_for_files_that_say_none(world: World, browse: Browse) -> None:
    send(browse(world, "coordinator"), world, files(a__md="# A"), dated="2024-02-29")

    assert [str(d.card.dated) for d in documents(world).values()] == ["2024-02-29"]


@pytest.mark.parametrize("bad", ["2026-13-45", "yesterday", "9" * 400])
def test_a_bad_date_is_refused_with_what_to_do(bad: str, world: World, browse: Browse) -> None:
    page = send(browse(world, "coordinator"), world, files(a__md="# A"), dated=bad)

    assert page.status_code == 400
    assert "such as 2026-11-24" in page.text
    assert documents(world) == {}


@pytest.mark.parametrize("title", ["about:blank", "Untitled document"])
def test_a_title_that_a_program_put_in_is_none(title: str, world: World, browse: Browse) -> None:
    page = f"<html><head><title>{title}</title></head><body><p>Some words.</p></body></html>"

    send(browse(world, "coordinator"), world, files(Plan__html=page))

    assert set(documents(world)) == {"Plan"}
