"""The pages of signing in and out, and the member's own account."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.access import clearance
from portal.access.guard import current_clearance, public, requires
from portal.access.policy import Permission
from portal.accounts import sessions, throttle
from portal.accounts import sign_in as signing_in
from portal.accounts.browsers import named
from portal.accounts.forms import CodeForm, SignInForm
from portal.accounts.redirects import own_path
from portal.accounts.sessions import Browser
from portal.accounts.signed_in import TOKEN
from portal.audit import collector
from portal.audit.record import Entry

NEXT = "next"
LOCKED_FOR = {"Retry-After": str(int(throttle.WINDOW.total_seconds()))}

bp = Blueprint("accounts", __name__, template_folder="templates")


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The use notification, and the first step's form."""
    target = own_path(request.args.get(NEXT))
    if current_user.is_authenticated:
        return redirect(target or "/")
    form = SignInForm(formdata=None, data={"next": target or ""})
    return render_template("accounts/sign_in.html", form=form)


@bp.post("/sign-in")
@public
def password() -> ResponseReturnValue:
    """The first step."""
    form = SignInForm()
    target = own_path(form.next.data)
    form.next.data = target or ""
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 400
    try:
        typed, secret = form.email.data or "", form.password.data or ""
        token = signing_in.try_password(typed, secret, browser=_browser(), replacing=session.get(TOKEN))
    except signing_in.Wrong as error:
        form.refuse(error)
        return render_template("accounts/sign_in.html", form=form), 400
    except signing_in.Locked as error:
        return _locked(error)
    _carry(token, target)
    return redirect(url_for("accounts.code"))


@bp.get("/sign-in/code")
@public
def code() -> ResponseReturnValue:
    """The second step's form; back to the first where that was not passed."""
    try:
        signing_in.half_way(session.get(TOKEN))
    except signing_in.StartAgain:
        return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/code.html", form=CodeForm(formdata=None))


@bp.post("/sign-in/code")
@public
def check_code() -> ResponseReturnValue:
    """The second step: a new session, and on to where the member was going."""
    form = CodeForm()
    if not form.validate():
        return render_template("accounts/code.html", form=form), 400
    try:
        token = signing_in.try_code(session.get(TOKEN), form.code.data or "", browser=_browser())
    except signing_in.StartAgain as error:
        flash(str(error), "warning")
        return redirect(url_for("accounts.sign_in"))
    except signing_in.Wrong as error:
        form.refuse(error)
        form.code.data = ""
        return render_template("accounts/code.html", form=form), 400
    except signing_in.Locked as error:
        return _locked(error)
    target = own_path(session.get(NEXT))
    _carry(token, None)
    return redirect(target or "/")


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's session, for good."""
    member_id = current_user.facts.member_id if current_user.is_authenticated else None
    signing_in.sign_out(session.get(TOKEN), member_id=member_id, browser=_browser())
    session.clear()
    flash("You are signed out.", "success")
    return redirect(url_for("accounts.sign_in"))


@bp.get("/account")
@requires(Permission.USE_PORTAL)
def account() -> ResponseReturnValue:
    """Who the portal takes the member for, what he may read, and where he is signed in."""
    return render_template(
        "accounts/account.html",
        member=current_user,
        compartments=clearance.compartments(current_clearance()),
        sessions=sessions.of_member(current_user.facts.member_id),
    )


@bp.post("/account/sessions/<uuid:session_id>/revoke")
@requires(Permission.USE_PORTAL)
def revoke(session_id: UUID) -> ResponseReturnValue:
    """End one of the member's own sessions, this one included."""
    member_id = current_user.facts.member_id
    sessions.revoke(member_id, session_id)
    collector.gather(
        Entry(
            act="session.revoke",
            actor_id=member_id,
            agency_id=current_user.facts.agency_id,
            object_kind="session",
            object_id=session_id,
            source=_browser().source,
        )
    )
    if session_id == current_user.session_id:
        session.clear()
        return redirect(url_for("accounts.sign_in"))
    flash("That session has ended.", "success")
    return redirect(url_for("accounts.account"))


def _carry(token: str, target: str | None) -> None:
    """Nothing of the cookie before outlives a step of signing in, the CSRF token included."""
    session.clear()
    session[TOKEN] = token
    if target:
        session[NEXT] = target


def _locked(error: signing_in.Locked) -> ResponseReturnValue:
    return render_template("accounts/locked.html", sentence=str(error)), 429, LOCKED_FOR


def _browser() -> Browser:
    return Browser(throttle.place(request.remote_addr), named(request.user_agent.string))
