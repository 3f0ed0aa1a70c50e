"""The clearance over real rows, on each kind of database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from portal.access.clearance import (
    Clearance,
    clearance_for,
    clearance_for_job,
    clearance_for_operator,
    compartments,
    task_force_of,
)
from portal.access.models import Compartment, CompartmentGrant, CompartmentRule
from portal.access.policy import Permission
from portal.accounts import members
from portal.core import clock, ids
from portal.core.db import db
from portal.core.errors import Broken, NotFound, Refused
from tests.access.conftest import ClearanceOf
from tests.accounts.visitor import Clock
from tests.page_client import Browser
from tests.world import PEOPLE, READS, World

NOTHING = Clearance(None, None, frozenset(Permission), frozenset())


def test_each_person_reads_the_groups_meant_for_him_and_no_other(
    world: World, clearance_of: ClearanceOf
) -> None:
    with world.app.app_context():
        read = {person: clearance_of(person).compartments for person in PEOPLE}

    assert read == {person: {world.groups[name] for name in READS[person]} for person in PEOPLE}


def test_whoever_may_not_read_items_reads_no_compartment_whatever_the_rules_say(
    world: World, clearance_of: ClearanceOf
) -> None:
    with world.app.app_context():
        for role in ("administrator", "auditor"):
            db.session.add(CompartmentRule(compartment_id=world.groups["all"], role=role))
        db.session.add(_grant(world, "law", "administrator"))
        db.session.commit()

        assert clearance_of("administrator").compartments == frozenset()
        assert clearance_of("auditor").compartments == frozenset()


def test_a_person_writes_where_the_policy_says(world: World, clearance_of: ClearanceOf) -> None:
    with world.app.app_context():
        written = {person: clearance_of(person).writable for person in PEOPLE}

    expected = {person: frozenset[UUID]() for person in PEOPLE}
    expected |= dict.fromkeys(("bja", "librarian"), frozenset({world.groups["all"]}))
    expected["coordinator"] = frozenset({world.groups["houston"]})
    assert written == expected


def test_a_coordinator_does_not_write_where_he_does_not_read(world: World, clearance_of: ClearanceOf) -> None:
    with world.app.app_context():
        db.session.get_one(Compartment, world.groups["houston"]).closed_at = clock.now()
        db.session.commit()

        assert clearance_of("coordinator").writable == frozenset()


def test_a_closed_compartment_lets_in_nobody_by_rule_or_by_name(
    world: World, clearance_of: ClearanceOf
) -> None:
    law = world.groups["law"]
    with world.app.app_context():
        db.session.add(_grant(world, "law", "detective"))
        db.session.get_one(Compartment, law).closed_at = clock.now()
        db.session.commit()

        assert all(law not in clearance_of(person).compartments for person in PEOPLE)


def test_a_grant_lets_in_its_member_alone_and_only_until_its_date(
    world: World, clearance_of: ClearanceOf, moving_clock: Clock
) -> None:
    law = world.groups["law"]
    with world.app.app_context():
        db.session.add(_grant(world, "law", "advocate", days=2))
        db.session.commit()

        before = {person for person in PEOPLE if law in clearance_of(person).compartments}
        moving_clock.pass_by(days=2)
        after = {person for person in PEOPLE if law in clearance_of(person).compartments}

    assert before == {"detective", "coordinator", "neighbour", "advocate"}
    assert after == {"detective", "coordinator", "neighbour"}


def test_a_service_that_ended_opens_nothing(
    world: World, clearance_of: ClearanceOf, moving_clock: Clock
) -> None:
    administrator = world.people["bja"].member_id
    force = world.task_forces["Houston task force"]
    with world.app.app_context():
        members.add_service(administrator, force, until=moving_clock.moment + timedelta(days=1))
        db.session.commit()

        before = clearance_of("bja").compartments
        moving_clock.pass_by(days=1)
        after = clearance_of("bja").compartments

    assert before == {world.groups["all"], world.groups["houston"]}
    assert after == {world.groups["all"]}


def test_a8_a_revocation_holds_at_the_next_request(full_world: World, browse: Callable[..., Browser]) -> None:
    browser = browse(full_world, "detective")
    address = f"/library/{full_world.items['obsidian versions']}"
    before = browser.get(address).status_code
    found = browser.get("/search?q=obsidian").get_data(as_text=True)

    full_world.inside(lambda: db.session.execute(db.delete(CompartmentRule).where(_is_of(full_world, "law"))))

    assert before == 200 and "obsidian versions" in found
    assert browser.get(address).status_code == 404
    assert "obsidian versions" not in browser.get("/search?q=obsidian").get_data(as_text=True)


def test_the_database_refuses_a_rule_without_conditions(world: World) -> None:
    with world.app.app_context():
        db.session.add(CompartmentRule(compartment_id=world.groups["all"]))

        with pytest.raises(IntegrityError):
            db.session.flush()


def test_an_empty_set_reads_nothing(full_world: World) -> None:
    ring = full_world.app.extensions["keyring"]
    nobody = replace(NOTHING, _keyring=ring)
    item_id = full_world.items["quartz versions"]

    with full_world.app.app_context():
        assert compartments(nobody) == []
        assert nobody.sealers({}) == {}
        with pytest.raises(NotFound):
            nobody.sealer(full_world.groups["all"], item_id)
        with pytest.raises(NotFound):
            nobody.sealers({item_id: full_world.groups["all"]})


def test_outside_his_compartments_nobody_gets_a_sealer(full_world: World, clearance_of: ClearanceOf) -> None:
    hidden, shared = full_world.items["obsidian versions"], full_world.items["quartz versions"]
    with full_world.app.app_context():
        advocate = clearance_of("advocate")

        assert advocate.sealer(full_world.groups["all"], shared)
        with pytest.raises(NotFound):
            advocate.sealer(full_world.groups["law"], hidden)
        with pytest.raises(NotFound):
            owners = {shared: full_world.groups["all"], hidden: full_world.groups["law"]}
            advocate.sealers(owners)


def test_a_key_of_another_compartment_is_not_had_by_naming_ones_own(
    full_world: World, clearance_of: ClearanceOf
) -> None:
    hidden = full_world.items["obsidian versions"]
    with full_world.app.app_context(), pytest.raises(Broken):
        clearance_of("advocate").sealer(full_world.groups["all"], hidden)


def test_a_clearance_without_keys_opens_nothing(world: World) -> None:
    group = world.groups["all"]
    keyless = replace(NOTHING, compartments=frozenset({group}))

    with pytest.raises(NotFound):
        keyless.sealer(group, group)


def test_what_a_clearance_prints_holds_no_key(world: World, clearance_of: ClearanceOf) -> None:
    with world.app.app_context():
        shown = repr(clearance_of("detective"))

    assert "keyring" not in shown.lower()


def test_a_permission_that_is_not_held_is_refused(world: World, clearance_of: ClearanceOf) -> None:
    with world.app.app_context():
        detective = clearance_of("detective")

        detective.require(Permission.READ_ITEMS)
        with pytest.raises(Refused):
            detective.require(Permission.IMPORT_ITEMS)


def test_the_indexer_reads_its_one_compartment_and_may_do_nothing(world: World) -> None:
    ring = world.app.extensions["keyring"]

    clearance = clearance_for_job(world.groups["law"], ring)

    assert clearance.compartments == {world.groups["law"]}
    assert clearance.permissions == clearance.writable == frozenset()


def test_whoever_holds_the_key_file_imports_into_what_he_names_and_reads_no_more(world: World) -> None:
    ring = world.app.extensions["keyring"]

    clearance = clearance_for_operator([world.groups["all"]], ring)

    assert clearance.compartments == clearance.writable == {world.groups["all"]}
    assert clearance.permissions == {Permission.IMPORT_ITEMS}


def test_a_role_that_the_policy_does_not_know_stops_the_request(world: World) -> None:
    with world.app.app_context():
        facts = world.app.extensions["directory"].facts(world.people["detective"].member_id)

        with pytest.raises(ValueError, match="not a valid Role"):
            clearance_for(replace(facts, roles=facts.roles | {"superuser"}), world.app.extensions["keyring"])


def test_a_compartment_belongs_to_a_task_force_only_where_its_rules_name_one_alone(world: World) -> None:
    houston, phoenix = world.task_forces.values()
    with world.app.app_context():
        shared = Compartment(id=ids.new_id(), name="Both")
        shared.rules = [CompartmentRule(task_force_id=force) for force in (houston, phoenix)]
        db.session.add(shared)
        db.session.flush()

        assert task_force_of(world.groups["houston"]) == houston
        assert task_force_of(world.groups["all"]) is None
        assert task_force_of(shared.id) is None


def _grant(world: World, group: str, person: str, days: int | None = None) -> CompartmentGrant:
    return CompartmentGrant(
        compartment_id=world.groups[group],
        member_id=world.people[person].member_id,
        until=None if days is None else clock.now() + timedelta(days=days),
        granted_by=world.people["administrator"].member_id,
    )


def _is_of(world: World, group: str):  # type: ignore[no-untyped-def]
    return CompartmentRule.compartment_id == world.groups[group]
