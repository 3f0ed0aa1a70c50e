"""Pages that change what the library holds: import and delete."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms.fields import SelectChoice

from portal.access.clearance import compartments
from portal.access.guard import accepts, current_clearance, renewed_clearance, requires
from portal.access.policy import Permission
from portal.content import service as content
from portal.content.models import Kind, Marking
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotFound, Unavailable
from portal.extraction import Extracted, read_sidecar
from portal.library.forms import AS_THEY_SAY, ImportForm
from portal.library.importing import Shelf, Upload, import_document, name_of, printable, read_upload, sentence
from portal.library.queries import task_force_behind

bp = Blueprint("imports", __name__, url_prefix="/library", template_folder="templates")

LARGEST_IMPORT = 60 * 1024 * 1024
SAID = {
    "imported": "Imported.",
    "updated": "Imported as the next version.",
    "unchanged": "Nothing new: this file was imported before.",
}
LONE_SIDECAR = (
    "This side-car came without its document. Choose both files, with the same name before the dot."
)


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One line of the result: ``outcome`` is ``imported``, ``updated``, ``unchanged`` or ``refused``."""

    file: str
    outcome: str
    message: str
    url: str = ""

    @property
    def name(self) -> str:
        """The file's name as a page can carry it."""
        return printable(self.file)


@bp.get("/import")
@requires(Permission.IMPORT_ITEMS)
def form() -> ResponseReturnValue:
    """The import form."""
    return render_template("library/import.html", form=_form(), outcomes=())


@bp.post("/import")
@requires(Permission.IMPORT_ITEMS)
@accepts(largest_body=LARGEST_IMPORT)
def receive() -> ResponseReturnValue:
    """Import each file; the answer says what became of every one of them."""
    form = _form()
    if not form.validate():
        return _answer(form, [], 400)
    # Reading documents is slow: it happens before the transaction that stores them takes its lock.
    db.session.rollback()
    read = [_read(upload) for upload in _uploads(form.files.data)]
    renewed_clearance()
    shelf = _shelf(form)
    outcomes = [_import_one(one, shelf) for one in read]
    return _answer(form, outcomes, 200)


@bp.get("/<uuid:item_id>/delete")
@requires(Permission.IMPORT_ITEMS)
def confirm_delete(item_id: UUID) -> ResponseReturnValue:
    """Ask before deleting."""
    card = content.cards(current_clearance(), [item_id]).get(item_id)
    if card is None or card.compartment_id not in current_clearance().writable:
        raise NotFound
    return render_template("library/confirm_delete.html", card=card)


@bp.post("/<uuid:item_id>/delete")
@requires(Permission.IMPORT_ITEMS)
def delete(item_id: UUID) -> ResponseReturnValue:
    """Shred the document."""
    content.shred(current_clearance(), item_id)
    flash("The document was deleted for good.", "success")
    return redirect(url_for("library.shelf"), 303)


def _form() -> ImportForm:
    clearance = current_clearance()
    form = ImportForm()
    rows = [row for row in compartments(clearance) if row.id in clearance.writable]
    form.compartment.choices = [SelectChoice(str(row.id), row.name) for row in rows]
    return form


def _uploads(files: Iterable[FileStorage]) -> Iterator[Upload | FileOutcome]:
    """Documents with their side-cars: ``name.json`` describes the other file called ``name``."""
    named = [(name_of(file.filename or ""), file.read()) for file in files if file.filename]
    sidecars = {_stem(name): data for name, data in named if _is_sidecar(name)}
    stems = {_stem(name) for name, _ in named if not _is_sidecar(name)}
    for name, data in named:
        if not _is_sidecar(name):
            yield _upload(name, data, sidecars.get(_stem(name)))
        elif _stem(name) not in stems:
            yield FileOutcome(name, "refused", LONE_SIDECAR)


def _upload(name: str, data: bytes, described: bytes | None) -> Upload | FileOutcome:
    try:
        return Upload(name, data, read_sidecar(described) if described is not None else None)
    except Invalid as error:
        return FileOutcome(name, "refused", sentence(error))


def _is_sidecar(name: str) -> bool:
    return name.lower().endswith(".json")


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _read(upload: Upload | FileOutcome) -> tuple[Upload, Extracted] | FileOutcome:
    if isinstance(upload, FileOutcome):
        return upload
    try:
        return upload, read_upload(current_app.extensions["extractor"], upload)
    except (Invalid, Unavailable) as error:
        return FileOutcome(upload.filename, "refused", sentence(error))


def _import_one(read: tuple[Upload, Extracted] | FileOutcome, shelf: Shelf) -> FileOutcome:
    """One file in a savepoint of its own, so that its refusal undoes nothing of the others."""
    if isinstance(read, FileOutcome):
        return read
    upload, extracted = read
    try:
        with db.session.begin_nested():
            done = import_document(current_clearance(), upload=upload, extracted=extracted, shelf=shelf)
    except (Conflict, Invalid) as error:
        return FileOutcome(upload.filename, "refused", sentence(error))
    message = " ".join((SAID[done.saved.outcome], *done.warnings))
    address = url_for("library.document", item_id=done.saved.item_id)
    return FileOutcome(upload.filename, done.saved.outcome, message, address)


def _shelf(form: ImportForm) -> Shelf:
    clearance = current_clearance()
    directory = current_app.extensions["directory"]
    agency_id = clearance.agency_id
    if agency_id is None:
        raise NotFound
    force_id, force = task_force_behind(UUID(form.compartment.data))
    return Shelf(
        compartment_id=UUID(form.compartment.data),
        owner_agency_id=agency_id,
        owner_agency=directory.agency_names([agency_id])[agency_id],
        task_force_id=force_id,
        task_force=force,
        kind=None if form.kind.data == AS_THEY_SAY else Kind(form.kind.data),
        dated=form.dated.data,
        marking=None if form.marking.data == AS_THEY_SAY else Marking(form.marking.data),
    )


def _answer(form: ImportForm, outcomes: list[FileOutcome], status: int) -> ResponseReturnValue:
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return _json_answer(form, outcomes), status
    return render_template("library/import.html", form=form, outcomes=outcomes), status


def _json_answer(form: ImportForm, outcomes: list[FileOutcome]) -> dict[str, object]:
    """For the page's own script, which sends one file at a time: that file's outcome."""
    if outcomes:
        first = outcomes[0]
        return {"name": first.name, "outcome": first.outcome, "message": first.message, "url": first.url}
    return {"outcome": "refused", "message": " ".join(sentence for _, sentence in form.problems), "url": ""}
