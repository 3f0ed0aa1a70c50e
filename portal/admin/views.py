"""People, agencies, compartments and the trail, for those who hold the permission; none of it tells of items."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.access.guard import current_clearance, requires
from portal.access.policy import Permission
from portal.accounts import members
from portal.accounts.models import Member
from portal.admin import queries
from portal.admin import trail as trail_pages
from portal.admin.acts import GROUPS, OUTCOMES
from portal.audit import collector
from portal.audit import queries as trail_queries
from portal.audit.record import Entry
from portal.core.errors import Invalid
from portal.web.downloads import download
from portal.web.paging import Paging, page_of

bp = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")

PAGE_SIZE = 50
NOT_ONESELF = "You cannot do this to your own account. Ask another administrator."


@bp.get("/people")
@requires(Permission.MANAGE_PEOPLE)
def people() -> ResponseReturnValue:
    """Every member with his agency, task forces and roles."""
    paging = Paging(queries.count_members(), page_of(request.args), PAGE_SIZE)
    rows = queries.members(limit=paging.size, offset=paging.offset)
    return render_template("admin/people.html", lines=rows, paging=paging, me=current_clearance().member_id)


@bp.get("/agencies")
@requires(Permission.MANAGE_PEOPLE)
def agencies() -> ResponseReturnValue:
    """Every agency and every task force, with how many members each has."""
    return render_template(
        "admin/agencies.html", agencies=queries.agencies(), task_forces=queries.task_forces()
    )


@bp.get("/people/<uuid:member_id>/suspend")
@requires(Permission.MANAGE_PEOPLE)
def confirm_suspend(member_id: UUID) -> ResponseReturnValue:
    """Ask before suspending."""
    if member_id == current_clearance().member_id:
        return _not_oneself()
    return render_template("admin/confirm_suspend.html", member=queries.member(member_id))


@bp.post("/people/<uuid:member_id>/suspend")
@requires(Permission.MANAGE_PEOPLE)
def suspend(member_id: UUID) -> ResponseReturnValue:
    """End a member's access at once, everywhere."""
    member = _other(member_id)
    members.suspend(member_id, by=current_clearance().member_id)
    flash(f"{member.name} was suspended and signed out everywhere.", "success")
    return redirect(url_for("admin.people"), 303)


@bp.post("/people/<uuid:member_id>/reinstate")
@requires(Permission.MANAGE_PEOPLE)
def reinstate(member_id: UUID) -> ResponseReturnValue:
    """Let a suspended member sign in again; no old session comes back to life."""
    member = queries.member(member_id)
    members.reinstate(member_id, by=current_clearance().member_id)
    flash(f"{member.name} may sign in again.", "success")
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
    asked = trail_pages.asked_for(request.args)
    criteria = trail_pages.criteria_of(asked)
    paging = Paging(trail_queries.count(criteria), page_of(request.args), PAGE_SIZE)
    events = trail_queries.events(criteria, limit=paging.size, offset=paging.offset)
    _note_look("trail.read", asked, page=paging.page)
    return render_template(
        "admin/trail.html",
        lines=trail_pages.lines(events),
        paging=paging,
        asked=asked,
        people=trail_pages.people(),
        groups=GROUPS,
        outcomes=OUTCOMES,
        largest=trail_queries.LARGEST_EXPORT,
    )


@bp.get("/trail.csv")
@requires(Permission.READ_TRAIL)
def trail_file() -> ResponseReturnValue:
    """The lines that the filters leave, the newest ones where there are very many, as a file; recorded too."""
    asked = trail_pages.asked_for(request.args)
    lines = trail_pages.lines(trail_queries.for_export(trail_pages.criteria_of(asked)))
    _note_look("trail.export", asked, lines=len(lines))
    table = trail_pages.as_csv(lines)
    return download([table], name="audit-trail.csv", media_type="text/csv", size=len(table))


def _other(member_id: UUID) -> Member:
    """The member; ``Invalid`` where the administrator means himself."""
    if member_id == current_clearance().member_id:
        raise Invalid(NOT_ONESELF)
    return queries.member(member_id)


def _not_oneself() -> ResponseReturnValue:
    flash(NOT_ONESELF, "warning")
    return redirect(url_for("admin.people"))


def _note_look(act: str, asked: Mapping[str, str], **details: int) -> None:
    """Record that the trail was looked at, and for what."""
    clearance = current_clearance()
    collector.gather(
        Entry(
            act=act,
            actor_id=clearance.member_id,
            agency_id=clearance.agency_id,
            details={**asked, **details},
        )
    )
