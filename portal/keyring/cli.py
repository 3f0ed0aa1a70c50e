"""``flask keys``: what an operator does with keys. It shows versions, counts and ages, and never a key."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup

from portal.core.clock import now
from portal.core.errors import PortalError
from portal.keyring.file import FileKeyManager
from portal.keyring.ring import Keyring
from portal.keyring.rotation import Progress

keys = AppGroup("keys", help="Show, make, check and rotate the keys that everything is sealed with.")


P = ParamSpec("P")
R = TypeVar("R")


def _in_one_sentence(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the portal's own errors into the sentence they hold, and exit status 1."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except PortalError as error:
            raise click.ClickException(str(error)) from None

    return guarded


@keys.command("create", with_appcontext=False)
@click.argument("path", type=click.Path(path_type=Path))
@_in_one_sentence
def create(path: Path) -> None:
    """Make a new master key in a new file at PATH."""
    FileKeyManager.create(path)
    click.echo(f"Made a master key in {path}. Keep a copy where the database's backups are not.")


@keys.command("status")
@_in_one_sentence
def status() -> None:
    """Show every key's versions, age and number of data keys."""
    ring = _keyring()
    master = ring.master_status()
    click.echo(f"Master key in {master.place}")
    for kept in master.versions:
        state = "current" if kept.version == master.current else "rotation unfinished"
        click.echo(f"  version {kept.version}, {_age(kept.created_at)}, {state}")
    click.echo(f"{'Compartment':36}  Version  Master  Data keys  Age")
    for row in ring.status():
        state = ", rotation unfinished" if row.retired_at else ""
        click.echo(
            f"{row.compartment_id!s:36}  {row.version:7}  {row.master_version:6}  {row.data_keys:9}"
            f"  {_age(row.created_at)}{state}"
        )


@keys.command("rotate")
@click.option("--master", is_flag=True, help="The master key.")
@click.option("--compartment", type=click.UUID, metavar="ID", help="The key of one compartment.")
@_in_one_sentence
def rotate(master: bool, compartment: UUID | None) -> None:
    """Replace a key while the portal runs; after an interruption, run it again."""
    if master == (compartment is not None):
        raise click.UsageError("Name one key: --master, or --compartment ID.")
    _tell(_keyring().rotate_compartment(compartment) if compartment else _keyring().rotate_master())


@keys.command("check")
@_in_one_sentence
def check() -> None:
    """Open every key there is, and name those that do not open."""
    ring = _keyring()
    ring.check()
    damaged = ring.damaged()
    _name(damaged)
    if damaged:
        raise click.ClickException(f"{len(damaged)} keys do not open.")
    click.echo("Every key opens.")


def _tell(progress: Progress) -> None:
    click.echo(f"Wrapped {progress.renewed} keys anew.")
    _name(progress.damaged)
    if not progress.finished:
        raise click.ClickException(
            "The old version is kept, because some keys still need it. Run this again."
        )
    click.echo("The old version is destroyed.")


def _name(damaged: tuple[UUID, ...] | list[UUID]) -> None:
    for owner_id in damaged:
        click.echo(f"The key of {owner_id} does not open.", err=True)


def _age(since: datetime) -> str:
    days = (now() - since).days
    return f"{days} day{'' if days == 1 else 's'} old"


def _keyring() -> Keyring:
    ring: Keyring = current_app.extensions["keyring"]
    return ring
