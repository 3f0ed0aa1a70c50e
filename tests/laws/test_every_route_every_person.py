"""Every route x every kind of person: what the policy's table says is what happens."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal.access.guard import PUBLIC, check_routes, declared
from portal.access.policy import permissions_of
from portal.core.errors import Misconfigured
from tests.laws.two_worlds import hidden_ids, known_ids
from tests.laws.walk import Known, addresses, routes
from tests.page_client import Browser
from tests.world import GROUPS, PEOPLE, World, add_items

pytestmark = pytest.mark.slow


def _roles(person: str) -> set[str]:
    _, roles, force, coordinates = PEOPLE[person]
    return {*roles, *({"member"} if force else ()), *({"coordinator"} if coordinates else ())}


def _gets(world: World) -> Iterator[tuple[str, object]]:
    known = known_ids((world, world))
    for rule in routes(world.app, "GET"):
        for address in addresses(world.app, rule, known):
            yield address, declared(world.app, rule.endpoint)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_get_answers_as_the_policy_says(
    person: str, full_world: World, browse: Callable[..., Browser]
) -> None:
    browser = browse(full_world, person)
    hidden = {str(item_id) for item_id in hidden_ids(full_world, person)}

    for address, permission in _gets(full_world):
        with browser.client.get(address, base_url="https://localhost") as response:
            status = response.status_code

        held = permission == PUBLIC or permission in permissions_of(_roles(person))
        assert status in ({200, 302, 404} if held else {403}), address
        if held and any(item_id in address for item_id in hidden):
            assert status == 404, address


@pytest.mark.parametrize("person", PEOPLE)
def test_a_post_without_the_permission_or_to_another_group_changes_nothing(
    person: str, full_world: World, browse: Callable[..., Browser]
) -> None:
    browser = browse(full_world, person)
    browser.get("/account")
    hidden = hidden_ids(full_world, person)
    known = Known({**known_ids((full_world, full_world)).ids, "item_id": tuple(hidden), "member_id": ()})

    for rule in routes(full_world.app, "POST"):
        permission = declared(full_world.app, rule.endpoint)
        if permission == PUBLIC:
            continue
        for address in addresses(full_world.app, rule, known):
            status = browser.post(address).status_code

            held = permission in permissions_of(_roles(person))
            assert status in ({400, 404} if held else {403}), address


def test_nobody_but_a_signed_in_member_gets_past_the_sign_in(
    full_world: World, browse: Callable[..., Browser]
) -> None:
    stranger = browse(full_world)

    for address, permission in _gets(full_world):
        if permission == PUBLIC:
            continue
        response = stranger.get(address)

        assert response.status_code == 302, address
        assert response.headers["Location"].startswith("/sign-in"), address


def test_half_a_sign_in_is_none(full_world: World, browse: Callable[..., Browser]) -> None:
    half = browse(full_world)
    who = full_world.people["detective"]
    half.give_password(who.email, who.password)

    for address, permission in _gets(full_world):
        if permission != PUBLIC:
            assert half.get(address).status_code == 302, address


def test_a_member_suspended_a_second_ago_gets_nothing(
    full_world: World, browse: Callable[..., Browser]
) -> None:
    from portal.accounts import members

    browser = browse(full_world, "detective")
    full_world.inside(lambda: members.suspend(full_world.people["detective"].member_id))

    for address, permission in _gets(full_world):
        if permission != PUBLIC:
            assert browser.get(address).status_code == 302, address


def test_a_route_that_declares_no_permission_stops_the_start(make_portal: Callable[..., Flask]) -> None:
    app = make_portal()
    app.add_url_rule("/planted", "planted", lambda: "anything")

    with pytest.raises(Misconfigured, match="/planted"):
        check_routes(app)


def test_missing_and_forbidden_answer_the_same_bytes(
    full_world: World, browse: Callable[..., Browser]
) -> None:
    from tests.laws.two_worlds import answer
    from tests.laws.walk import NOBODY

    browser = browse(full_world, "advocate")
    missing = answer(browser, f"/library/{NOBODY}")

    for item_id in hidden_ids(full_world, "advocate"):
        assert answer(browser, f"/library/{item_id}") == missing


def test_what_is_listed_is_what_may_be_loaded_is_what_search_finds(full_world: World) -> None:
    from portal.access.clearance import clearance_for
    from portal.content import find, queries, service
    from portal.core.errors import NotFound
    from portal.index import SearchQuery
    from tests.world import READS

    with full_world.app.test_request_context():
        every = {item_id for item_id in queries.items(full_world.operator(GROUPS), _all_ids(full_world))}
        for person in READS:
            facts = full_world.app.extensions["directory"].facts(full_world.people[person].member_id)
            clearance = clearance_for(facts, full_world.app.extensions["keyring"])
            listed = {card.item_id for card in service.newest(clearance, limit=1000)}
            loaded = set()
            for item_id in every:
                try:
                    loaded.add(service.load(clearance, item_id).card.item_id)
                except NotFound:
                    continue
            assert listed == loaded
            if clearance.compartments:
                page = find.search(clearance, SearchQuery(limit=1000))
                assert {finding.card.item_id for finding in page.findings} == listed


def _all_ids(world: World) -> list:  # type: ignore[type-arg]
    from portal.content.models import Item
    from portal.core.db import db

    return list(db.session.scalars(db.select(Item.id)))


def test_add_items_fills_every_group(world: World) -> None:
    for group in GROUPS:
        add_items(world, group)

    assert len(world.items) >= 6 * len(GROUPS) - 1
