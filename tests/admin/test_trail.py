"""The trail's page and file: who reads them, what they name, and that they tell nothing of documents."""

import csv
import re
from collections.abc import Callable
from io import StringIO
from uuid import UUID

import pytest

from portal.accounts import members
from portal.accounts.members import NewMember
from portal.accounts.models import Member
from portal.admin.acts import ACTS
from portal.audit.models import AuditEvent
from portal.core.db import db
from tests.accounts.visitor import Clock
from tests.admin.reading import rows, words
from tests.page_client import Browser
from tests.world import World

Browse = Callable[..., Browser]


def press(browser: Browser, act: str, member_id: UUID) -> None:
    browser.get("/account")
    browser.post(f"/admin/people/{member_id}/{act}")


def test_the_trail_names_who_did_what_and_documents_by_id_only(full_world: World, browse: Browse) -> None:
    item_id = full_world.items["obsidian attached"]
    browse(full_world, "detective").get(f"/library/{item_id}")

    lines = rows(browse(full_world, "auditor"), "/admin/trail?act=item.read")

    assert lines[0][1:] == [
        "Detective Person",
        "Read a document",
        "Done",
        str(item_id),
        "law group",
        "198.51.100.7",
    ]
    assert "obsidian" not in words(browse(full_world, "auditor"), "/admin/trail")


def test_reading_the_trail_is_in_the_trail(world: World, browse: Browse) -> None:
    auditor = browse(world, "auditor")
    auditor.get("/admin/trail")

    lines = rows(auditor, "/admin/trail?act=trail.read")

    assert [line[1:3] for line in lines] == [["Auditor Person", "Read the trail"]]


def test_the_trail_is_filtered_and_paged(world: World, browse: Browse) -> None:
    detective, auditor = browse(world, "detective"), browse(world, "auditor")
    for _ in range(60):
        detective.get("/search")

    searches = rows(auditor, "/admin/trail?act=item.search")
    rest = rows(auditor, "/admin/trail?act=item.search&page=2")
    everything = rows(auditor, "/admin/trail")

    assert (len(searches), len(rest), len(everything)) == (50, 10, 50)
    assert {line[2] for line in searches + rest} == {"Searched"}
    assert "Signed in" in {line[2] for line in rows(auditor, "/admin/trail?page=2")}
    assert auditor.get("/admin/trail?act=item.search&page=3").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        *({"act": act} for act in ("nonsense", "%", "_", "item.", "x" * 1000, "' OR 1=1 --", "<script>")),
        {"person": "nobody"},
        {"outcome": "good"},
        {"from": "yesterday"},
        {"to": "9999-12-31"},
    ],
)
def test_a_filter_that_is_none_is_refused_with_a_sentence(
    query: dict[str, str], world: World, browse: Browse
) -> None:
    auditor = browse(world, "auditor")

    for address in ("/admin/trail", "/admin/trail.csv"):
        answer = auditor.get(address, query_string=query)

        assert answer.status_code == 400
        assert "from the list." in answer.text or "Write dates as" in answer.text


def test_the_trail_is_filtered_by_person_outcome_and_day(
    world: World, browse: Browse, moving_clock: Clock
) -> None:
    member_id = world.people["detective"].member_id
    browse(world, "detective")
    browse(world).give_password("detective@example.gov", "not the password")
    moving_clock.pass_by(days=1)
    press(browse(world, "administrator"), "suspend", member_id)
    day, next_day = "2026-11-24", "2026-11-25"
    auditor = browse(world, "auditor")

    def acts(query: str) -> list[str]:
        return [line[2] for line in rows(auditor, f"/admin/trail?person={member_id}&{query}")]

    refused = "Was refused at sign-in"
    assert acts("")[:3] == ["Suspended a member", refused, "Signed in"]
    assert acts("act=sign_in") == ["Signed in"]
    assert acts("outcome=refused") == [refused]
    assert acts(f"to={day}")[:2] == [refused, "Signed in"]
    assert acts(f"from={next_day}&to={next_day}") == ["Suspended a member"]


