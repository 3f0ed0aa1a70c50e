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
from tests.accounts.visitor import Visitor

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


@pytest.mark.parametrize("command", ["suspend", "reinstate", "reset"])
@pytest.mark.parametrize("address", ["nobody@agency.example.gov", "not an address"])
def test_an_unknown_address_is_named_as_such(run: Run, command: str, address: str):
    result = run(command, address)

    assert result.exit_code == 1
    assert "No member has this address." in result.output


def test_r1_commands_are_recorded(run: Run, dana: Factors, trail: Callable[[], list[AuditEvent]]):
    run("suspend", dana.email)

    assert trail()[-1].act == "member.suspend" and trail()[-1].object_id == dana.member_id
