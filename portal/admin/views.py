"""People, compartments and the trail: read by those who hold the permission, and none of it tells of items."""

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.access.guard import current_clearance, requires
from portal.access.policy import Permission
from portal.accounts import members
from portal.admin import queries
from portal.audit import collector
from portal.audit import queries as trail_queries
from portal.audit.queries import Criteria
from portal.audit.record import Entry
from portal.core.errors import Invalid
from portal.web.paging import Paging, page_of

bp = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")

PAGE_SIZE = 50


@bp.get("/people")
@requires(Permission.MANAGE_PEOPLE)
def people() -> ResponseReturnValue:
    """Every member with his agency, task forces and roles."""
    paging = Paging(queries.count_members(), page_of(request.args), PAGE_SIZE)
    rows = queries.members(limit=paging.size, offset=paging.offset)
    return render_template("admin/people.html", members=rows, paging=paging, me=current_clearance().member_id)


@bp.post("/people/<uuid:member_id>/suspend")
@requires(Permission.MANAGE_PEOPLE)
def suspend(member_id: UUID) -> ResponseReturnValue:
    """End a member's access at once, everywhere."""
    me = current_clearance().member_id
    if member_id == me:
        raise Invalid("You cannot suspend yourself. Ask another administrator.")
    members.suspend(member_id, by=me)
    flash("The member was suspended and signed out everywhere.", "success")
    return redirect(url_for("admin.people"), 303)


@bp.post("/people/<uuid:member_id>/reinstate")
@requires(Permission.MANAGE_PEOPLE)
def reinstate(member_id: UUID) -> ResponseReturnValue:
    """Let a suspended member sign in again; no old session comes back to life."""
    members.reinstate(member_id, by=current_clearance().member_id)
    flash("The member may sign in again.", "success")
    return redirect(url_for("admin.people"), 303)


@bp.get("/compartments")
@requires(Permission.MANAGE_PEOPLE)
def compartments() -> ResponseReturnValue:
    """Every compartment and the rules that let members in; not what is in it, nor how much."""
    directory = current_app.extensions["directory"]
    return render_template("admin/compartments.html", compartments=queries.compartments(directory))


@bp.get("/trail")
@requires(Permission.READ_TRAIL)
def trail() -> ResponseReturnValue:
    """The audit trail, newest first; reading it is itself recorded."""
    clearance = current_clearance()
    act = request.args.get("act", "")[:60] or None
    criteria = Criteria(act=act)
    paging = Paging(trail_queries.count(criteria), page_of(request.args), PAGE_SIZE)
    events = trail_queries.events(criteria, limit=paging.size, offset=paging.offset)
    collector.gather(
        Entry(
            act="trail.read",
            actor_id=clearance.member_id,
            agency_id=clearance.agency_id,
            details={"page": paging.page},
        )
    )
    lines = queries.trail_lines(events)
    return render_template("admin/trail.html", lines=lines, paging=paging, act=act or "", acts=queries.ACTS)
