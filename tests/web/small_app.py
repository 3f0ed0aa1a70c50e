"""A small application that has the shell and nothing else of the portal."""

from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal import web
from portal.core import errors
from portal.web.errors import wants_json
from portal.web.forms import PortalForm
from portal.web.paging import Paging, page_of
from portal.web.shell import Entry, Person

ROOT = Path(__file__).resolve().parents[2]
SECRET = "the-safe-house-is-at-7-Elm-Street"
RAISED = {
    "not-found": errors.NotFound(SECRET),
    "refused": errors.Refused("Only coordinators import."),
    "invalid": errors.Invalid("Some answers are missing.", {"title": "Fill this in."}),
    "too-large": errors.TooLarge("Some answers are too long.", {"title": "Shorten this."}),
    "conflict": errors.Conflict("Somebody changed this protocol at 10:15."),
    "unavailable": errors.Unavailable(SECRET),
    "broken": errors.Broken(SECRET),
    "misconfigured": errors.Misconfigured(SECRET),
    "outage": OperationalError(SECRET, {}, Exception(SECRET)),
    "bug": ZeroDivisionError(SECRET),
}


def choices(*labels: str) -> list[SelectChoice]:
    return [SelectChoice(label.lower(), label) for label in labels]


class SampleForm(PortalForm):
    """One field of each kind that pages use."""

    title = StringField("Title", [InputRequired("Enter a title.")])
    kind = SelectField("Kind", choices=choices("Protocol", "Training"))
    marking = RadioField("Marking", choices=choices("None", "LES"), default="none")
    body = TextAreaField("Text")
    agreed = BooleanField("I have read the notice")


def form_page() -> tuple[str, int]:
    form = SampleForm()
    ok = form.validate_on_submit()
    return render_template("form.html", form=form), 200 if ok or request.method == "GET" else 400


def list_page() -> str:
    paging = Paging(total=240, page=page_of(request.args), size=10)
    now = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
    return render_template("list.html", paging=paging, today=date(2026, 9, 1), now=now)


def raise_error(kind: str) -> str:
    raise RAISED[kind]


def echo() -> dict[str, object]:
    files = {name: type(part.stream).__name__ for name, part in request.files.items()}
    return {"form": sorted(request.form), "files": files}


def upload() -> ResponseReturnValue:
    """Refuses what is called "bad", and answers a script for each file, a person for all."""
    if request.method == "GET":
        return render_template("upload.html")
    names = [part.filename or "" for part in request.files.getlist("files")]
    if "late" in names[0]:
        return redirect("/sign-in")
    if not wants_json():
        return ", ".join(names)
    if "bad" in names[0]:
        return {"outcome": "refused", "message": "It holds no text.", "url": ""}
    return {"outcome": "imported", "message": f"Imported with {len(names) - 1} side-car.", "url": "/list"}


def _add_pages(app: Flask) -> None:
    app.add_url_rule("/", "home", lambda: render_template("form.html", form=SampleForm()))
    app.add_url_rule("/form", "form", form_page, methods=["GET", "POST"])
    app.add_url_rule("/list", "list", list_page)
    app.add_url_rule("/raise/<kind>", "raise", raise_error)
    app.add_url_rule("/upload", "upload", upload, methods=["GET", "POST"])
    app.add_url_rule("/sign-in", "sign_in", lambda: render_template("form.html", form=SampleForm()))
    app.add_url_rule("/echo", "echo", echo, methods=["POST"])
    app.add_url_rule("/sign-out", "accounts.sign_out", lambda: "", methods=["POST"])


def admit_body() -> None:
    """What the guard does once it has decided."""
    if request.method == "POST":
        current_app.extensions["csrf"].protect()


def build_app(*, hsts: bool = True, signed_in: bool = True) -> Flask:
    """The small application, shown to a member who is signed in or to nobody."""
    app = Flask(
        "small_app", root_path=str(Path(__file__).parent), static_folder=str(ROOT / "portal" / "static")
    )
    app.config.update(SECRET_KEY="only for tests", HSTS=hsts, TRUSTED_HOSTS=["localhost", "127.0.0.1"])
    web.init_app(app)
    app.before_request(admit_body)
    _add_pages(app)
    entries = [Entry("Home", "home"), Entry("Library", "list", current=True), Entry("Search", "form")]
    person = Person("Dana Whitfield", "Coordinator", "Houston task force") if signed_in else None
    app.context_processor(lambda: {"navigation": entries if signed_in else [], "person": person})
    return app
