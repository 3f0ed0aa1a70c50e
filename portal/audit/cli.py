"""``flask audit``: make the trail's key, make a checkpoint, verify the trail."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.audit import checkpoints as points
from portal.audit.keyfile import read_k0
from portal.audit.trail import current_trail
from portal.audit.verify import Verdict, verify
from portal.core.errors import PortalError

audit = AppGroup("audit", help="The audit trail: its key, its checkpoints, its verification.")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@audit.command("init")
def init_command() -> None:
    """Create the trail's key, once, and the auditor's copy of the first one."""
    try:
        offline = current_trail().key_file.create()
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Created {current_trail().key_file.path}.")
    click.echo(
        f"Give {offline} to the auditor, who keeps it away from this machine, and then delete it here."
    )


@audit.command("checkpoint")
def checkpoint_command() -> None:
    """Close the key's epoch and print the checkpoint, a line to be kept on another machine."""
    try:
        made = points.checkpoint()
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    if made is None:
        click.echo("Nothing was recorded since the last checkpoint.", err=True)
    else:
        click.echo(made.line)


@audit.command("verify")
@click.option("--k0", type=FILE, help="The auditor's file with the first key.")
@click.option("--checkpoints", type=FILE, help="Checkpoints kept elsewhere, one a line.")
@click.option(
    "--after", type=click.IntRange(min=0), default=0, help="Begin after this event (a restored backup)."
)
def verify_command(k0: Path | None, checkpoints: Path | None, after: int) -> None:
    """Verify the whole trail; exit 1 and the first bad event's number if it does not hold."""
    try:
        verdict = _verdict(k0, checkpoints, after)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    if not verdict.holds:
        click.echo(f"Event {verdict.first_bad_seq}: {verdict.reason}", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"The trail is intact: {verdict.count} events.")
    click.echo(f"Checked against a key: {verdict.authenticated} of {verdict.count}.")
    if verdict.authenticated < verdict.count:
        click.echo(
            "The others are held by their hashes and checkpoints; --k0 checks them against their keys."
        )


def _verdict(k0: Path | None, checkpoints: Path | None, after: int) -> Verdict:
    trail = current_trail()
    return verify(
        k0=None if k0 is None else read_k0(k0),
        key_file=trail.key_file,
        checkpoints=[] if checkpoints is None else points.from_lines(_lines(checkpoints)),
        signer=trail.signer,
        after=after,
    )


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines()
