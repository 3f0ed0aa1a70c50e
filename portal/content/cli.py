"""Commands that run the worker and rebuild indexes."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from portal.access.models import Compartment
from portal.content import indexer
from portal.content import worker as worker_loop
from portal.core.db import db


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@with_appcontext
def worker(once: bool) -> None:
    """Carry out what the outbox promises, until stopped."""
    if once:
        worker_loop.work_off()
    else:
        worker_loop.run()


@click.command()
@click.option("--compartment", help="The compartment's name; all of them without this.")
@with_appcontext
def reindex(compartment: str | None) -> None:
    """Drop search indexes and build them anew from the sealed items."""
    rows = select(Compartment).order_by(Compartment.name)
    if compartment is not None:
        rows = rows.where(Compartment.name == compartment)
    found = db.session.scalars(rows).all()
    if not found:
        raise click.ClickException("There is no compartment of that name.")
    for compartment_id, name in [(row.id, row.name) for row in found]:
        count = indexer.rebuild(compartment_id)
        click.echo(f"{name}: {count} items indexed.")
