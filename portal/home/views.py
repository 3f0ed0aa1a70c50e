"""The first page after sign-in, and the address by which an operator sees that the portal is up."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.access.clearance import compartments
from portal.access.guard import current_clearance, public, requires
from portal.access.policy import Permission
from portal.content import service as content
from portal.content.models import Kind
from portal.home.queries import task_force_cards

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@requires(Permission.USE_PORTAL)
def index() -> ResponseReturnValue:
    """What a member's task force shares; for who reads no items, the way to his own pages."""
    clearance = current_clearance()
    return render_template(
        "home/index.html",
        me=current_user,
        reads=Permission.READ_ITEMS in clearance.permissions,
        permissions={str(permission) for permission in clearance.permissions},
        compartments=compartments(clearance),
        task_forces=task_force_cards(clearance.task_force_ids),
        newest=content.newest(clearance, limit=6),
        protocol_count=content.count(clearance, kind=Kind.PROTOCOL),
        total=content.count(clearance),
    )


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """Says that the process answers; tells nothing else."""
    return {"status": "up"}
