"""The trail as an auditor asks for it: his filters, its lines with names put to ids, and those lines as a file."""

import csv
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from uuid import UUID

from sqlalchemy import select

from portal.access.models import Compartment
from portal.accounts.models import Agency, Member, TaskForce
from portal.admin.acts import ACTS, OUTCOMES, REASONS
from portal.audit.models import AuditEvent
from portal.audit.queries import Criteria
from portal.core.db import db, pairs
from portal.core.errors import Invalid

FILTERS = ("person", "act", "outcome", "from", "to")
COMMAND = "Command on the server"
HEAD = ("Number", "Time (UTC)", "Who", "Act", "Outcome", "About", "Compartment", "From")
# What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

# What stands for an id or a number in a route, such as <uuid:item_id>.
PART_OF_ADDRESS = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line of the trail: who did what to what; ``object_id`` is the id of what has no name here."""

    seq: int
    at: datetime
    who: str
    act: str
    outcome: str
    about: str
    object_id: UUID | None
    compartment: str
    source: str


def asked_for(args: Mapping[str, str]) -> dict[str, str]:
    """The filters that were filled in, by name, for the page to show and its links to carry on."""
    given = {name: args.get(name, "").strip()[:60] for name in FILTERS}
    return {name: value for name, value in given.items() if value}


def criteria_of(asked: Mapping[str, str]) -> Criteria:
    """What the filters ask of the trail; ``Invalid`` names a filter that says nothing it could mean."""
    return Criteria(
        person_id=_person(asked.get("person")),
        act=_listed(asked.get("act"), ACTS, sentence="Choose an act from the list."),
        outcome=_listed(asked.get("outcome"), OUTCOMES, sentence="Choose an outcome from the list."),
        since=_midnight(asked.get("from")),
        until=_midnight(asked.get("to"), days=1),
    )


def people() -> list[tuple[UUID, str]]:
    """Every member's id and name, by name."""
    rows = select(Member.id, Member.name).order_by(Member.name, Member.id)
    return [(row.id, row.name) for row in db.session.execute(rows)]


def lines(events: Iterable[AuditEvent]) -> list[TrailLine]:
    """The events with the names of people and groups; items stay ids, for their titles are sealed."""
    rows = list(events)
    actors = {row.actor_id for row in rows if row.actor_id}
    objects = {object_id for row in rows for object_id in _objects(row)}
    groups = {row.compartment_id for row in rows if row.compartment_id}
    people = _names(Member, actors | objects)
    named = {**people, **_names(Agency, objects), **_names(TaskForce, objects)}
    compartments = _names(Compartment, groups)
    return [
        TrailLine(
            seq=row.seq,
            at=row.at,
            who=_who(row, people),
            act=ACTS.get(row.act, row.act),
            outcome=OUTCOMES.get(row.outcome, row.outcome),
            about=_about(row, named),
            object_id=None if row.object_id in named else row.object_id,
            compartment=compartments.get(row.compartment_id, "") if row.compartment_id else "",
            source=row.source,
        )
        for row in rows
    ]


def as_csv(shown: Iterable[TrailLine]) -> bytes:
    """The lines as a table that a spreadsheet opens without taking any cell for a formula."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(HEAD)
    for line in shown:
        about = " ".join(filter(None, (line.about, str(line.object_id or ""))))
        at = line.at.strftime("%Y-%m-%d %H:%M:%S")
        cells = (line.who, line.act, line.outcome, about, line.compartment, line.source)
        table.writerow([line.seq, at, *(neutral(cell) for cell in cells)])
    # The mark at the start tells spreadsheets that this is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def neutral(cell: str) -> str:
    """The cell with a quote before what a spreadsheet would compute."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _who(row: AuditEvent, people: Mapping[UUID, str]) -> str:
    if row.actor_id is not None:
        return people.get(row.actor_id, "Former member")
    return "Not signed in" if row.source else COMMAND


def _about(row: AuditEvent, named: Mapping[UUID, str]) -> str:
    """The object's name and task force, the page that was refused, or why a sign-in was; not who acts himself."""
    names = [named.get(object_id, "") for object_id in _objects(row) if object_id != row.actor_id]
    page = PART_OF_ADDRESS.sub("…", str(row.details.get("route") or ""))
    reason = REASONS.get(str(row.details.get("reason")), "")
    return ": ".join(filter(None, (*names, page, reason)))


def _objects(row: AuditEvent) -> list[UUID]:
    """What the act was done to, and the task force that a member was put on or taken off."""
    force = row.details.get("task_force")
    return [*([row.object_id] if row.object_id else []), *([UUID(force)] if force else [])]


def _names(
    model: type[Member] | type[Agency] | type[TaskForce] | type[Compartment], ids: Collection[UUID]
) -> dict[UUID, str]:
    return pairs(select(model.id, model.name).where(model.id.in_(list(ids)))) if ids else {}


def _listed(value: str | None, known: Collection[str], *, sentence: str) -> str | None:
    if value is not None and value not in known:
        raise Invalid(sentence)
    return value


def _person(typed: str | None) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise Invalid("Choose a person from the list.") from None


def _midnight(typed: str | None, *, days: int = 0) -> datetime | None:
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed) + timedelta(days=days)
    except (ValueError, OverflowError):
        raise Invalid("Write dates as year-month-day, such as 2026-11-24.") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
