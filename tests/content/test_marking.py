"""Markings: LES lives only with law enforcement; no silence takes one away; an old version keeps the one it had."""

import logging

import pytest
from sqlalchemy import select, update

from portal.access.models import Compartment, CompartmentGrant
from portal.audit.models import AuditEvent
from portal.content import service
from portal.content.models import Item, Kind, Marking
from portal.core import ids
from portal.core.db import db
from portal.core.errors import Invalid
from tests.world import World


@pytest.mark.parametrize("group", ["all", "houston", "phoenix"])
def test_les_is_refused_where_others_than_law_enforcement_read(world: World, group: str) -> None:
    with world.app.app_context(), pytest.raises(Invalid) as refused:
        world.add(group, "Staging area", marking=Marking.LES)

    assert "law enforcement" in refused.value.fields["marking"]


def test_les_is_taken_where_law_enforcement_alone_reads(world: World) -> None:
    item_id = world.inside(lambda: world.add("law", "Staging area", marking=Marking.LES))

    with world.app.app_context():
        assert service.load(world.operator(), item_id).card.marking == Marking.LES


def test_one_member_let_in_by_name_makes_a_compartment_unfit_for_les(world: World) -> None:
    def let_in() -> None:
        advocate = world.people["advocate"].member_id
        db.session.add(
            CompartmentGrant(compartment_id=world.groups["law"], member_id=advocate, granted_by=ids.new_id())
        )

    world.inside(let_in)

    with world.app.app_context(), pytest.raises(Invalid):
        world.add("law", "Staging area", marking=Marking.LES)


def test_a_new_version_without_a_marking_or_kind_keeps_both(world: World) -> None:
    def save_twice() -> None:
        world.add("law", "Plan", "one", source_key="plan", marking=Marking.LES, kind=Kind.PROTOCOL)
        world.add("law", "Plan", "two", source_key="plan", marking=None, kind=None)

    world.inside(save_twice)

    with world.app.app_context():
        card = service.load(world.operator(), world.items["Plan"]).card
        assert (card.version, card.marking, card.kind) == (2, Marking.LES, Kind.PROTOCOL)


def test_a_marking_that_is_changed_on_purpose_is_recorded_and_the_old_version_keeps_its_own(
    world: World,
) -> None:
    def save_twice() -> None:
        world.add("law", "Plan", "one", source_key="plan", marking=Marking.LES)
        world.add("law", "Plan", "two", source_key="plan", marking=Marking.SENSITIVE)

    world.inside(save_twice)

    with world.app.app_context():
        first = service.load_version(world.operator(), world.items["Plan"], 1)
        second = service.load(world.operator(), world.items["Plan"])
        event = db.session.scalar(select(AuditEvent).where(AuditEvent.act == "item.mark"))
        assert (first.card.marking, second.card.marking) == (Marking.LES, Marking.SENSITIVE)
        assert event is not None and event.details == {"before": "les", "after": "sensitive"}


def test_a_new_version_keeps_the_owner_of_the_first(world: World) -> None:
    def save_twice() -> None:
        world.add("all", "Guide", "one", source_key="guide", owner_agency="Bureau")
        world.add("all", "Guide", "two", source_key="guide", owner_agency="Somebody else")

    world.inside(save_twice)

    with world.app.app_context():
        assert service.load(world.operator(), world.items["Guide"]).card.agency == "Bureau"


def test_a_card_that_does_not_open_is_left_out_of_lists_and_named_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    bad = world.inside(lambda: world.add("houston", "Broken"))
    world.inside(lambda: world.add("houston", "Whole"))
    world.inside(lambda: db.session.execute(update(Item).where(Item.id == bad).values(card=b"x" * 60)))

    with world.app.app_context(), caplog.at_level(logging.ERROR):
        titles = [card.title for card in service.newest(world.operator())]

    assert titles == ["Whole"]
    assert [record.__dict__.get("item_id") for record in caplog.records] == [str(bad)]
    with world.app.app_context():
        assert db.session.get(Compartment, world.groups["houston"]) is not None