def test_people_are_named_and_so_is_the_page_or_the_reason_of_a_refusal(world: World, browse: Browse) -> None:
    advocate = browse(world, "advocate")
    member_id = world.people["detective"].member_id
    press(advocate, "suspend", member_id)
    browse(world).give_password("detective@example.gov", "not the password")
    world.inside(lambda: members.suspend(member_id))

    lines = rows(browse(world, "auditor"), "/admin/trail")

    about = {line[2]: (line[1], line[4]) for line in lines}
    assert about["Was refused a page"] == ("Advocate Person", "/admin/people/…/suspend")
    assert about["Was refused at sign-in"] == (
        "Not signed in",
        "Detective Person: address or password not right",
    )
    assert about["Suspended a member"] == ("Command on the server", "Detective Person")
    assert about["Signed in"][1] == ""
    assert ("Command on the server", "Advocate Person: Houston task force") in [
        (line[1], line[4]) for line in lines if line[2] == "Put a member on a task force"
    ]


def test_the_filtered_lines_are_downloaded_as_a_table_and_that_is_recorded(
    full_world: World, browse: Browse
) -> None:
    item_id = full_world.items["obsidian attached"]
    browse(full_world, "detective").get(f"/library/{item_id}")
    auditor = browse(full_world, "auditor")

    answer = auditor.get("/admin/trail.csv?act=item.read")

    table = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "audit-trail.csv" in answer.headers["Content-Disposition"]
    assert table[0][:4] == ["Number", "Time (UTC)", "Who", "Act"]
    assert [line[2:] for line in table[1:]] == [
        ["Detective Person", "Read a document", "Done", str(item_id), "law group", "198.51.100.7"]
    ]
    assert [line[1] for line in rows(auditor, "/admin/trail?act=trail.export")] == ["Auditor Person"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_table_is_a_formula(start: str, world: World, browse: Browse) -> None:
    new = NewMember(email="a@example.gov", name="Formula", agency_id=world.agencies["Bureau"])

    def rename() -> None:
        made = members.create_member(new)
        person = db.session.get(Member, made.member_id)
        assert person is not None
        person.name = f"{start}cmd|' /C calc'!A0"

    world.inside(rename)

    answer = browse(world, "auditor").get("/admin/trail.csv?act=member.create")

    cells = {cell for line in csv.reader(StringIO(answer.data.decode("utf-8-sig"))) for cell in line}
    assert f"'{start}cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(start)]


KEY_ACTS = {
    f"key.{act}"
    for act in (
        "compartment_added",
        "compartment_rotation_begun",
        "compartment_rotation_interrupted",
        "compartment_rotated",
        "master_rotation_begun",
        "master_rotation_interrupted",
        "master_rotated",
    )
}


def test_every_act_that_the_portal_records_has_a_name_on_the_page(full_world: World, browse: Browse) -> None:
    """The acts of one round through the portal; the page must not show their technical names."""
    auditor = browse(full_world, "auditor")
    with full_world.app.app_context():
        recorded = set(db.session.scalars(db.select(AuditEvent.act)))
    assert recorded

    shown = {line[2] for page in ("", "?page=2") for line in rows(auditor, f"/admin/trail{page}")}

    assert sorted(recorded - ACTS.keys()) == []
    assert ACTS.keys() >= KEY_ACTS
    assert not [act for act in shown if re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", act)]


@pytest.mark.parametrize("person", ["detective", "coordinator", "bja", "librarian", "administrator"])
def test_nobody_but_an_auditor_reads_the_trail(person: str, world: World, browse: Browse) -> None:
    assert browse(world, person).get("/admin/trail").status_code == 403
    assert browse(world, person).get("/admin/trail.csv").status_code == 403
