"""An index that opens under its key, and yet is none of ours: written by earlier code, or by a fault."""

from pathlib import Path

import numpy as np
import pytest

from portal.core.errors import Unavailable
from portal.index import FileIndex
from portal.index.bundle import packed
from portal.index.files import DiskFiles
from portal.index.storage import SealedStorage
from tests.index.desk import Desk, document, named


def rewritten(desk: Desk, folder: Path, ending: str, content: bytes) -> Desk:
    """A fresh process's desk after the file of that ending was sealed anew with other content."""
    desk.put("houston", document("one", "Shelter", "bed"))
    files = DiskFiles(folder, named("houston"))
    storage = SealedStorage(files, named("houston"), desk.sealer("houston"))
    (name,) = (name for name in files.names() if name.endswith(ending))
    storage.write(name, content)
    return Desk(FileIndex(folder), desk.sealers, desk.generations)


CLASS_THAT_IS_GONE = b"cportal.index.schema\nGone\n."
GARBAGE = [
    (".toc", b"garbage"),
    (".toc", CLASS_THAT_IS_GONE),
    (".toc", b""),
    (".arr", b"\x00\x00\x00\x05garbage"),
]


@pytest.mark.parametrize(("ending", "content"), GARBAGE)
def test_what_cannot_be_decoded_is_told_as_damage(
    ending: str, content: bytes, file_desk: Desk, tmp_path: Path
) -> None:
    desk = rewritten(file_desk, tmp_path / "index", ending, content)

    with pytest.raises(Unavailable, match="flask reindex"):
        desk.search("shelter")
    with pytest.raises(Unavailable, match="flask reindex"):
        desk.index.check(named("houston"), desk.sealer("houston"), desk.generations["houston"])


def test_a_segment_without_an_array_that_is_needed_is_told_as_damage(file_desk: Desk, tmp_path: Path) -> None:
    desk = rewritten(file_desk, tmp_path / "index", ".arr", packed({"ids": np.zeros(16, np.uint8)}))

    with pytest.raises(Unavailable, match="flask reindex"):
        desk.search("shelter")
