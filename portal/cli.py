"""Commands of the installation as a whole: the demonstration, and compartments of an installation of one's own."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import select

from portal.access.compartments import create_compartment
from portal.access.policy import Role
from portal.accounts.models import AgencyKind, TaskForce
from portal.core.db import db
from portal.core.errors import Invalid
from portal.demo.prepare import prepare as prepare_demo
from portal.startup import MIGRATIONS

demo = AppGroup("demo", help="The demonstration on this machine.")
compartments = AppGroup("compartments", help="The groups that share documents.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(demo)
    app.cli.add_command(compartments)


@demo.command("prepare")
def prepare() -> None:
    """Migrate the database and fill it with the demonstration; run again, it keeps what is there."""
    if current_app.config["PORTAL_ENV"] != "demo":
        raise click.ClickException("This is no demonstration. Set PORTAL_ENV=demo to prepare one.")
    click.echo("Database")
    upgrade(directory=str(MIGRATIONS))
    prepare_demo(click.echo)


@compartments.command("add")
@click.argument("name")
@click.option("--purpose", default="", help="One sentence that its members will read.")
@click.option("--task-force", help="Lets in everyone who serves on this task force.")
@click.option("--agency-kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in AgencyKind]))
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]))
@click.option("--any-task-force", is_flag=True, help="Lets in everyone who serves on any task force.")
def add(
    name: str,
    *,
    purpose: str,
    task_force: str | None,
    kinds: tuple[str, ...],
    roles: tuple[str, ...],
    any_task_force: bool,
) -> None:
    """Create a compartment. Agency kinds let in only those of their members who serve on a task force."""
    rules: list[dict[str, object]] = [{"agency_kind": kind, "any_task_force": True} for kind in kinds]
    rules += [{"role": role} for role in roles]
    rules += [{"any_task_force": True}] if any_task_force else []
    if task_force:
        rules.append({"task_force_id": _task_force_id(task_force)})
    if not rules:
        raise click.ClickException(
            "Say who is let in: --task-force, --agency-kind, --role or --any-task-force."
        )
    try:
        create_compartment(name, purpose=purpose, rules=rules, keyring=current_app.extensions["keyring"])
    except Invalid as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"Compartment added: {name}")


def _task_force_id(name: str) -> object:
    found = db.session.scalar(select(TaskForce.id).where(TaskForce.name == name))
    if found is None:
        raise click.ClickException("There is no task force of that name. Add it first.")
    return found
