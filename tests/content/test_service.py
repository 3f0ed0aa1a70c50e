"""The life of an item."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from portal.audit.models import AuditEvent
from portal.content import attachments, find, outbox, service
from portal.content.models import Attachment, Item, ItemVersion, Job, Kind, Marking
from portal.content.values import NewAttachment
from portal.content.worker import work_off
from portal.core.db import db
from portal.core.errors import Invalid, NotFound, Refused
from portal.index import SearchQuery
from portal.keyring.models import DataKey
from tests.accounts.visitor import Clock
from tests.content.conftest import ClearanceOf, counted
from tests.world import World

PDF = NewAttachment(name="map.pdf", media_type="application/pdf", chunks=[b"%PDF", b" quartz"])


def test_what_was_saved_is_loaded(inside: World, clearance_of: ClearanceOf) -> None:
    item_id = inside.add("houston", "Quartz house", "Call the quartz line.", attachments=(PDF,))
    db.session.commit()

    document = service.load(clearance_of("advocate"), item_id)

    card = document.card
    assert (card.title, card.topics, card.agency, card.version) == ("Quartz house", ("housing",), "Bureau", 1)
    assert (card.kind, card.marking) == (Kind.REFERENCE, Marking.NONE)
    assert document.payload["body"] == "<p>Call the quartz line.</p>"
    assert [(file.name, file.media_type, file.size) for file in document.attachments] == [
        ("map.pdf", "application/pdf", 11)
    ]


def test_it_is_born_in_its_compartment_in_the_callers_one_transaction(inside: World) -> None:
    inside.operator()
    commits: list[bool] = []

    def note(_session: object) -> None:
        commits.append(True)

    event.listen(db.session, "after_commit", note)
    try:
        inside.add("law", "Obsidian house", attachments=(PDF,))
    finally:
        event.remove(db.session, "after_commit", note)

    # The line of the trail is written in the same transaction: nothing was committed on the way.
    assert commits == []
    assert counted(Item, ItemVersion, Attachment, Job) == [1, 1, 1, 1]
    db.session.rollback()
    assert counted(Item, ItemVersion, Attachment, Job) == [0, 0, 0, 0]


def test_an_attachment_that_breaks_off_leaves_no_row_and_no_key(inside: World) -> None:
    before = counted(DataKey)

    def breaking() -> Iterator[bytes]:
        yield b"first"
        raise Invalid("The upload broke off.")

    file = NewAttachment(name="a.pdf", media_type="application/pdf", chunks=breaking())
    with pytest.raises(Invalid):
        inside.add("all", "Quartz", attachments=(file,))
    db.session.rollback()

    assert counted(Item, ItemVersion, Attachment, Job) == [0, 0, 0, 0]
    assert counted(DataKey) == before
    assert list(inside.app.extensions["blobs"].ids()) == []


def test_the_same_source_again_is_unchanged_or_the_next_version(inside: World, moving_clock: Clock) -> None:
    operator = inside.operator()
    first = service.save(operator, inside.draft("all", "Quartz", "one", source_key="q.md"))
    moving_clock.pass_by(minutes=1)
    again = service.save(operator, inside.draft("all", "Quartz", "one", source_key="q.md"))
    changed = service.save(operator, inside.draft("all", "Quartz two", "two", source_key="q.md"))
    marked = service.save(
        operator, inside.draft("all", "Quartz two", "two", source_key="q.md", marking=Marking.SENSITIVE)
    )

    outcomes = [saved.outcome for saved in (first, again, changed, marked)]
    assert outcomes == ["imported", "unchanged", "updated", "updated"]
    assert {saved.item_id for saved in (first, again, changed, marked)} == {first.item_id}
    assert [card.number for card in service.history(operator, first.item_id)] == [3, 2, 1]


def test_the_same_source_in_another_compartment_is_another_item(inside: World) -> None:
    operator = inside.operator()

    saved = [
        service.save(operator, inside.draft(group, "Quartz", source_key="q.md")) for group in ("all", "law")
    ]

    assert [each.outcome for each in saved] == ["imported", "imported"]
    tags = db.session.scalars(db.select(Item.source_tag)).all()
    assert len(set(tags)) == 2 and all(b"q.md" not in tag for tag in tags if tag)


def test_every_version_stays_readable_and_one_that_never_was_is_not_found(
    inside: World, clearance_of: ClearanceOf
) -> None:
    for words in ("one", "two"):
        item_id = inside.add("all", f"Quartz {words}", words, source_key="q.md")
    db.session.commit()
    advocate = clearance_of("advocate")

    read = [service.load_version(advocate, item_id, number).payload["body"] for number in (1, 2)]

    assert read == ["<p>one</p>", "<p>two</p>"]
    assert service.load(advocate, item_id).card.title == "Quartz two"
    for number in (0, 3, -1):
        with pytest.raises(NotFound):
            service.load_version(advocate, item_id, number)


def test_nobody_saves_without_the_permission_or_outside_what_he_may_write(
    inside: World, clearance_of: ClearanceOf
) -> None:
    with pytest.raises(Refused):
        service.save(clearance_of("detective"), inside.draft("houston", "Quartz"))
    for person, group in (("coordinator", "all"), ("coordinator", "phoenix"), ("librarian", "law")):
        with pytest.raises(Invalid):
            service.save(clearance_of(person), inside.draft(group, "Quartz"))

    assert service.save(clearance_of("coordinator"), inside.draft("houston", "Quartz")).outcome == "imported"


def test_broken_characters_are_refused_before_anything_is_stored(inside: World) -> None:
    with pytest.raises(Invalid, match="broken characters"):
        inside.add("all", "Quartz", payload={"title": "half \ud800 a character"})

    db.session.rollback()
    assert counted(Item) == [0]


def test_shredding_destroys_keys_rows_blob_and_index_entry(inside: World, clearance_of: ClearanceOf) -> None:
    gone = inside.add("all", "Malachite", "malachite words", attachments=(PDF,))
    inside.add("all", "Quartz")
    db.session.commit()
    work_off()
    keys = counted(DataKey)[0]
    # In the house's own words: a search by the person who could find it a moment ago.
    found_before = [card.card.item_id for card in _search(clearance_of("librarian"), "malachite")]

    service.shred(clearance_of("librarian"), gone)
    db.session.commit()
    work_off()

    assert found_before == [gone]
    assert counted(Item, ItemVersion, Attachment, Job) == [1, 1, 0, 0]
    assert counted(DataKey) == [keys - 2]
    assert list(inside.app.extensions["blobs"].ids()) == []
    assert _search(clearance_of("librarian"), "malachite") == []
    with pytest.raises(NotFound):
        service.load(clearance_of("librarian"), gone)


def test_after_shredding_no_term_is_left_in_the_indexs_files(inside: World) -> None:
    index = inside.app.extensions["index"]
    group = inside.groups["all"]
    inside.add("all", "Quartz")
    gone = inside.add("all", "Malachite", "malachite malachite")
    db.session.commit()
    work_off()
    sealer = inside.app.extensions["keyring"].sealer(group, group)
    before = _plain(index, group, sealer)

    service.shred(inside.operator(), gone)
    db.session.commit()
    work_off()

    after = _plain(index, group, sealer)
    assert b"malachit" in before and b"quartz" in before
    assert b"malachit" not in after and b"quartz" in after


def test_a_document_shredded_before_it_was_indexed_leaves_nothing_either(inside: World) -> None:
    group = inside.groups["all"]
    gone = inside.add("all", "Malachite")
    service.shred(inside.operator(), gone)
    db.session.commit()

    work_off()

    sealer = inside.app.extensions["keyring"].sealer(group, group)
    assert outbox.waiting() == 0
    assert b"malachit" not in _plain(inside.app.extensions["index"], group, sealer)


def test_nobody_shreds_what_he_may_not_write(inside: World, clearance_of: ClearanceOf) -> None:
    shared, hidden = inside.add("all", "Quartz"), inside.add("phoenix", "Malachite")
    db.session.commit()

    with pytest.raises(Refused):
        service.shred(clearance_of("detective"), shared)
    for item_id in (shared, hidden):
        with pytest.raises(NotFound):
            service.shred(clearance_of("coordinator"), item_id)

    assert counted(Item) == [2]


def test_an_attachment_is_had_under_its_own_items_address_alone(
    inside: World, clearance_of: ClearanceOf
) -> None:
    mine = inside.add("all", "Quartz", attachments=(PDF,))
    other = inside.add("all", "Other")
    db.session.commit()
    detective = clearance_of("detective")
    file_id = service.load(detective, mine).attachments[0].attachment_id

    card, chunks = attachments.open_attachment(detective, mine, file_id)

    assert (card.name, b"".join(chunks)) == ("map.pdf", b"%PDF quartz")
    with pytest.raises(NotFound):
        attachments.open_attachment(detective, other, file_id)


def test_r3_the_trail_names_items_by_id_and_holds_none_of_their_words(
    inside: World, clearance_of: ClearanceOf
) -> None:
    item_id = inside.add("law", "Obsidian", "obsidian words")
    db.session.commit()
    work_off()

    service.load(clearance_of("detective"), item_id)
    _search(clearance_of("detective"), "obsidian")

    entries = db.session.scalars(db.select(AuditEvent).where(AuditEvent.act.startswith("item."))).all()
    assert [entry.act for entry in entries] == ["item.create", "item.read", "item.search"]
    assert [entry.object_id for entry in entries] == [item_id, item_id, None]
    assert "obsidian" not in repr([entry.details for entry in entries]).lower()


def _search(clearance, text):  # type: ignore[no-untyped-def]
    return list(find.search(clearance, SearchQuery(text=text)).findings)


def _plain(index, group, sealer) -> bytes:  # type: ignore[no-untyped-def]
    """All that the compartment's index holds, decrypted."""
    from portal.index.storage import SealedStorage

    storage = SealedStorage(index._files(group), group, sealer)
    return b"".join(storage.read(name, 0, storage.file_length(name)) for name in storage.list())
