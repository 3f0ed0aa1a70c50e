"""``flask library import``: a folder of documents, with side-cars, onto a shelf."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from portal.access.clearance import Clearance, clearance_for_operator
from portal.access.models import Compartment
from portal.accounts.models import Agency
from portal.content.models import Kind, Marking
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, Unavailable
from portal.extraction import SideCar, read_local, read_sidecar
from portal.library.importing import Shelf, Upload, import_document, printable, read_upload, sentence
from portal.library.queries import task_force_behind

library = AppGroup("library", help="The library's documents.")

# Files beside the documents that describe the folder itself.
NOT_DOCUMENTS = {"index.json", "README.md", "LICENSE"}


@library.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--compartment", required=True, help="The compartment's name.")
@click.option("--agency", help="The owning agency's name; the first grant maker without this.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="What all of them are.")
@click.option(
    "--marking", type=click.Choice([marking.value for marking in Marking]), help="The marking of all."
)
def import_folder(
    path: Path, *, compartment: str, agency: str | None, kind: str | None, marking: str | None
) -> None:
    """Import a file, or every document below a folder; a side-car is NAME.json beside NAME.md (.docx, .pdf, ...)."""
    shelf = _shelf(compartment, agency, kind=kind, marking=marking)
    clearance = clearance_for_operator([shelf.compartment_id], current_app.extensions["keyring"])
    counts: dict[str, int] = {}
    for file, name in _documents(path):
        outcome, message = _import_file(clearance, shelf, file, name)
        counts[outcome] = counts.get(outcome, 0) + 1
        click.echo(f"{outcome:9} {printable(name)}: {message}")
    total = (
        ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or "no documents found"
    )
    click.echo(f"Done: {total}.")


def _documents(path: Path) -> Iterator[tuple[Path, str]]:
    """Every file that may be a document, with its name below ``path``; the import itself refuses what is none."""
    if not path.is_dir():
        yield path, path.name
        return
    for file in sorted(path.rglob("*")):
        if file.is_dir() or file.name in NOT_DOCUMENTS or _is_sidecar(file):
            continue
        yield file, str(file.relative_to(path))


def _is_sidecar(file: Path) -> bool:
    return file.suffix == ".json" and any(
        other != file and other.stem == file.stem for other in file.parent.glob(f"{_escaped(file.stem)}.*")
    )


def _escaped(stem: str) -> str:
    """Glob characters in a file's name mean themselves."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in stem)


def _import_file(clearance: Clearance, shelf: Shelf, file: Path, name: str) -> tuple[str, str]:
    """One file in a transaction of its own: outcome and one line."""
    try:
        upload = Upload(file.name, read_local(file), _sidecar(file), place=name)
        extracted = read_upload(current_app.extensions["extractor"], upload)
        done = import_document(clearance, upload=upload, extracted=extracted, shelf=shelf)
        db.session.commit()
    except (Conflict, Invalid, Unavailable) as error:
        db.session.rollback()
        return "refused", sentence(error)
    return done.saved.outcome, " ".join((done.title, *done.warnings))


def _sidecar(file: Path) -> SideCar | None:
    sidecar = file.with_suffix(".json")
    if sidecar == file or not sidecar.is_file():
        return None
    return read_sidecar(read_local(sidecar))


def _shelf(compartment: str, agency: str | None, *, kind: str | None, marking: str | None) -> Shelf:
    row = db.session.scalar(select(Compartment).where(Compartment.name == compartment))
    if row is None:
        names = ", ".join(db.session.scalars(select(Compartment.name).order_by(Compartment.name)))
        raise click.ClickException(f"There is no compartment of that name. There are: {names or 'none yet'}.")
    wanted = select(Agency).order_by(Agency.name)
    wanted = wanted.where(Agency.name == agency) if agency else wanted.where(Agency.kind == "grant_maker")
    owner = db.session.scalars(wanted).first()
    if owner is None:
        raise click.ClickException("There is no such agency. Name one with --agency, or add it first.")
    force_id, force = task_force_behind(row.id)
    shelf = Shelf(
        compartment_id=row.id,
        owner_agency_id=owner.id,
        owner_agency=owner.name,
        task_force_id=force_id,
        task_force=force,
        kind=Kind(kind) if kind else None,
        marking=Marking(marking) if marking else None,
    )
    db.session.rollback()
    return shelf
