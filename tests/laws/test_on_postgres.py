"""The law of the house holds on PostgreSQL as well: one person's walk over every address."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal.audit.models import AuditEvent
from portal.core.db import db, pairs
from tests.accounts.visitor import Clock
from tests.laws.two_worlds import differences
from tests.postgres import fresh_database, postgres_url
from tests.world import GROUPS, READS, World, add_items, populate

__all__ = ["postgres_url"]

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
PERSON = "advocate"


@pytest.fixture
def pair(make_portal: Callable[..., Flask], postgres_url: str) -> Iterator[tuple[World, World]]:
    """The first world holds what the person may read; the second holds items in every group."""
    with fresh_database(postgres_url) as poor_url, fresh_database(postgres_url) as rich_url:
        poor, rich = (
            populate(make_portal(name, SQLALCHEMY_DATABASE_URI=url))
            for name, url in (("poor", poor_url), ("rich", rich_url))
        )
        for group in GROUPS:
            if group in READS[PERSON]:
                add_items(poor, group)
            add_items(rich, group)
        yield poor, rich


def test_what_a_person_sees_does_not_depend_on_what_he_may_not_read(
    pair: tuple[World, World], moving_clock: Clock
) -> None:
    seen = list(differences(pair, PERSON, moving_clock))

    assert seen == []
    # He was let in, and read and found as much here as there.
    poor, rich = (_acts(world) for world in pair)
    assert poor == rich
    assert poor["item.read"] > 5 and poor["item.search"] > 5 and poor["attachment.read"] > 0


def _acts(world: World) -> dict[str, int]:
    """How often the person did what, by the trail."""
    with world.app.app_context():
        mine = AuditEvent.actor_id == world.people[PERSON].member_id
        counted = db.select(AuditEvent.act, db.func.count()).where(mine).group_by(AuditEvent.act)
        return pairs(counted)
