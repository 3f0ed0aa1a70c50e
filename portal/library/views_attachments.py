"""Attachments: downloads for readers; adding and removing for those who may change the document."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, BinaryIO, cast
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.access.guard import accepts, current_clearance, requires
from portal.access.policy import Permission
from portal.content import attachments
from portal.content import service as content
from portal.content.values import Card, NewAttachment
from portal.core import text
from portal.core.errors import Invalid, NotFound
from portal.extraction import ATTACHMENT_TYPES, sniff_stream
from portal.extraction.sentences import NOT_AN_ATTACHMENT
from portal.library.forms import AttachmentForm
from portal.web.downloads import download

bp = Blueprint("attachments", __name__, url_prefix="/library", template_folder="templates")

LARGEST_ATTACHMENT = 250 * 1024 * 1024
PIECE = 64 * 1024


@bp.get("/<uuid:item_id>/attachments/<uuid:attachment_id>")
@requires(Permission.READ_ITEMS)
def attachment(item_id: UUID, attachment_id: UUID) -> Response:
    """One attachment, as a download."""
    card, chunks = attachments.open_attachment(current_clearance(), item_id, attachment_id)
    return download(chunks, name=card.name, media_type=card.media_type, size=card.size)


@bp.get("/<uuid:item_id>/attachments/add")
@requires(Permission.IMPORT_ITEMS)
def form(item_id: UUID) -> ResponseReturnValue:
    """The form that adds a file to a document."""
    return _page(item_id, AttachmentForm())


@bp.post("/<uuid:item_id>/attachments/add")
@requires(Permission.IMPORT_ITEMS)
@accepts(largest_body=LARGEST_ATTACHMENT)
def add(item_id: UUID) -> ResponseReturnValue:
    """Seal the file beside the document."""
    form = AttachmentForm()
    if not form.validate():
        return _page(item_id, form), 400
    try:
        attachments.attach(current_clearance(), item_id, _new_attachment())
    except Invalid as error:
        form.refuse(error)
        return _page(item_id, form), 400
    flash("The attachment was added.", "success")
    return redirect(url_for("library.document", item_id=item_id), 303)


@bp.get("/<uuid:item_id>/attachments/<uuid:attachment_id>/delete")
@requires(Permission.IMPORT_ITEMS)
def confirm_remove(item_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """Ask before removing."""
    card = _writable(item_id)
    document = content.load(current_clearance(), item_id)
    file = next((file for file in document.attachments if file.attachment_id == attachment_id), None)
    if file is None:
        raise NotFound
    return render_template("library/confirm_remove.html", card=card, file=file)


@bp.post("/<uuid:item_id>/attachments/<uuid:attachment_id>/delete")
@requires(Permission.IMPORT_ITEMS)
def remove(item_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """Destroy one attachment."""
    attachments.detach(current_clearance(), item_id, attachment_id)
    flash("The attachment was removed for good.", "success")
    return redirect(url_for("library.document", item_id=item_id), 303)


def _page(item_id: UUID, form: AttachmentForm) -> str:
    return render_template("library/add_attachment.html", card=_writable(item_id), form=form)


def _writable(item_id: UUID) -> Card:
    card = content.cards(current_clearance(), [item_id]).get(item_id)
    if card is None or card.compartment_id not in current_clearance().writable:
        raise NotFound
    return card


def _new_attachment() -> NewAttachment:
    """The uploaded file, its type settled by its content and its name together."""
    upload = request.files["file"]
    try:
        name = text.line(PurePath((upload.filename or "").replace("\\", "/")).name, field="file", limit=150)
        _require_attachable(name)
        media_type = sniff_stream(cast(BinaryIO, upload.stream), name)
    except Invalid as error:
        raise Invalid(str(error), error.fields or {"file": str(error)}) from error
    return NewAttachment(name=name, media_type=media_type, chunks=_pieces(upload.stream))


def _require_attachable(name: str) -> None:
    if PurePath(name).suffix.lower() not in ATTACHMENT_TYPES:
        raise Invalid(NOT_AN_ATTACHMENT.format(endings=", ".join(ATTACHMENT_TYPES)))


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece
