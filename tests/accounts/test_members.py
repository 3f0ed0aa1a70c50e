"""Letting people in and putting them out; what is refused, and what is recorded."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal.accounts import members, names
from portal.accounts.members import Factors, NewMember
from portal.accounts.models import Agency, AgencyKind, Member, Service, TaskForce
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from tests.accounts.test_directory import NOBODY


@pytest.mark.parametrize(
    "twin",
    [
        "Harris County Sheriff's Office",
        "harris county sheriffs office",
        "Harris  County Sheriff\u2019s Office",
        "H\u00e4rris County Sheriff's Office",
    ],
)
def test_c7_an_agency_whose_name_looks_like_anothers_is_refused(inside: None, agency: Agency, twin: str):
    with pytest.raises(Invalid) as refusal:
        members.create_agency(twin, AgencyKind.PROSECUTOR)

    assert "name" in refusal.value.fields
    assert db.session.scalar(db.select(db.func.count(Agency.id))) == 1


def test_c7_a_task_force_whose_name_looks_like_anothers_is_refused(inside: None, task_force: TaskForce):
    with pytest.raises(Invalid) as refusal:
        members.create_task_force("HOUSTON Task-Force", state="Texas")

    assert "name" in refusal.value.fields


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "---",
        "Hou\u0455ton",
        "Houston\u200b force",
        "Houston\nforce",
        "a\u202eb",
        "x" * 121,
        "\u0397ouston",
    ],
)
def test_c7_a_name_that_cannot_be_told_from_another_is_refused(name: str):
    with pytest.raises(Invalid) as refusal:
        names.checked(name)

    assert "name" in refusal.value.fields


@pytest.mark.parametrize(
    "name",
    ["Do\u00f1a Ana County", "Hawai\u02bbi Police", "St. Mary's (East) #2", "Z\u00fc\u2013rich \u2019s"],
)
def test_names_of_places_are_kept_as_they_are(name: str):
    assert names.checked(f"  {name} ") == name


def test_an_agency_has_one_of_the_known_kinds(inside: None):
    with pytest.raises(Invalid) as refusal:
        members.create_agency("Some Office", "everyone")

    assert "kind" in refusal.value.fields


def test_every_kind_of_agency_has_a_label():
    assert [kind.label for kind in AgencyKind] == [
        "Local law enforcement",
        "State law enforcement",
        "Tribal law enforcement",
        "Federal law enforcement",
        "Prosecutor",
        "Victim-service provider",
        "Grant maker",
    ]


def test_pattern_13_one_address_is_one_member(inside: None, dana: Factors, agency: Agency):
    with pytest.raises(Invalid) as refusal:
        members.create_member(NewMember(email=dana.email.upper(), name="Other Person", agency_id=agency.id))

    assert "email" in refusal.value.fields
    assert db.session.scalar(db.select(db.func.count(Member.id))) == 1


def test_fault_19_the_database_itself_keeps_one_member_for_an_address(
    inside: None, dana: Factors, agency: Agency
):
    twin = Member(
        email=dana.email, name="Other Person", agency_id=agency.id, password_hash="x", totp_secret_sealed=b"x"
    )
    db.session.add(twin)

    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.parametrize("roles", [["coordinator"], ["owner"], ["member", "ADMINISTRATOR"]])
def test_pattern_10_only_known_portal_wide_roles_are_given(
    inside: None, dana: Factors, agency: Agency, roles: list[str]
):
    with pytest.raises(Invalid) as made:
        members.create_member(NewMember(email="a@b.gov", name="New Person", agency_id=agency.id, roles=roles))
    with pytest.raises(Invalid) as changed:
        members.set_roles(dana.member_id, roles)

    assert "roles" in made.value.fields and "roles" in changed.value.fields


def test_roles_are_replaced_as_a_whole(inside: None, add_member: Callable[..., Factors], app: Flask):
    mike = add_member("Mike Kirk", serves=False, roles=["auditor", "librarian"])
    members.set_roles(mike.member_id, ["librarian", "administrator"])
    db.session.commit()

    facts = app.extensions["directory"].facts(mike.member_id)

    assert facts.roles == {"librarian", "administrator"}


def test_a_member_needs_an_agency_that_exists(inside: None):
    with pytest.raises(Invalid) as refusal:
        members.create_member(NewMember(email="a@b.gov", name="New Person", agency_id=NOBODY))

    assert "agency" in refusal.value.fields


def test_a_password_that_is_given_must_be_a_good_one(inside: None, agency: Agency):
    with pytest.raises(Invalid) as refusal:
        members.create_member(
            NewMember(email="a@b.gov", name="New Person", agency_id=agency.id, password="password1")
        )

    assert "password" in refusal.value.fields


def test_a_service_needs_a_task_force_and_a_member_that_exist(
    inside: None, dana: Factors, task_force: TaskForce
):
    with pytest.raises(Invalid):
        members.add_service(dana.member_id, NOBODY)
    with pytest.raises(NotFound):
        members.add_service(NOBODY, task_force.id)


def test_a_service_ends_after_it_begins(inside: None, dana: Factors):
    service = db.session.scalars(db.select(Service)).one()
    service.until = service.since

    with pytest.raises(IntegrityError, match="ends_after_start"):
        db.session.flush()


def test_a_reset_gives_new_factors_and_the_old_ones_open_nothing(inside: None, dana: Factors):
    renewed = members.reset(dana.member_id)

    assert renewed.password != dana.password and renewed.totp_secret != dana.totp_secret
    assert renewed.email == dana.email
    assert renewed.uri.startswith(
        "otpauth://totp/Task%20Force%20Portal:dana.whitfield%40agency.example.gov?secret="
    )


def test_factors_do_not_show_themselves_in_logs(dana: Factors):
    assert dana.password not in repr(dana) and dana.totp_secret not in repr(dana)


def test_r1_every_change_of_a_member_is_recorded_without_names_or_secrets(
    app: Flask, add_member: Callable[..., Factors], trail: Callable[[], list[AuditEvent]]
):
    dana = add_member("Dana Canary")
    with app.app_context():
        for act in (members.suspend, members.reinstate, members.reset):
            act(dana.member_id, by=NOBODY)
        members.set_roles(dana.member_id, ["auditor"], by=NOBODY)
        db.session.commit()

    entries = [entry for entry in trail() if entry.object_id == dana.member_id]
    assert [entry.act for entry in entries] == [
        "member.create",
        "member.serve",
        "member.suspend",
        "member.reinstate",
        "member.reset",
        "member.roles",
    ]
    assert {entry.actor_id for entry in entries[2:]} == {NOBODY}
    assert all("anary" not in str(vars(entry)) for entry in trail())


def test_a_change_that_is_refused_leaves_no_member_behind(app: Flask, inside: None, agency: Agency):
    with pytest.raises(Invalid):
        members.create_member(NewMember(email="bad", name="New Person", agency_id=agency.id))
    db.session.commit()

    assert db.session.scalar(db.select(db.func.count(Member.id))) == 0
