"""Who a compartment lets in, as laws that hold for every rule, grant and member."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.access.facts import MemberFacts
from portal.access.rules import admits, compartments_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# Few values, so that rules and members meet often.
IDS = [UUID(int=number, version=4) for number in range(1, 4)]
KINDS = ["local_law_enforcement", "prosecutor", "victim_service_provider"]
ROLES = ["member", "coordinator", "bja_staff"]


@dataclass(frozen=True)
class ARule:
    compartment_id: UUID
    task_force_id: UUID | None = None
    agency_id: UUID | None = None
    agency_kind: str | None = None
    role: str | None = None
    any_task_force: bool = False


@dataclass(frozen=True)
class AGrant:
    compartment_id: UUID
    member_id: UUID
    until: datetime | None = None


ids = st.sampled_from(IDS)
facts = st.builds(
    MemberFacts,
    member_id=ids,
    agency_id=ids,
    agency_kind=st.sampled_from(KINDS),
    roles=st.frozensets(st.sampled_from(ROLES)),
    task_force_ids=st.frozensets(ids),
)
CONDITIONS = {
    "task_force_id": ids,
    "agency_id": ids,
    "agency_kind": st.sampled_from(KINDS),
    "role": st.sampled_from(ROLES),
    "any_task_force": st.just(True),
}
conditions = st.fixed_dictionaries({}, optional=CONDITIONS)
rules = st.builds(lambda where, asked: ARule(where, **asked), ids, conditions)
grants = st.builds(
    AGrant,
    compartment_id=ids,
    member_id=ids,
    until=st.one_of(st.none(), st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))),
)


@given(facts)
def test_a_rule_without_conditions_admits_nobody(member: MemberFacts) -> None:
    assert not admits(ARule(IDS[0]), member)


@given(rules, facts, conditions)
def test_adding_a_condition_never_admits_more(
    rule: ARule, member: MemberFacts, more: dict[str, object]
) -> None:
    asked = {name: value for name, value in more.items() if not getattr(rule, name)}
    stricter = replace(rule, **asked)
    is_bare = rule == ARule(rule.compartment_id)

    assert is_bare or admits(rule, member) or not admits(stricter, member)


@given(rules, facts)
def test_a_rule_admits_exactly_who_meets_all_that_it_asks(rule: ARule, member: MemberFacts) -> None:
    alone = [
        admits(ARule(rule.compartment_id, **{name: getattr(rule, name)}), member)
        for name in CONDITIONS
        if getattr(rule, name)
    ]

    assert admits(rule, member) == (bool(alone) and all(alone))


@given(facts)
def test_serving_on_no_task_force_meets_no_rule_about_task_forces(member: MemberFacts) -> None:
    loner = replace(member, task_force_ids=frozenset())

    assert not admits(ARule(IDS[0], any_task_force=True), loner)
    assert not any(admits(ARule(IDS[0], task_force_id=force), loner) for force in IDS)


@given(facts, st.lists(grants))
def test_a_grant_counts_for_its_member_alone_and_until_its_date(
    member: MemberFacts, given: list[AGrant]
) -> None:
    read = compartments_of(member, rules=[], grants=given, now=NOW)

    mine = [grant for grant in given if grant.member_id == member.member_id]
    assert read == {grant.compartment_id for grant in mine if grant.until is None or grant.until > NOW}


@given(facts, st.lists(rules), st.lists(grants))
def test_rules_and_grants_add_up_and_neither_takes_away(
    member: MemberFacts, ruled: list[ARule], given: list[AGrant]
) -> None:
    both = compartments_of(member, rules=ruled, grants=given, now=NOW)

    by_rule = compartments_of(member, rules=ruled, grants=[], now=NOW)
    by_name = compartments_of(member, rules=[], grants=given, now=NOW)
    assert both == by_rule | by_name


@given(facts, st.lists(grants), st.integers(0, 10))
def test_time_alone_never_lets_anyone_in(member: MemberFacts, given: list[AGrant], days: int) -> None:
    now = compartments_of(member, rules=[], grants=given, now=NOW)

    later = compartments_of(member, rules=[], grants=given, now=NOW + timedelta(days=days))

    assert later <= now


@given(facts)
def test_nothing_lets_in_nobody(member: MemberFacts) -> None:
    assert compartments_of(member, rules=[], grants=[], now=NOW) == frozenset()
