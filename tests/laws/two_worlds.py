"""Two worlds that differ only in items a person may not read, and every difference that he can see between them."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

from flask import Flask

from portal.content.models import Attachment, Item
from portal.core.db import db
from tests.accounts.visitor import Clock
from tests.laws.walk import Known, addresses, queries, reads_trail, routes
from tests.page_client import Browser
from tests.world import GROUPS, READS, SECRET_WORDS, World, add_items, numbered_ids, populate

# What differs between any two answers to the same question.
CHANGING = (
    re.compile(rb'(name="csrf_token" value=")[^"]+'),
    re.compile(rb"(/account/sessions/)[0-9a-f-]{36}"),
)
IGNORED_HEADERS = frozenset({"Date", "Set-Cookie"})
WORDS = (*SECRET_WORDS.values(), "interpreters")


def build_pair(make_portal: Callable[..., Flask], person: str) -> tuple[World, World]:
    """The first world holds what the person may read; the second holds items in every group."""
    poor, rich = (populate(make_portal(name)) for name in ("poor", "rich"))
    for group in GROUPS:
        if group in READS[person]:
            add_items(poor, group)
        add_items(rich, group)
    return poor, rich


def differences(worlds: tuple[World, World], person: str, clock: Clock) -> Iterator[str]:
    """Every address whose answer tells the two worlds apart, for the person signed in to both."""
    known = known_ids(worlds)
    browsers = [signed_in(world, person, clock) for world in worlds]
    for address in all_addresses(worlds[0].app, known, person):
        answers = [answer(browser, address) for browser in browsers]
        if answers[0] != answers[1]:
            yield address


def signed_in(world: World, person: str, clock: Clock) -> Browser:
    """The person's browser; both worlds see him sign in at the same moment with the same ids."""
    browser = Browser(world.app, clock)
    start = clock.moment
    with numbered_ids("sign-in"):
        browser.sign_in(world.people[person])
    clock.moment = start
    return browser


def known_ids(worlds: tuple[World, World]) -> Known:
    """The ids of both worlds' items: those that exist only in the richer one are what the person must not learn of."""
    rich = worlds[1]
    with rich.app.app_context():
        items = tuple(db.session.scalars(db.select(Item.id).order_by(Item.id)))
        files = tuple(db.session.scalars(db.select(Attachment.id).order_by(Attachment.id)))
    people = tuple(factors.member_id for factors in rich.people.values())
    return Known({"item_id": items, "attachment_id": files, "member_id": people, "session_id": items[:1]})


def all_addresses(app: Flask, known: Known, person: str) -> Iterator[str]:
    """Every GET address, and for those without ids every query."""
    for rule in routes(app, "GET"):
        if person == "auditor" and reads_trail(app, rule):
            continue
        for address in addresses(app, rule, known):
            for query in queries(rule, WORDS):
                yield address + query


def answer(browser: Browser, address: str) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers and bytes, without what differs each time."""
    with numbered_ids(address):
        response = browser.client.get(address, base_url="https://localhost")
        body = response.get_data()
        response.close()
    assert response.status_code < 500, address
    for pattern in CHANGING:
        body = pattern.sub(rb"\1", body)
    headers = tuple(sorted((name, value) for name, value in response.headers if name not in IGNORED_HEADERS))
    return response.status_code, _without_length(headers), body


def _without_length(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The length is that of the bytes, which are compared; tokens may differ in theirs."""
    return tuple(header for header in headers if header[0] != "Content-Length")


def hidden_ids(world: World, person: str) -> set[UUID]:
    """Ids of items that the person may not read."""
    unread = [world.groups[group] for group in GROUPS if group not in READS[person]]
    with world.app.app_context():
        return set(db.session.scalars(db.select(Item.id).where(Item.compartment_id.in_(unread))))
