"""The demonstration: complete at first, kept at the second start, and its sign-ins for its owner alone."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from click.testing import Result
from flask import Flask

from config import from_environment
from portal import create_app
from portal.access.clearance import clearance_for_operator
from portal.access.models import Compartment
from portal.access.policy import Role
from portal.content import service as content
from portal.content.models import Kind, Marking
from portal.core.db import db
from portal.library.starter_library import starter_documents
from tests.page_client import parsed
from tests.world import new_app

pytestmark = pytest.mark.slow

FIELDS = {"name", "email", "password", "totp_secret", "role", "agency", "agency_kind", "task_force"}
OWN_TEXTS = {
    "Houston task force: who to call first": (Kind.REFERENCE, Marking.SENSITIVE),
    "Worksite approach: checklist for the operation's lead": (Kind.REFERENCE, Marking.LES),
    "Roll-call training: ten minutes on indicators": (Kind.TRAINING, Marking.NONE),
    "Training: working with victim advocates in the first 24 hours": (Kind.TRAINING, Marking.NONE),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, list[Result]]]:
    """A demonstration that was prepared twice, and what the command said."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    app = create_app(from_environment({"PORTAL_ENV": "demo", "PORTAL_INSTANCE": str(folder)}))
    first = app.test_cli_runner().invoke(args=["demo", "prepare"])
    kept = (folder / "demo-accounts.json").read_bytes()
    second = app.test_cli_runner().invoke(args=["demo", "prepare"])
    assert (folder / "demo-accounts.json").read_bytes() == kept
    yield app, [first, second]
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


Demo = tuple[Flask, list[Result]]


def accounts(app: Flask) -> list[dict[str, str]]:
    return json.loads((Path(app.config["INSTANCE"]) / "demo-accounts.json").read_text())


def documents(app: Flask) -> list[content.Document]:
    with app.app_context():
        groups = list(db.session.scalars(db.select(Compartment.id)))
        clearance = clearance_for_operator(groups, app.extensions["keyring"])
        return [content.load(clearance, card.item_id) for card in content.newest(clearance, limit=200)]


def test_both_runs_succeed_and_the_second_changes_no_document(demo: Demo) -> None:
    app, said = demo

    assert [result.exit_code for result in said] == [0, 0], [result.output for result in said]
    assert {document.card.version for document in documents(app)} == {1}


def test_the_accounts_have_the_promised_fields_and_every_kind_of_person(demo: Demo) -> None:
    app, _ = demo
    people = accounts(app)

    assert all(set(person) == FIELDS for person in people)
    assert {person["role"] for person in people} == {role.value for role in Role}
    assert len({person["email"] for person in people}) == len(people)
    assert all(person["password"] and pyotp.TOTP(person["totp_secret"]).now() for person in people)
    assert {"victim_service_provider", "prosecutor", "federal_law_enforcement"} <= {
        p["agency_kind"] for p in people
    }


def test_every_file_of_the_instance_is_its_owners_alone(demo: Demo) -> None:
    app, _ = demo
    folder = Path(app.config["INSTANCE"])

    files = [folder, *folder.rglob("*")]

    assert len(files) > 10
    shared = [str(f) for f in files if stat.S_IMODE(f.stat().st_mode) & 0o077]
    assert shared == []
    assert stat.S_IMODE((folder / "demo-accounts.json").stat().st_mode) == 0o600


def test_the_starter_library_is_complete(demo: Demo) -> None:
    app, _ = demo
    titles = {document.card.title: document.card for document in documents(app)}

    assert {template.title for _, template in starter_documents()} <= titles.keys()
    kinds = [titles[template.title].kind for _, template in starter_documents()]
    assert kinds.count(Kind.PROTOCOL) >= 14 and kinds.count(Kind.REFERENCE) >= 1


def test_its_own_texts_are_dated_marked_and_filed(demo: Demo) -> None:
    app, _ = demo
    cards = {document.card.title: document.card for document in documents(app)}

    for title, (kind, marking) in OWN_TEXTS.items():
        assert (cards[title].kind, cards[title].marking) == (kind, marking), title
        assert cards[title].dated and 1 <= len(cards[title].topics) <= 4, title
    assert {card.title for card in cards.values() if card.task_force} == {
        "Houston task force: who to call first"
    }


def test_an_account_signs_in_and_finds_a_protocol(demo: Demo) -> None:
    app, _ = demo
    person = next(p for p in accounts(app) if p["agency_kind"] == "victim_service_provider")
    client = app.test_client()

    token = _token(client.get("/sign-in").get_data(as_text=True))
    fields = {
        "csrf_token": token,
        "acknowledged": "y",
        "email": person["email"],
        "password": person["password"],
    }
    assert client.post("/sign-in", data=fields).status_code == 302
    token = _token(client.get("/sign-in/code").get_data(as_text=True))
    code = pyotp.TOTP(person["totp_secret"]).now()
    assert client.post("/sign-in/code", data={"csrf_token": token, "code": code}).status_code == 302

    found = client.get("/search?q=notify+NGO").get_data(as_text=True)

    assert "Nothing found" not in found and "portal-finding" in found


def _token(html: str) -> str:
    return next(e.get("value", "") for e in parsed(html).iter("input") if e.get("name") == "csrf_token")


def test_an_installation_that_is_no_demonstration_is_not_filled(tmp_path: Path) -> None:
    app = new_app(tmp_path / "i")

    said = app.test_cli_runner().invoke(args=["demo", "prepare"])

    assert said.exit_code == 1 and "This is no demonstration" in said.output
