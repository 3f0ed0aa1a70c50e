"""People, compartments and the trail: who sees them, who is put out, and that none of it tells of documents."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.access.models import CompartmentGrant
from portal.accounts import members
from portal.accounts.members import NewMember
from portal.admin.queries import ACTS
from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.db import db
from tests.accounts.visitor import Clock
from tests.page_client import Browser, parsed
from tests.world import SECRET_WORDS, World

Browse = Callable[..., Browser]


def rows(browser: Browser, address: str) -> list[list[str]]:
    """The cells of each line of the page's table."""
    page = browser.get(address)
    assert page.status_code == 200, address
    lines = parsed(page.get_data(as_text=True)).findall(".//tbody/tr")
    return [[" ".join("".join(cell.itertext()).split()) for cell in line] for line in lines]


def words(browser: Browser, address: str) -> str:
    return " ".join("".join(parsed(browser.get(address).get_data(as_text=True)).itertext()).split())


def press(browser: Browser, world: World, act: str, person: str) -> int:
    browser.get("/admin/people")
    return browser.post(f"/admin/people/{world.people[person].member_id}/{act}").status_code


def test_an_administrator_sees_everybody_with_agency_task_forces_roles_and_access(
    world: World, browse: Browse
) -> None:
    shown = {
        line[0].split(" Person")[0]: line[1:]
        for line in rows(browse(world, "administrator"), "/admin/people")
    }

    assert len(shown) == len(world.people)
    assert shown["Coordinator"][:2] == ["Houston Police", "Houston task force (coordinator)"]
    assert shown["Detective"][:4] == ["Houston Police", "Houston task force", "Member", "Never"]
    assert shown["Bja"][1:3] == ["None", "BJA staff"]
    assert shown["Administrator"][4] == "Active"
    assert shown["Detective"][4] == "Active Suspend Detective Person"


def test_a_suspended_member_is_out_at_his_next_request_and_an_old_cookie_stays_dead(
    world: World, browse: Browse
) -> None:
    detective, administrator = browse(world, "detective"), browse(world, "administrator")
    cookie = detective.cookie()
    assert detective.is_signed_in()

    assert press(administrator, world, "suspend", "detective") == 303

    assert not detective.is_signed_in()
    assert "Suspended" in words(administrator, "/admin/people")
    assert press(administrator, world, "reinstate", "detective") == 303
    detective.take_cookie(cookie)
    assert not detective.is_signed_in()
    detective.sign_in(world.people["detective"])
    assert detective.is_signed_in()


def test_an_administrator_cannot_suspend_himself(world: World, browse: Browse) -> None:
    administrator = browse(world, "administrator")

    assert press(administrator, world, "suspend", "administrator") == 400

    assert administrator.is_signed_in()
    own = str(world.people["administrator"].member_id)
    assert own not in administrator.get("/admin/people").get_data(as_text=True)


def test_nobody_who_does_not_exist_is_suspended(world: World, browse: Browse) -> None:
    administrator = browse(world, "administrator")
    administrator.get("/admin/people")

    for act in ("suspend", "reinstate"):
        assert administrator.post(f"/admin/people/{world.groups['all']}/{act}").status_code == 404
        assert administrator.get(f"/admin/people/{world.people['bja'].member_id}/{act}").status_code in (
            404,
            405,
        )


@pytest.mark.parametrize("person", ["detective", "coordinator", "bja", "librarian", "auditor"])
def test_nobody_else_manages_people(person: str, world: World, browse: Browse) -> None:
    browser = browse(world, person)
    browser.get("/account")

    assert browser.get("/admin/people").status_code == 403
    assert browser.get("/admin/compartments").status_code == 403
    assert browser.post(f"/admin/people/{world.people['advocate'].member_id}/suspend").status_code == 403
    assert browse(world, "advocate").is_signed_in()


def test_a_long_list_of_people_is_paged(world: World, browse: Browse) -> None:
    agency = world.agencies["Gulf Harbor"]

    def fill() -> None:
        for number in range(60):
            members.create_member(
                NewMember(email=f"n{number}@example.gov", name=f"Number {number}", agency_id=agency)
            )

    world.inside(fill)
    browser = browse(world, "administrator")

    assert len(rows(browser, "/admin/people")) == 50
    assert len(rows(browser, "/admin/people?page=2")) == 60 + len(world.people) - 50
    assert browser.get("/admin/people?page=3").status_code == 404


def test_compartments_are_shown_with_their_rules_in_words_and_nothing_of_what_is_in_them(
    full_world: World, browse: Browse
) -> None:
    world = full_world
    grant = CompartmentGrant(
        compartment_id=world.groups["phoenix"],
        member_id=world.people["advocate"].member_id,
        granted_by=world.people["administrator"].member_id,
    )
    world.inside(lambda: db.session.add(grant))

    shown = words(browse(world, "administrator"), "/admin/compartments")

    assert "Members with the role: BJA staff" in shown
    assert "Members of an agency that is: prosecutor, serving on any task force" in shown
    assert "Members serving on the Houston task force" in shown
    assert "1 member let in by name" in shown
    assert not [word for word in SECRET_WORDS.values() if word in shown]


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


@pytest.mark.parametrize("act", ["nonsense", "%", "_", "item.", "x" * 1000, "' OR 1=1 --", "<script>"])
def test_a_filter_that_is_none_finds_nothing_it_does_not_name(act: str, world: World, browse: Browse) -> None:
    browse(world, "detective").get("/search")
    page = browse(world, "auditor").get("/admin/trail", query_string={"act": act})

    shown = parsed(page.get_data(as_text=True))

    assert page.status_code == 200
    assert bool(shown.findall(".//tbody/tr")) == (act == "item.")


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


def test_a_service_that_has_ended_is_not_shown_as_one(
    world: World, browse: Browse, moving_clock: Clock
) -> None:
    def serve() -> None:
        tomorrow = clock.now() + timedelta(days=1)
        members.add_service(
            world.people["bja"].member_id, world.task_forces["Phoenix task force"], until=tomorrow
        )

    world.inside(serve)
    administrator = browse(world, "administrator")

    assert [line[2] for line in rows(administrator, "/admin/people") if line[0].startswith("Bja")] == [
        "Phoenix task force"
    ]
    moving_clock.pass_by(days=2)
    administrator.sign_in(world.people["administrator"])
    assert [line[2] for line in rows(administrator, "/admin/people") if line[0].startswith("Bja")] == ["None"]
