"""Attachments that are added to an item and taken away again."""

import pytest

from portal.audit.models import AuditEvent
from portal.content import attachments, outbox, service
from portal.content.models import Attachment
from portal.content.values import NewAttachment
from portal.content.worker import work_off
from portal.core.db import db
from portal.core.errors import NotFound, Refused
from portal.keyring.models import DataKey
from portal.storage import SealedSpool
from tests.content.conftest import ClearanceOf, counted
from tests.world import World


@pytest.fixture
def database_url() -> str:
    return "sqlite://"


def _sheet(words: bytes = b"quartz", name: str = "sheet.txt") -> NewAttachment:
    return NewAttachment(name=name, media_type="text/plain", chunks=[words])


def test_what_is_attached_is_downloaded_and_what_is_detached_is_gone(
    inside: World, clearance_of: ClearanceOf
) -> None:
    item_id = inside.add("houston", "Feldspar")
    keys = counted(DataKey)
    coordinator, advocate = clearance_of("coordinator"), clearance_of("advocate")

    file_id = attachments.attach(coordinator, item_id, _sheet())
    card, chunks = attachments.open_attachment(advocate, item_id, file_id)
    content = b"".join(chunks)
    attachments.detach(coordinator, item_id, file_id)
    db.session.commit()
    work_off()

    assert (card.name, card.size, content) == ("sheet.txt", 6, b"quartz")
    assert counted(Attachment) == [0] and counted(DataKey) == keys
    assert list(inside.app.extensions["blobs"].ids()) == [] and outbox.waiting() == 0
    acts = db.session.scalars(db.select(AuditEvent.act).where(AuditEvent.act.startswith("attachment."))).all()
    assert sorted(acts) == ["attachment.create", "attachment.read", "attachment.shred"]


def test_the_same_file_sent_twice_is_there_once_and_another_name_or_content_is_another(
    inside: World,
) -> None:
    item_id, operator = inside.add("houston", "Feldspar"), inside.operator()

    sent = [
        attachments.attach(operator, item_id, each)
        for each in (_sheet(), _sheet(), _sheet(name="other.txt"), _sheet(b"basalt"))
    ]
    db.session.commit()
    work_off()

    assert sent[0] == sent[1] and len(set(sent)) == 3
    assert set(inside.app.extensions["blobs"].ids()) == set(sent)


def test_nobody_changes_attachments_of_what_he_may_not_write(
    inside: World, clearance_of: ClearanceOf
) -> None:
    hidden, shared = inside.add("phoenix", "Malachite", attachments=(_sheet(),)), inside.add("all", "Quartz")
    file_id = service.load(inside.operator(), hidden).attachments[0].attachment_id

    with pytest.raises(Refused):
        attachments.attach(clearance_of("detective"), shared, _sheet())
    for item_id in (hidden, shared):
        with pytest.raises(NotFound):
            attachments.attach(clearance_of("coordinator"), item_id, _sheet())
        with pytest.raises(NotFound):
            attachments.detach(clearance_of("coordinator"), item_id, file_id)

    assert counted(Attachment) == [1]


@pytest.mark.parametrize("size", [None, 1024 * 1024])
def test_a_large_upload_or_one_of_unknown_size_waits_sealed(inside: World, size: int | None) -> None:
    place = inside.app.extensions["place_for_upload"]

    with place(size) as waiting, place(1000) as small:
        waiting.write(b"quartz")

        assert isinstance(waiting, SealedSpool) and not isinstance(small, SealedSpool)
