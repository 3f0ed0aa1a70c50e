"""Archives that are bombs, traps or damaged, and those that are none."""

import io
import stat
import struct
import zipfile

import pytest

from portal.core.errors import Invalid
from portal.extraction import sentences
from portal.extraction.archive import opened, packed
from portal.extraction.limits import MAX_ENTRIES, MEGABYTE
from tests.extraction.builders import archive, overlapping


def test_parts_come_back_as_they_were_put_in() -> None:
    package = opened(archive({"a.xml": "<a/>", "b/é.xml": b"<b/>", "b/": b""}))

    assert package.names == ["a.xml", "b/é.xml", "b/"]
    assert package.read("a.xml") == b"<a/>"
    assert package.read("b/é.xml") == b"<b/>"
    assert not package.embeds_files


def test_packing_again_gives_just_the_parts() -> None:
    package = opened(packed([("a.xml", b"<a/>")]).getvalue())

    assert package.read("a.xml") == b"<a/>"
    with pytest.raises(Invalid):
        package.read("b.xml")


def with_entry(name: str, **changes: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        entry = zipfile.ZipInfo(name)
        for key, value in changes.items():
            setattr(entry, key, value)
        made.writestr(entry, b"x")
    return stream.getvalue()


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "C:/x", "a\\b", "x" * 300])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(Invalid, match="not safe to open"):
        opened(with_entry(name))


def test_a_symbolic_link_is_refused() -> None:
    with pytest.raises(Invalid, match="not safe to open"):
        opened(with_entry("word/document.xml", external_attr=(stat.S_IFLNK | 0o777) << 16))


def test_an_encrypted_entry_is_refused_as_protected_by_a_password() -> None:
    source = bytearray(archive({"a.xml": "<a/>"}))
    source[source.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(Invalid, match="Remove the password"):
        opened(bytes(source))


@pytest.mark.parametrize("name", ["lib 0.zip", "word/x.docx", "a.7z"])
def test_an_archive_in_the_archive_is_refused_unless_it_is_an_embedded_file(name: str) -> None:
    with pytest.raises(Invalid, match="not safe to open"):
        opened(archive({name: b"x"}))

    assert opened(archive({"ppt/embeddings/book.xlsx": b"x"})).embeds_files


def test_names_that_differ_only_in_case_are_refused() -> None:
    with pytest.raises(Invalid, match="not safe to open"):
        opened(archive({"a.xml": "<a/>", "A.xml": "<b/>"}))


def test_entries_that_share_their_bytes_are_refused() -> None:
    with pytest.raises(Invalid):
        opened(overlapping(100, MEGABYTE))


def test_a_part_that_unpacks_a_thousandfold_is_refused() -> None:
    with pytest.raises(Invalid, match="unpacks to far more"):
        opened(archive({"word/document.xml": bytes(30 * MEGABYTE)}))


def test_many_parts_that_are_large_together_are_refused() -> None:
    package = opened(archive({f"{n}.xml": bytes(7 * MEGABYTE) for n in range(20)}))

    with pytest.raises(Invalid, match="unpacks to far more"):
        for name in package.names:
            package.read(name)


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    source = bytearray(archive({"a.xml": b"<a>" + b"x" * 5000 + b"</a>"}))
    for sign, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = source.index(sign) + place
        source[start : start + 4] = struct.pack("<L", 10)

    with pytest.raises(Invalid, match="damaged"):
        opened(bytes(source)).read("a.xml")


def test_too_many_entries_are_refused_before_they_are_read() -> None:
    with pytest.raises(Invalid, match="not safe to open"):
        opened(archive(dict.fromkeys(map(str, range(MAX_ENTRIES + 1)), b"")))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(method: int) -> None:
    with pytest.raises(Invalid, match="not safe to open"):
        opened(archive({"a.xml": "<a/>"}, method=method))


@pytest.mark.parametrize("around", [(b"MZ", b""), (b"", b"junk"), (b"%PDF-1.4", b"")])
def test_nothing_may_stand_before_or_after_the_archive(around: tuple[bytes, bytes]) -> None:
    before, after = around

    with pytest.raises(Invalid):
        opened(before + archive({"a.xml": "<a/>"}) + after)


def test_a_damaged_archive_is_refused_wherever_it_is_damaged() -> None:
    whole = archive({"a.xml": "<a/>" * 50, "b.xml": "<b/>"})

    for place in range(len(whole)):
        source = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        try:
            package = opened(source)
            for name in package.names:
                package.read(name)
        except Invalid as refusal:
            assert str(refusal) in vars(sentences).values()
