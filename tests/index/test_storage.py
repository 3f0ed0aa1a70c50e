"""What lies on the disk: sealed pages that open only whole, in their place, under their key, and not older
than told."""

import os
import shutil
from pathlib import Path

import pytest

from portal.core.errors import Broken, Unavailable
from portal.index.files import MemoryFiles
from portal.index.storage import PAGE, SealedStorage
from tests.index.desk import Desk, document, named, new_sealer

SECRET = "zanzibarine"


def sealed(compartment: str = "houston") -> SealedStorage:
    return SealedStorage(MemoryFiles(), named(compartment), new_sealer(compartment))


def folder_of(path: Path, compartment: str) -> Path:
    return path / "index" / str(named(compartment))


def segment_of(folder: Path) -> Path:
    return next(folder.glob("*.arr"))


def refused(path: Path, desk: Desk, compartment: str = "houston") -> bool:
    """Whether a fresh process's search and check refuse the index."""
    from portal.index import FileIndex

    fresh = Desk(FileIndex(path / "index"), desk.sealers, desk.generations)
    with pytest.raises(Unavailable):
        fresh.index.check(named(compartment), fresh.sealer(compartment), fresh.generations[compartment])
    with pytest.raises(Unavailable):
        fresh.search(SECRET, compartment)
    return True


@pytest.mark.parametrize("length", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE + 5])
def test_any_part_of_a_file_reads_as_written(length: int) -> None:
    storage, content = sealed(), os.urandom(length)

    storage.write("a.arr", content)

    assert storage.file_length("a.arr") == length
    for start in (0, 1, PAGE - 1, PAGE, length - 3):
        for size in (0, 1, 10, PAGE, length):
            if 0 <= start <= start + size <= length:
                assert storage.read("a.arr", start, size) == content[start : start + size]


def test_a_file_under_another_name_does_not_open() -> None:
    storage = sealed()
    storage.write("a.arr", b"content")

    storage.files.write("b.arr", storage.files.read("a.arr", 0, 1000))

    with pytest.raises(Broken):
        storage.read("b.arr", 0, 7)


def test_pages_that_changed_places_do_not_open() -> None:
    storage = sealed()
    storage.write("a.arr", os.urandom(2 * PAGE))
    whole = storage.files.read("a.arr", 0, 1 << 20)
    half = len(whole) // 2

    storage.files.write("a.arr", whole[half:] + whole[:half])

    for start in (0, PAGE):
        with pytest.raises(Broken):
            storage.read("a.arr", start, 10)


