"""The commands of whoever runs the machine."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask

from portal.accounts.members import Factors
from portal.accounts.models import Agency, Member, TaskForce
from portal.audit.models import AuditEvent
from portal.core.db import db
from tests.accounts.visitor import Clock, Visitor

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    runner = app.test_cli_runner()
    return lambda *words, typed="": runner.invoke(args=["members", *words], input=typed)


def _shown(result: Result) -> Factors:
    """The factors that a command printed."""
    password, secret = (
        re.search(rf"{label}: +(\S+)", result.output) for label in ("Password", "TOTP secret")
    )
    address = re.search(r"E-mail address: (\S+)", result.output)
    assert password and secret and address, result.output
    return Factors(_member_id(), address[1], password[1], secret[1])


def _member_id() -> UUID | None:
    return db.session.scalar(db.select(Member.id))


def test_a_member_who_was_added_by_command_signs_in(app: Flask, run: Run, visitor: Visitor):
    agency = run("add-agency", "--name", "Gulf Shelter", "--kind", "victim_service_provider")
    force = run("add-task-force", "--name", "Houston task force", "--state", "Texas")
    added = run(
        "add", "--name", "Dana Whitfield", "--email", "Dana@shelter.example.org", "--agency", "gulf shelter",
        "--task-force", "Houston task force", "--coordinator", "--role", "librarian",
        "--expires", "2027-01-01",
    )  # fmt: skip

    assert [result.exit_code for result in (agency, force, added)] == [0, 0, 0], added.output
    assert "otpauth://totp/" in added.output and "shown once" in added.output
    with app.app_context():
        who = _shown(added)
        facts = app.extensions["directory"].facts(who.member_id)
    assert facts.roles == {"member", "coordinator", "librarian"}
    assert visitor.sign_in(who).location == "/"


def test_the_commands_ask_for_what_was_not_given(app: Flask, run: Run):
    agency = run("add-agency", typed="Gulf Shelter\nvictim_service_provider\n")
    member = run("add", typed="Dana Whitfield\ndana@shelter.example.org\nGulf Shelter\n")

    assert agency.exit_code == 0 and member.exit_code == 0, member.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--email", "not-an-address", "--agency", "Harris County Sheriff's Office"], "cannot be used"),
        (["--email", "a@b.gov", "--agency", "No Such Office"], "There is no agency named No Such Office."),
        (
            ["--email", "a@b.gov", "--agency", "Harris County Sheriff's Office", "--task-force", "Nowhere"],
            "There is no task force named Nowhere.",
        ),
    ],
)
def test_a_refused_command_says_why_and_leaves_nothing(
    app: Flask, run: Run, agency: Agency, words: list[str], sentence: str
):
    result = run("add", "--name", "Dana Whitfield", *words)

    assert result.exit_code == 1
    assert sentence in result.output and "Traceback" not in result.output
    with app.app_context():
        assert _member_id() is None


def test_a_name_that_is_taken_is_refused(run: Run, agency: Agency, task_force: TaskForce):
    again = run("add-agency", "--name", agency.name, "--kind", "prosecutor")
    force = run("add-task-force", "--name", task_force.name, "--state", "Texas")

    assert (again.exit_code, force.exit_code) == (1, 1)
    assert "taken" in again.output and "taken" in force.output


def test_suspending_ends_the_session_and_reinstating_lets_in_again(run: Run, visitor: Visitor, dana: Factors):
    visitor.sign_in(dana)
    suspended = run("suspend", dana.email)
    out = not visitor.is_signed_in()
    reinstated = run("reinstate", dana.email, "--expires", "2027-01-01")

    assert (suspended.exit_code, reinstated.exit_code) == (0, 0)
    assert out
    assert visitor.sign_in(dana).location == "/"


def test_a_reset_prints_factors_that_work(app: Flask, run: Run, visitor: Visitor, dana: Factors):
    result = run("reset", dana.email)

    with app.app_context():
        renewed = _shown(result)
    assert visitor.give_password(dana.email, dana.password).status_code == 400
    assert visitor.sign_in(renewed).location == "/"


def test_r2_a_command_that_cannot_be_recorded_changes_nothing(
    app: Flask, run: Run, visitor: Visitor, dana: Factors
):
    app.extensions["audit"].key_file.path.unlink()

    result = run("suspend", dana.email)

    assert result.exit_code == 1
    assert "nothing was done" in result.output
    with app.app_context():
        assert db.session.scalar(db.select(Member.status)) == "active"


def test_a_member_is_put_on_a_task_force_made_its_coordinator_and_taken_off(
    app: Flask, run: Run, dana: Factors, clock: Clock, trail: Callable[[], list[AuditEvent]]
):
    run("add-task-force", "--name", "Phoenix task force", "--state", "Arizona")

    def roles(*words: str) -> tuple[int, set[str], int]:
        clock.pass_by(seconds=1)
        exit_code = run(*words).exit_code
        with app.app_context():
            facts = app.extensions["directory"].facts(dana.member_id)
        return exit_code, facts.roles, len(facts.task_force_ids)

    phoenix = (dana.email, "--task-force", "phoenix task force")
    assert roles("serve", *phoenix) == (0, {"member"}, 2)
    assert roles("serve", *phoenix, "--coordinator") == (0, {"member", "coordinator"}, 2)
    assert roles("leave", *phoenix) == (0, {"member"}, 1)
    assert [row.act for row in trail()][-3:] == ["member.serve", "member.serve", "member.leave"]


def test_serving_twice_and_leaving_what_one_does_not_serve_on_are_refused(
    run: Run, dana: Factors, task_force: TaskForce
):
    run("add-task-force", "--name", "Phoenix task force", "--state", "Arizona")

    again = run("serve", dana.email, "--task-force", task_force.name)
    never = run("leave", dana.email, "--task-force", "Phoenix task force")
    nowhere = run("serve", dana.email, "--task-force", "Nowhere")

    assert [result.exit_code for result in (again, never, nowhere)] == [1, 1, 1]
    assert "serves on this task force already" in again.output
    assert "does not serve on this task force" in never.output
    assert "There is no task force named Nowhere." in nowhere.output


def test_leaving_ends_the_session(run: Run, visitor: Visitor, dana: Factors, task_force: TaskForce):
    visitor.sign_in(dana)

    run("leave", dana.email, "--task-force", task_force.name)

    assert not visitor.is_signed_in()


def test_members_are_listed_with_what_they_are_now(
    run: Run, dana: Factors, trail: Callable[[], list[AuditEvent]]
):
    run("suspend", dana.email)

    listed = run("list")

    assert listed.output == (
        "dana.whitfield@agency.example.gov | Dana Whitfield | Harris County Sheriff's Office | "
        "Houston task force | Member | suspended or expired\n"
    )
    assert trail()[-1].act == "member.list"


@pytest.mark.parametrize("command", ["suspend", "reinstate", "reset"])
@pytest.mark.parametrize("address", ["nobody@agency.example.gov", "not an address"])
def test_an_unknown_address_is_named_as_such(run: Run, command: str, address: str):
    result = run(command, address)

    assert result.exit_code == 1
    assert "No member has this address." in result.output


def test_r1_commands_are_recorded(run: Run, dana: Factors, trail: Callable[[], list[AuditEvent]]):
    run("suspend", dana.email)

    assert trail()[-1].act == "member.suspend" and trail()[-1].object_id == dana.member_id
