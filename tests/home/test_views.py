"""The first page after sign-in, for each kind of person, and the address that says the portal is up."""

from collections.abc import Callable

from portal.accounts import members
from portal.accounts.members import NewMember
from portal.content.models import Kind
from portal.core.db import db
from tests.page_client import Browser, parsed
from tests.world import World

Browse = Callable[..., Browser]


def words(browser: Browser, address: str = "/") -> str:
    page = browser.get(address)
    assert page.status_code == 200
    return " ".join("".join(parsed(page.get_data(as_text=True)).itertext()).split())


def test_a_member_sees_his_task_force_its_agencies_his_groups_and_what_is_new(
    world: World, browse: Browse
) -> None:
    def fill() -> None:
        world.add("houston", "Who to call", kind=Kind.PROTOCOL)
        world.add("law", "Hidden")

    world.inside(fill)

    shown = words(browse(world, "advocate"))

    for said in (
        "Houston task force",
        "Houston Police",
        "Gulf Harbor",
        "houston group",
        "all group",
        "Who to call",
    ):
        assert said in shown, said
    assert "1 sample protocol to read" in shown and "See all 1 document" in shown
    for unsaid in ("Hidden", "law group", "phoenix group", "Phoenix Police"):
        assert unsaid not in shown, unsaid


def test_a_page_without_documents_says_what_to_do_by_what_one_may_do(world: World, browse: Browse) -> None:
    assert "import the first documents" in words(browse(world, "coordinator"))
    assert "import the first documents" not in words(browse(world, "advocate"))


def test_an_administrator_and_an_auditor_are_led_to_their_pages_and_shown_no_documents(
    full_world: World, browse: Browse
) -> None:
    administrator, auditor = (words(browse(full_world, person)) for person in ("administrator", "auditor"))

    assert "does not read documents" in administrator and "does not read documents" in auditor
    assert "People" in administrator and "Audit trail" not in administrator
    assert "Audit trail" in auditor and "People" not in auditor
    assert "quartz" not in administrator + auditor


def test_somebody_in_no_group_at_all_gets_a_page_that_says_whom_to_ask(world: World, browse: Browse) -> None:
    new = NewMember(
        email="new@example.gov", name="New Person", agency_id=world.agencies["Gulf Harbor"], roles=("member",)
    )
    world.people["new"] = world.inside(lambda: members.create_member(new))
    browser = browse(world, "new")

    shown = words(browser)

    assert "Welcome, New Person" in shown and "coordinator" in shown
    assert "No sample protocols here yet" in words(browser, "/library/")
    assert "Nothing found" in words(browser, "/search")


def test_somebody_without_any_role_gets_a_page_too(world: World, browse: Browse) -> None:
    new = NewMember(email="new@example.gov", name="New Person", agency_id=world.agencies["Gulf Harbor"])
    world.people["new"] = world.inside(lambda: members.create_member(new))
    browser = browse(world, "new")

    statuses = {
        address: browser.get(address).status_code for address in ("/", "/account", "/library/", "/search")
    }

    assert set(statuses.values()) <= {200, 403}, statuses
    assert statuses["/library/"] == statuses["/search"] == 403


def test_an_agency_whose_only_member_was_suspended_is_no_longer_listed(world: World, browse: Browse) -> None:
    world.inside(lambda: members.suspend(world.people["advocate"].member_id))

    assert "Gulf Harbor" not in words(browse(world, "detective"))


def test_the_health_address_answers_anybody_and_tells_nothing(world: World, browse: Browse) -> None:
    answer = browse(world).get("/healthz")

    assert answer.json == {"status": "up"}
    with world.app.app_context():
        assert not db.session.registry().in_transaction()