def test_a_file_cut_at_the_end_of_a_page_does_not_open_anywhere() -> None:
    storage = sealed()
    storage.write("a.arr", os.urandom(2 * PAGE))
    whole = storage.files.read("a.arr", 0, 1 << 20)

    storage.files.write("a.arr", whole[: len(whole) // 2])

    with pytest.raises(Broken):
        storage.read("a.arr", 0, 10)


def test_nothing_temporary_is_written_for_whoosh() -> None:
    with pytest.raises(NotImplementedError):
        sealed().temp_storage("MAIN.tmp")


def test_whoosh_may_write_and_read_files_of_its_own() -> None:
    storage = sealed()

    with storage.create_file("own") as file:
        file.write_string(b"words")

    assert storage.open_file("own").read_string() == b"words"
    assert storage.list() == ["own"]
    assert storage.file_exists("own")
    storage.delete_file("own")
    assert not storage.file_exists("own")


@pytest.mark.parametrize("place", [0, 20, 5000, -1])
@pytest.mark.parametrize("kind", ["*.arr", "*.toc"])
def test_one_changed_bit_is_refused(file_desk: Desk, tmp_path: Path, kind: str, place: int) -> None:
    file_desk.put(
        "houston", document("one", SECRET, "victims shelter " * 2000 + " ".join(map(str, range(4000))))
    )
    path = next(folder_of(tmp_path, "houston").glob(kind))
    content = bytearray(path.read_bytes())

    content[place % len(content)] ^= 1
    path.write_bytes(content)

    fresh = Desk(type(file_desk.index)(tmp_path / "index"), file_desk.sealers, file_desk.generations)
    with pytest.raises(Unavailable):
        fresh.index.check(named("houston"), fresh.sealer("houston"), fresh.generations["houston"])


@pytest.mark.parametrize("keep", [0, 10, 27, 28, 1000])
def test_a_cut_file_is_refused(file_desk: Desk, tmp_path: Path, keep: int) -> None:
    file_desk.put("houston", document("one", SECRET, "shelter"))
    path = segment_of(folder_of(tmp_path, "houston"))

    path.write_bytes(path.read_bytes()[:keep])

    assert refused(tmp_path, file_desk)


def test_a_missing_file_is_refused(file_desk: Desk, tmp_path: Path) -> None:
    file_desk.put("houston", document("one", SECRET))

    segment_of(folder_of(tmp_path, "houston")).unlink()

    assert refused(tmp_path, file_desk)


def test_files_of_another_compartment_are_refused(file_desk: Desk, tmp_path: Path) -> None:
    file_desk.put("houston", document("one", SECRET))
    file_desk.put("dallas", document("two", SECRET))
    houston, dallas = folder_of(tmp_path, "houston"), folder_of(tmp_path, "dallas")

    shutil.copy(segment_of(dallas), segment_of(houston))
    assert refused(tmp_path, file_desk)
    shutil.rmtree(houston)
    shutil.copytree(dallas, houston)

    assert refused(tmp_path, file_desk)


def test_an_older_copy_of_the_folder_is_refused(file_desk: Desk, tmp_path: Path) -> None:
    file_desk.put("houston", document("one", SECRET))
    folder = folder_of(tmp_path, "houston")
    shutil.copytree(folder, tmp_path / "copy")
    file_desk.put("houston", without=["one"])

    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copy", folder)

    assert refused(tmp_path, file_desk)


def test_an_older_table_of_contents_under_a_newer_name_is_refused(file_desk: Desk, tmp_path: Path) -> None:
    file_desk.put("houston", document("one", SECRET))
    table = next(folder_of(tmp_path, "houston").glob("*.toc"))
    older = table.read_bytes()
    file_desk.put("houston", document("two", SECRET))

    next(folder_of(tmp_path, "houston").glob("*.toc")).write_bytes(older)

    assert refused(tmp_path, file_desk)


def test_a_copy_of_an_index_from_before_a_rebuild_is_refused(file_desk: Desk, tmp_path: Path) -> None:
    for number in range(5):
        file_desk.put("houston", document(f"{number}", SECRET))
    folder = folder_of(tmp_path, "houston")
    shutil.copytree(folder, tmp_path / "copy")

    file_desk.index.drop(named("houston"))
    file_desk.generations["houston"] = 0
    file_desk.put("houston", document("new", SECRET))
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copy", folder)

    assert refused(tmp_path, file_desk)


def test_no_word_name_or_id_of_a_document_is_on_the_disk_at_any_time(
    file_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    for number in range(12):
        one = document(
            f"{number}", f"{SECRET} title", f"{SECRET}s body", topics=(f"{SECRET} topic",),
            agency=f"{SECRET} agency", task_force=f"{SECRET} force", kind=f"{SECRET} kind",
        )  # fmt: skip
        file_desk.put("houston", one)
    file_desk.put("houston", without=["3"])
    file_desk.compact("houston")
    assert file_desk.search(f"{SECRET} topic").total == 11

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    told = SECRET.encode(), b"zanzi", named("3").bytes, str(named("3")).encode(), b"content", b"pickle"
    assert files
    for path in files:
        assert not any(each in path.read_bytes() for each in told), path.name
        assert SECRET not in path.name
    assert not list((tmp_path / "temporary").iterdir())


def test_after_compacting_no_term_of_a_removed_document_can_be_decrypted(
    file_desk: Desk, tmp_path: Path
) -> None:
    file_desk.put("houston", document("one", SECRET), document("two", "shelter"))
    file_desk.put("houston", without=["one"])

    file_desk.compact("houston")

    folder = folder_of(tmp_path, "houston")
    storage = SealedStorage(MemoryFiles(), named("houston"), file_desk.sealer("houston"))
    for path in folder.iterdir():
        storage.files.write(path.name, path.read_bytes())
        plain = storage.read(path.name, 0, storage.file_length(path.name)) if path.stat().st_size else b""
        assert SECRET.encode() not in plain
        assert named("one").bytes not in plain
    assert len(list(folder.glob("*.arr"))) == 1
