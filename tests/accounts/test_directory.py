"""What the directory says of members, at the moment it is asked."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.accounts import members
from portal.accounts.directory import AccountsDirectory
from portal.accounts.members import Factors
from portal.accounts.models import Agency, Service, TaskForce
from portal.core.db import db
from tests.accounts.visitor import Clock

NOBODY = UUID("5f0c4b56-6a5b-4a57-8a3e-0123456789ab")


@pytest.fixture
def directory(inside: None, app: Flask) -> AccountsDirectory:
    made: AccountsDirectory = app.extensions["directory"]
    return made


def test_a_member_with_a_service_is_a_member_of_its_task_force(
    directory: AccountsDirectory, dana: Factors, agency: Agency, task_force: TaskForce
):
    facts = directory.facts(dana.member_id)

    assert facts is not None
    assert (facts.member_id, facts.agency_id) == (dana.member_id, agency.id)
    assert facts.agency_kind == "local_law_enforcement"
    assert facts.roles == {"member"}
    assert facts.task_force_ids == {task_force.id} and facts.coordinates == set()


def test_who_coordinates_a_task_force_is_a_coordinator(
    directory: AccountsDirectory, add_member: Callable[..., Factors], task_force: TaskForce
):
    mike = add_member("Mike Kirk", serves=False, roles=["librarian"])
    members.add_service(mike.member_id, task_force.id, is_coordinator=True)

    facts = directory.facts(mike.member_id)

    assert facts is not None
    assert facts.roles == {"librarian", "member", "coordinator"}
    assert facts.coordinates == {task_force.id}


def test_without_a_service_a_member_has_the_roles_given_and_no_other(
    directory: AccountsDirectory, add_member: Callable[..., Factors]
):
    auditor = add_member("Ann Auditor", serves=False, roles=["auditor"])

    facts = directory.facts(auditor.member_id)

    assert facts is not None
    assert facts.roles == {"auditor"} and facts.task_force_ids == set()


def test_a_service_counts_from_its_beginning_to_its_end(
    directory: AccountsDirectory, dana: Factors, task_force: TaskForce, clock: Clock
):
    service = db.session.scalars(db.select(Service)).one()
    service.since, service.until = clock.moment + timedelta(hours=1), clock.moment + timedelta(hours=2)
    db.session.commit()

    served = []
    for _ in range(3):
        facts = directory.facts(dana.member_id)
        served.append(bool(facts and facts.task_force_ids))
        clock.pass_by(hours=1)

    assert served == [False, True, False]


def test_nobody_is_told_of_suspended_expired_or_unknown_members(
    directory: AccountsDirectory, add_member: Callable[..., Factors], clock: Clock
):
    suspended, expired = add_member("Sam Suspended"), add_member("Eve Expired", expires_at=clock.moment)
    members.suspend(suspended.member_id)

    assert [directory.facts(who) for who in (suspended.member_id, expired.member_id, NOBODY)] == [None] * 3


def test_names_are_looked_up_by_id_and_unknown_ids_are_left_out(
    directory: AccountsDirectory, dana: Factors, agency: Agency, task_force: TaskForce
):
    assert directory.agency_names([agency.id, NOBODY]) == {agency.id: agency.name}
    assert directory.task_force_names([task_force.id, NOBODY]) == {task_force.id: task_force.name}
    card = directory.member_cards([dana.member_id, NOBODY])[dana.member_id]
    assert (card.name, card.agency_name) == ("Dana Whitfield", agency.name)


def test_a_suspended_members_name_stays_known(directory: AccountsDirectory, dana: Factors):
    members.suspend(dana.member_id)

    assert directory.member_cards([dana.member_id])[dana.member_id].name == "Dana Whitfield"
