"""Pages that show what the library holds: the shelf of protocols, one document, its history, its attachments."""

from uuid import UUID

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from portal.access.clearance import compartments
from portal.access.guard import current_clearance, requires
from portal.access.policy import Permission
from portal.content import service as content
from portal.content.models import Kind
from portal.library import reading
from portal.web.paging import Paging, page_of

bp = Blueprint("library", __name__, url_prefix="/library", template_folder="templates")

PAGE_SIZE = 25


@bp.get("/")
@requires(Permission.READ_ITEMS)
def shelf() -> ResponseReturnValue:
    """The sample protocols by title, and the newest of the rest."""
    clearance = current_clearance()
    paging = Paging(content.count(clearance, kind=Kind.PROTOCOL), page_of(request.args), PAGE_SIZE)
    protocols = content.by_title(clearance, kind=Kind.PROTOCOL, limit=paging.size, offset=paging.offset)
    return render_template(
        "library/shelf.html",
        protocols=protocols,
        paging=paging,
        others=[
            (kind, content.newest(clearance, kind=kind, limit=5)) for kind in (Kind.TRAINING, Kind.REFERENCE)
        ],
    )


@bp.get("/<uuid:item_id>")
@requires(Permission.READ_ITEMS)
def document(item_id: UUID) -> ResponseReturnValue:
    """One document, read whole."""
    return _page(content.load(current_clearance(), item_id))


@bp.get("/<uuid:item_id>/versions/<int(max=1000000):number>")
@requires(Permission.READ_ITEMS)
def version(item_id: UUID, number: int) -> ResponseReturnValue:
    """An earlier version of a document."""
    return _page(content.load_version(current_clearance(), item_id, number), version=number)


def _page(document: content.Document, version: int | None = None) -> str:
    clearance = current_clearance()
    names = {row.id: row.name for row in compartments(clearance)}
    card = document.card
    history = content.history(clearance, card.item_id)
    authors = current_app.extensions["directory"].member_cards(
        {row.created_by for row in history if row.created_by}
    )
    return render_template(
        "library/document.html",
        document=document,
        compartment=names[card.compartment_id],
        page=reading.page_of(document),
        history=history,
        authors=authors,
        number=version or card.version,
        may_change=card.compartment_id in clearance.writable,
    )
