"""Reading the trail for the auditor's page, newest first. Whoever shows it records ``trail.read``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from portal.audit.models import AuditEvent
from portal.core.db import db

LARGEST_PAGE = 500
LARGEST_EXPORT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which events are asked for. ``person_id`` acted or was acted upon; ``until`` itself is left out."""

    actor_id: UUID | None = None
    person_id: UUID | None = None
    act: str | None = None
    outcome: str | None = None
    object_id: UUID | None = None
    compartment_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def events(criteria: Criteria, *, limit: int = 50, offset: int = 0) -> Sequence[AuditEvent]:
    """One page of the events that meet ``criteria``, the last recorded first."""
    return db.session.scalars(_newest(criteria).limit(min(limit, LARGEST_PAGE)).offset(offset)).all()


def for_export(criteria: Criteria) -> Sequence[AuditEvent]:
    """The last ``LARGEST_EXPORT`` events that meet ``criteria``, the last recorded first."""
    return db.session.scalars(_newest(criteria).limit(LARGEST_EXPORT)).all()


def count(criteria: Criteria) -> int:
    """How many events meet ``criteria``."""
    query = select(func.count()).select_from(AuditEvent).where(*_conditions(criteria))
    return db.session.execute(query).scalar_one()


def _newest(criteria: Criteria) -> Select[AuditEvent]:
    return select(AuditEvent).where(*_conditions(criteria)).order_by(AuditEvent.seq.desc())


def _conditions(criteria: Criteria) -> list[ColumnElement[bool]]:
    asked: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
        (criteria.actor_id, AuditEvent.actor_id.__eq__),
        (criteria.person_id, lambda it: or_(AuditEvent.actor_id == it, AuditEvent.object_id == it)),
        (criteria.act, AuditEvent.act.__eq__),
        (criteria.outcome, AuditEvent.outcome.__eq__),
        (criteria.object_id, AuditEvent.object_id.__eq__),
        (criteria.compartment_id, AuditEvent.compartment_id.__eq__),
        (criteria.since, AuditEvent.at.__ge__),
        (criteria.until, AuditEvent.at.__lt__),
    ]
    return [condition(value) for value, condition in asked if value is not None]
