"""People, agencies and compartments: who sees them, who is put out, and that none of it tells of documents."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.access.models import CompartmentGrant
from portal.accounts import members
from portal.accounts.members import NewMember
from portal.core import clock
from portal.core.db import db
from tests.accounts.visitor import Clock
from tests.admin.reading import rows, words
from tests.page_client import Browser
from tests.world import SECRET_WORDS, World

Browse = Callable[..., Browser]


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
    assert shown["Coordinator"][2] == "Coordinator"
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


def test_suspending_is_asked_first_and_names_the_member_when_done(world: World, browse: Browse) -> None:
    detective, administrator = browse(world, "detective"), browse(world, "administrator")
    address = f"/admin/people/{world.people['detective'].member_id}/suspend"

    asked = words(administrator, address)

    assert "Suspend this member? Detective Person, detective@example.gov, Houston Police" in asked
    assert detective.is_signed_in()
    administrator.post(address)
    assert "Detective Person was suspended and signed out everywhere." in words(
        administrator, "/admin/people"
    )


def test_no_page_lets_an_administrator_have_another_members_factors(world: World, browse: Browse) -> None:
    """Whoever had them could sign in as the member, and read what he may not."""
    administrator = browse(world, "administrator")
    address = f"/admin/people/{world.people['detective'].member_id}/reset"
    administrator.get("/admin/people")

    assert administrator.get(address).status_code == 404
    assert administrator.post(address).status_code == 404


def test_an_administrator_is_told_who_suspends_him(world: World, browse: Browse) -> None:
    administrator = browse(world, "administrator")

    own = f"/admin/people/{world.people['administrator'].member_id}"
    assert administrator.is_signed_in()
    assert administrator.get(f"{own}/suspend").location == "/admin/people"
    assert "Ask another administrator." in words(administrator, "/admin/people")


def test_agencies_and_task_forces_are_listed_with_their_members_of_this_moment(
    world: World, browse: Browse, moving_clock: Clock
) -> None:
    administrator = browse(world, "administrator")
    press(administrator, world, "suspend", "detective")
    moving_clock.pass_by(seconds=1)
    gone = world.people["advocate"].member_id, world.task_forces["Houston task force"]
    world.inside(lambda: members.end_service(*gone))

    shown = rows(administrator, "/admin/agencies")

    assert ["Houston task force", "Texas", "1"] in shown
    assert ["Phoenix task force", "Texas", "1"] in shown
    assert ["Houston Police", "Local law enforcement", "1"] in shown
    assert ["Gulf Harbor", "Victim-service provider", "1"] in shown


def test_nobody_who_does_not_exist_is_suspended(world: World, browse: Browse) -> None:
    administrator = browse(world, "administrator")
    administrator.get("/admin/people")

    for act in ("suspend", "reinstate"):
        assert administrator.post(f"/admin/people/{world.groups['all']}/{act}").status_code == 404
        assert administrator.get(f"/admin/people/{world.groups['all']}/{act}").status_code in (404, 405)


@pytest.mark.parametrize("person", ["detective", "coordinator", "bja", "librarian", "auditor"])
def test_nobody_else_manages_people(person: str, world: World, browse: Browse) -> None:
    browser = browse(world, person)
    browser.get("/account")

    assert browser.get("/admin/people").status_code == 403
    assert browser.get("/admin/compartments").status_code == 403
    assert browser.get("/admin/agencies").status_code == 403
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
