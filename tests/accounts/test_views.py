"""The member's own page, the header, and who gets in by which door."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask_login import current_user

from portal.access.guard import PUBLIC, declared
from portal.access.models import Compartment, CompartmentRule
from portal.accounts.members import Factors
from portal.core.db import db
from tests.accounts.visitor import ELSEWHERE, Clock, Visitor

SAMPLE = UUID("5f0c4b56-6a5b-4a57-8a3e-0123456789ab")


def _routes(app: Flask) -> list[tuple[str, str]]:
    """Every route that is not public, with a method and an address to try."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if declared(app, rule.endpoint) == PUBLIC:
            continue
        values = dict.fromkeys(rule.arguments, SAMPLE)
        address = adapter.build(rule.endpoint, values, method=sorted(rule.methods or [])[0])
        found += [(method, address) for method in sorted(rule.methods or []) if method != "OPTIONS"]
    return found


def test_pattern_14_a_half_sign_in_opens_no_route(visitor: Visitor, app: Flask, dana: Factors):
    visitor.give_password(dana.email, dana.password)
    visitor.get("/sign-in/code")
    routes = _routes(app)

    answers = {
        (method, path): visitor.client.open(
            path,
            method=method,
            base_url="https://localhost",
            data={"csrf_token": visitor.csrf} if method == "POST" else None,
        )
        for method, path in routes
    }

    assert len(routes) >= 4
    for route, answer in answers.items():
        assert answer.status_code == 302 and answer.location.startswith("/sign-in"), route


def test_only_the_pages_of_signing_in_and_out_are_public(app: Flask):
    public = {rule.rule for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) == PUBLIC}

    assert public == {"/sign-in", "/sign-in/code", "/sign-out", "/static/<path:filename>"}


def test_a_member_without_the_permission_is_refused(visitor: Visitor, dana: Factors):
    visitor.sign_in(dana)

    assert visitor.get("/people").status_code == 403


def test_flask_login_knows_the_member_by_his_id(visitor: Visitor, dana: Factors):
    visitor.sign_in(dana)

    with visitor.client:
        visitor.get("/account")
        known = current_user.get_id()

    assert known == str(dana.member_id)


def test_the_account_page_says_who_the_member_is(
    visitor: Visitor, add_member: Callable[..., Factors], agency, task_force
):
    dana = add_member("Dana Whitfield", position="Detective <b>", roles=["librarian"])
    visitor.sign_in(dana)

    page = visitor.get("/account").get_data(as_text=True)

    for shown in (
        "Dana Whitfield, Detective &lt;b&gt;",
        dana.email,
        "Houston task force",
        "Member, Librarian",
    ):
        assert shown in page
    assert "Harris County Sheriff&#39;s Office" in page
    assert "<b>" not in page


def test_the_account_page_names_the_compartments_that_the_member_reads_and_no_other(
    app: Flask, visitor: Visitor, dana: Factors
):
    with app.app_context():
        open_to_all = Compartment(name="All task forces", rules=[CompartmentRule(any_task_force=True)])
        other = Compartment(name="Prosecutors alone", rules=[CompartmentRule(agency_kind="prosecutor")])
        db.session.add_all([open_to_all, other])
        db.session.commit()
    visitor.sign_in(dana)

    page = visitor.get("/account").get_data(as_text=True)

    assert "All task forces" in page and "Prosecutors alone" not in page


def test_the_account_page_tells_when_and_from_where_the_sign_in_before_came(
    open_browser: Callable[..., Visitor], dana: Factors, clock: Clock
):
    first, second = open_browser(source=ELSEWHERE), open_browser()
    first.sign_in(dana)
    page = first.get("/account").get_data(as_text=True)
    when = f"Nov 24, 2026, {clock.moment:%H:%M} UTC"
    clock.pass_by(hours=1)
    second.sign_in(dana)
    later = second.get("/account").get_data(as_text=True)

    assert "first time that you have signed in" in page
    assert re.search(rf"Before this you signed in on <time[^>]*>{when}</time> from {ELSEWHERE}", later)


def test_a_member_ends_a_session_of_his_elsewhere(open_browser: Callable[..., Visitor], dana: Factors):
    here, elsewhere = open_browser(), open_browser(source=ELSEWHERE, agent="<b>old</b> (Android; Mobile)")
    elsewhere.sign_in(dana)
    here.sign_in(dana)
    page = here.get("/account").get_data(as_text=True)
    revoke = re.findall(r'action="(/account/sessions/[^"]+)"', page)[1]

    answer = here.post(revoke)

    assert "Another browser on Android" in page and page.count("(this session)") == 1
    assert "&lt;b" not in page and "<b>" not in page
    assert answer.location == "/account"
    assert "That session has ended" in here.get("/account").get_data(as_text=True)
    assert not elsewhere.is_signed_in()


@pytest.mark.parametrize("number", ["0", "2147483648", "9" * 4000, "not-an-id", "%00"])
def test_fault_24_an_id_that_is_none_is_a_page_not_found(visitor: Visitor, dana: Factors, number: str):
    visitor.sign_in(dana)
    visitor.get("/account")

    assert visitor.post(f"/account/sessions/{number}/revoke").status_code in (404, 400)


def test_signing_out_says_so_and_needs_no_session(visitor: Visitor, dana: Factors):
    visitor.sign_in(dana)
    visitor.sign_out()
    page = visitor.get("/sign-in").get_data(as_text=True)
    again = visitor.post("/sign-out")

    assert "You are signed out." in page
    assert again.location == "/sign-in"


def test_a9_signing_out_needs_the_csrf_token(visitor: Visitor, dana: Factors):
    visitor.sign_in(dana)
    visitor.csrf = "none"

    answer = visitor.post("/sign-out")

    assert answer.status_code == 400
    assert visitor.is_signed_in()


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code", "/account"])
def test_k2_pages_of_accounts_are_stored_nowhere(visitor: Visitor, dana: Factors, path: str):
    if path == "/sign-in/code":
        visitor.give_password(dana.email, dana.password)
    if path == "/account":
        visitor.sign_in(dana)

    answer = visitor.get(path)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_forms_tell_the_browser_what_to_fill_in(visitor: Visitor, dana: Factors):
    first = visitor.get("/sign-in").get_data(as_text=True)
    visitor.give_password(dana.email, dana.password)
    second = visitor.get("/sign-in/code").get_data(as_text=True)

    assert 'autocomplete="username"' in first and 'autocomplete="current-password"' in first
    assert 'autocomplete="one-time-code"' in second and 'inputmode="numeric"' in second


def test_errors_lead_to_their_fields(visitor: Visitor):
    visitor.get("/sign-in")

    page = visitor.post("/sign-in", email="a@b.gov").get_data(as_text=True)

    for field in ("acknowledged", "password"):
        assert f'href="#{field}"' in page and f'id="{field}-error"' in page
        assert re.search(rf'aria-describedby="[^"]*{field}-error', page)
