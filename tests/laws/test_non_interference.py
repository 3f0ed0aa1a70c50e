"""The law of the house: nothing that a person sees depends on items he may not read."""

from collections.abc import Callable
from itertools import islice

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.access.guard import PUBLIC
from portal.access.models import Compartment
from portal.content import find, queries
from portal.content.models import Item
from portal.core.db import db
from portal.core.errors import Refused
from tests.accounts.visitor import Clock
from tests.laws.two_worlds import build_pair, differences
from tests.world import PEOPLE

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("person", PEOPLE)
def test_two_worlds_that_differ_in_unreadable_items_give_the_same_bytes(
    person: str, make_portal: Callable[..., Flask], moving_clock: Clock
) -> None:
    worlds = build_pair(make_portal, person)

    seen = list(differences(worlds, person, moving_clock))

    assert seen == []


def _count_everything(_clearance: object, *, kind: str | None = None) -> int:
    rows = select(func.count()).select_from(Item)
    return db.session.scalar(rows if kind is None else rows.where(Item.kind == kind)) or 0


def _say_that_it_is_forbidden(clearance: object, item_id: object) -> Item:
    row = db.session.get(Item, item_id)
    if row is not None and row.compartment_id not in clearance.compartments:  # type: ignore[attr-defined]
        raise Refused("You may not read this document.")
    return _real_item(clearance, item_id)  # type: ignore[arg-type]


_real_item = queries.item
_real_page = find._page


def _facets_over_all_rows(clearance, results, names):  # type: ignore[no-untyped-def]
    page = _real_page(clearance, results, names)
    kinds = db.session.execute(select(Item.kind, func.count()).group_by(Item.kind).order_by(Item.kind))
    facets = {**page.facets, "kind": tuple(tuple(row) for row in kinds)}
    return find.SearchPage(page.findings, page.total, facets, page.did_you_mean)


def _readers_of_all(clearance):  # type: ignore[no-untyped-def]
    from portal.index import IndexReader

    ring = clearance._keyring
    rows = db.session.scalars(select(Compartment).where(Compartment.index_generation > 0)).all()
    return {row.id: IndexReader(ring.sealer(row.id, row.id), row.index_generation) for row in rows}


LEAKS = {
    "a count over all rows": (queries, "count", _count_everything),
    "a refusal that differs from absence": (queries, "item", _say_that_it_is_forbidden),
    "a facet counted over all rows": (find, "_page", _facets_over_all_rows),
    "a search that reads every index": (find, "_readers", _readers_of_all),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_the_law_sees_a_planted_leak(
    leak: str, make_portal: Callable[..., Flask], moving_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds = build_pair(make_portal, "advocate")
    owner, name, planted = LEAKS[leak]
    monkeypatch.setattr(owner, name, planted)

    seen = list(islice(differences(worlds, "advocate", moving_clock), 1))

    assert seen != []


def test_no_get_route_is_left_out_of_the_walk(world) -> None:  # type: ignore[no-untyped-def]
    from tests.laws.walk import routes

    walked = {rule.endpoint for rule in routes(world.app, "GET")}

    declared = {rule.endpoint for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert walked == declared
    assert PUBLIC
