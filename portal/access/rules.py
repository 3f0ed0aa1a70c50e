"""The rule by which a compartment lets a member in: plain values in, plain values out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from portal.access.facts import MemberFacts

# The kinds of agency whose members may read law-enforcement-sensitive material.
LAW_ENFORCEMENT = frozenset({
    "local_law_enforcement",
    "state_law_enforcement",
    "tribal_law_enforcement",
    "federal_law_enforcement",
    "prosecutor",
})  # fmt: skip


class Rule(Protocol):
    """The conditions of one row; ``None`` or False means that the row does not ask for it."""

    compartment_id: UUID
    task_force_id: UUID | None
    agency_id: UUID | None
    agency_kind: str | None
    role: str | None
    any_task_force: bool


class Grant(Protocol):
    """One member let in by name."""

    compartment_id: UUID
    member_id: UUID
    until: datetime | None


def admits(rule: Rule, facts: MemberFacts) -> bool:
    """Whether the member meets every condition of the rule; a rule without conditions admits nobody."""
    asked = [
        (rule.task_force_id is not None, rule.task_force_id in facts.task_force_ids),
        (rule.agency_id is not None, rule.agency_id == facts.agency_id),
        (rule.agency_kind is not None, rule.agency_kind == facts.agency_kind),
        (rule.role is not None, rule.role in facts.roles),
        (bool(rule.any_task_force), bool(facts.task_force_ids)),
    ]
    met = [holds for is_asked, holds in asked if is_asked]
    return bool(met) and all(met)


def holds_law_enforcement_only(rules: Iterable[Rule]) -> bool:
    """Whether every rule asks for an agency of law enforcement or prosecution; without rules nobody is known to be."""
    kinds = [rule.agency_kind for rule in rules]
    return bool(kinds) and all(kind in LAW_ENFORCEMENT for kind in kinds)


def compartments_of(
    facts: MemberFacts, *, rules: Iterable[Rule], grants: Iterable[Grant], now: datetime
) -> frozenset[UUID]:
    """Every compartment that the member may read at ``now``."""
    by_rule = {rule.compartment_id for rule in rules if admits(rule, facts)}
    by_name = {
        grant.compartment_id
        for grant in grants
        if grant.member_id == facts.member_id and (grant.until is None or grant.until > now)
    }
    return frozenset(by_rule | by_name)
