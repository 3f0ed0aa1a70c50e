"""``flask members``: agencies, task forces and members, from the machine itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from flask.cli import AppGroup
from sqlalchemy import select

from portal.accounts import members as people
from portal.accounts.directory import facts_of, in_force, may_use, roles_in_words
from portal.accounts.members import PORTAL_WIDE, Factors, NewMember
from portal.accounts.models import Agency, AgencyKind, Member, TaskForce
from portal.core import clock, text
from portal.core.db import db
from portal.core.errors import Invalid, PortalError

members = AppGroup("members", help="Agencies, task forces and members.")

Result = TypeVar("Result")
Named = TypeVar("Named", Agency, TaskForce)


@members.command("add-agency")
@click.option("--name", prompt=True)
@click.option("--kind", prompt=True, type=click.Choice([kind.value for kind in AgencyKind]))
def add_agency(name: str, kind: str) -> None:
    """Add an agency."""
    _committed(lambda: people.create_agency(name, kind))
    click.echo(f"Added the agency {name}.")


@members.command("add-task-force")
@click.option("--name", prompt=True)
@click.option("--state", prompt=True)
@click.option("--region", default="", help="The counties or cities it covers.")
def add_task_force(name: str, state: str, region: str) -> None:
    """Add a task force."""
    _committed(lambda: people.create_task_force(name, state=state, region=region))
    click.echo(f"Added the task force {name}.")


@members.command("add")
@click.option("--name", prompt=True)
@click.option("--email", prompt=True)
@click.option("--agency", prompt="Agency (its name)")
@click.option("--position", default="", help="Job title.")
@click.option("--task-force", "task_forces", multiple=True, help="A task force's name; may be repeated.")
@click.option("--coordinator", is_flag=True, help="Coordinates the task forces named.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(sorted(role.value for role in PORTAL_WIDE)),
    help="May be repeated.",
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the account ends (UTC).")
def add(**given: Any) -> None:
    """Add a member; shows the password and the second factor's secret once."""
    _show(_committed(lambda: _added(**given)))


def _added(
    *, agency: str, task_forces: tuple[str, ...], coordinator: bool, expires: datetime | None, **given: Any
) -> Factors:
    until = expires.replace(tzinfo=UTC) if expires else None
    new = NewMember(agency_id=_named(Agency, agency).id, expires_at=until, **given)
    made = people.create_member(new)
    for force in task_forces:
        people.add_service(made.member_id, _named(TaskForce, force).id, is_coordinator=coordinator)
    return made


@members.command("serve")
@click.argument("email")
@click.option("--task-force", required=True, help="The task force's name.")
@click.option("--coordinator", is_flag=True, help="Coordinates it.")
def serve(email: str, task_force: str, coordinator: bool) -> None:
    """Put a member on a task force, or change his part in it; he signs in anew."""
    force = _committed(lambda: _served(email, task_force, coordinator=coordinator))
    click.echo(f"{email} now serves on {force}{' and coordinates it' if coordinator else ''}.")


def _served(email: str, task_force: str, *, coordinator: bool) -> str:
    force = _named(TaskForce, task_force)
    people.add_service(_member(email).id, force.id, is_coordinator=coordinator)
    return force.name


@members.command("leave")
@click.argument("email")
@click.option("--task-force", required=True, help="The task force's name.")
def leave(email: str, task_force: str) -> None:
    """Take a member off a task force at once, in every browser."""
    force = _committed(lambda: _left(email, task_force))
    click.echo(f"{email} no longer serves on {force}.")


def _left(email: str, task_force: str) -> str:
    force = _named(TaskForce, task_force)
    people.end_service(_member(email).id, force.id)
    return force.name


@members.command("list")
def list_command() -> None:
    """List every member: address, name, agency, task forces, roles, and whether he may sign in."""
    for line in _committed(lambda: [_line(member) for member in people.everybody()]):
        click.echo(line)


def _line(member: Member) -> str:
    now = clock.now()
    forces = ", ".join(sorted(row.task_force.name for row in in_force(member, now))) or "no task force"
    roles = roles_in_words(facts_of(member, now).roles)
    state = "active" if may_use(member, now) else "suspended or expired"
    return " | ".join((member.email, member.name, member.agency.name, forces, roles, state))


@members.command("suspend")
@click.argument("email")
def suspend(email: str) -> None:
    """Put a member out at once, in every browser."""
    _committed(lambda: people.suspend(_member(email).id))
    click.echo("Suspended. Every session of this member has ended.")


@members.command("reinstate")
@click.argument("email")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the account ends (UTC).")
def reinstate(email: str, expires: datetime | None) -> None:
    """Let a suspended member in again, with the factors he had."""
    until = expires.replace(tzinfo=UTC) if expires else None
    _committed(lambda: people.reinstate(_member(email).id, expires_at=until))
    click.echo("Reinstated. The member signs in anew.")


@members.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Give a member new factors and lift a lock; shows them once."""
    _show(_committed(lambda: people.reset(_member(email).id)))


def _committed(act: Callable[[], Result]) -> Result:
    """Do ``act`` in one transaction; say in a line what was wrong, and leave nothing half done."""
    try:
        done = act()
        db.session.commit()
    except Invalid as error:
        raise click.ClickException(" ".join([str(error), *error.fields.values()])) from None
    except PortalError as error:
        raise click.ClickException(str(error) or "There is no such member.") from None
    return done


def _member(email: str) -> Member:
    member = people.by_email(email)
    if member is None:
        raise Invalid("No member has this address.")
    return member


def _named(model: type[Named], name: str) -> Named:
    row = db.session.scalar(select(model).where(model.skeleton == text.skeleton(name)))
    if row is None:
        raise Invalid(f"There is no {model.__tablename__.replace('_', ' ')} named {name}.")
    return row


def _show(made: Factors) -> None:
    click.echo(f"E-mail address: {made.email}")
    click.echo(f"Password:       {made.password}")
    click.echo(f"TOTP secret:    {made.totp_secret}")
    click.echo(f"Authenticator:  {made.uri}")
    click.echo("This is shown once. Hand it over by a safe way, and keep no copy.")
