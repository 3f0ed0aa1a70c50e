"""A request that takes long is decided anew: whoever was put out meanwhile does nothing."""

from collections.abc import Callable
from io import BytesIO, RawIOBase
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.accounts import members
from portal.audit.models import AuditEvent
from portal.content.models import Item
from portal.core.db import db
from tests.page_client import Browser
from tests.world import World


class SlowBody(RawIOBase):
    """A body in the middle of which something happens."""

    def __init__(self, data: bytes, meanwhile: Callable[[], object]) -> None:
        self._parts = [data[:40], data[40:]]
        self._meanwhile = meanwhile
        self._rest = BytesIO()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        if self._rest.tell() == len(self._rest.getvalue()) and self._parts:
            if len(self._parts) == 1:
                self._meanwhile()
            self._rest = BytesIO(self._parts.pop(0))
        return self._rest.readinto(buffer)


def _body(world: World, token: str) -> bytes:
    fields = {
        "csrf_token": token,
        "compartment": str(world.groups["houston"]),
        "kind": "as-they-say",
        "marking": "as-they-say",
    }
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = '--b\r\nContent-Disposition: form-data; name="files"; filename="slow.txt"\r\n\r\nSlow words.\r\n'
    return ("".join(parts) + file + "--b--\r\n").encode()


def _count(world: World) -> int:
    with world.app.app_context():
        return len(db.session.scalars(select(Item.id)).all())


def _send(browser: Browser, data: bytes, meanwhile: Callable[[], object]):  # type: ignore[no-untyped-def]
    return browser.client.post(
        "/library/import",
        base_url="https://localhost",
        environ_overrides={
            "wsgi.input": SlowBody(data, meanwhile),
            "CONTENT_LENGTH": str(len(data)),
            "CONTENT_TYPE": "multipart/form-data; boundary=b",
        },
    )


def test_a_body_that_arrives_after_a_suspension_stores_nothing(
    world: World, browse: Callable[..., Browser]
) -> None:
    browser = browse(world, "coordinator")
    browser.get("/library/import")
    who = world.people["coordinator"].member_id

    def suspend() -> None:
        with world.app.app_context():
            members.suspend(who)
            db.session.commit()

    answer = _send(browser, _body(world, browser.csrf), suspend)

    assert answer.status_code == 302
    assert _count(world) == 0


def test_a_body_that_arrives_in_peace_is_stored(world: World, browse: Callable[..., Browser]) -> None:
    browser = browse(world, "coordinator")
    browser.get("/library/import")

    answer = _send(browser, _body(world, browser.csrf), lambda: None)

    assert answer.status_code == 200
    assert _count(world) == 1


def test_a_suspension_while_a_document_is_read_stores_nothing(
    world: World, browse: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browse(world, "coordinator")
    browser.get("/library/import")
    extractor = world.app.extensions["extractor"]
    real = extractor.extract

    def slow(source: bytes, *, filename: str):  # type: ignore[no-untyped-def]
        members.suspend(world.people["coordinator"].member_id)
        db.session.commit()
        return real(source, filename=filename)

    monkeypatch.setattr(extractor, "extract", slow)

    answer = _send(browser, _body(world, browser.csrf), lambda: None)

    assert answer.status_code == 403
    assert _count(world) == 0


def test_what_a_member_asks_for_in_vain_is_recorded_whether_it_exists_or_not(
    world: World, browse: Callable[..., Browser]
) -> None:
    hidden = world.inside(lambda: world.add("law", "Hidden"))
    nowhere = UUID("00000000-0000-4000-8000-00000000dead")
    browser = browse(world, "advocate")

    for asked in (hidden, nowhere):
        browser.get(f"/library/{asked}")

    with world.app.app_context():
        events = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "object.not_found")).all()
        assert [(event.object_id, event.outcome, event.compartment_id) for event in events] == [
            (hidden, "refused", None),
            (nowhere, "refused", None),
        ]
