"""What the auditor's page lists."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from portal import audit
from portal.audit.queries import LARGEST_EXPORT, LARGEST_PAGE, Criteria, count, events, for_export
from portal.core.db import db

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ANN, BEN = UUID(int=1), UUID(int=2)
ITEM, ROOM = UUID(int=3), UUID(int=4)


@pytest.fixture
def three_events(inside: None) -> None:
    audit.write(
        [
            audit.Entry(act="sign_in", actor_id=ANN, object_id=BEN, at=NOON),
            audit.Entry(act="item.read", actor_id=ANN, object_id=ITEM, at=NOON + timedelta(hours=1)),
            audit.Entry(
                act="item_x",
                outcome="refused",
                actor_id=BEN,
                compartment_id=ROOM,
                at=NOON + timedelta(hours=2),
            ),
        ]
    )
    db.session.commit()


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (Criteria(), [3, 2, 1]),
        (Criteria(actor_id=ANN), [2, 1]),
        (Criteria(person_id=BEN), [3, 1]),
        (Criteria(act="item.read"), [2]),
        (Criteria(act="item"), []),
        (Criteria(act="%"), []),
        (Criteria(outcome="refused"), [3]),
        (Criteria(object_id=ITEM), [2]),
        (Criteria(compartment_id=ROOM), [3]),
        (Criteria(since=NOON + timedelta(hours=1)), [3, 2]),
        (Criteria(until=NOON + timedelta(hours=1)), [1]),
        (Criteria(actor_id=ANN, act="item.read"), [2]),
    ],
)
def test_events_are_listed_newest_first_by_what_is_asked(
    three_events: None, criteria: Criteria, expected: list[int]
) -> None:
    assert [event.seq for event in events(criteria)] == expected
    assert count(criteria) == len(expected)


def test_a_page_is_a_slice_of_the_list(three_events: None) -> None:
    assert [event.seq for event in events(Criteria(), limit=1, offset=1)] == [2]
    assert events(Criteria(), offset=3) == []


def test_a_page_is_never_larger_than_the_largest(inside: None) -> None:
    audit.write([audit.Entry(act="item.read")] * (LARGEST_PAGE + 1))
    db.session.commit()

    assert len(events(Criteria(), limit=10**6)) == LARGEST_PAGE


def test_an_export_holds_more_than_a_page_and_has_an_end(inside: None) -> None:
    audit.write([audit.Entry(act="item.read")] * (LARGEST_EXPORT + 1))
    db.session.commit()

    found = for_export(Criteria())

    assert len(found) == LARGEST_EXPORT
    assert found[0].seq == LARGEST_EXPORT + 1
