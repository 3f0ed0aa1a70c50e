"""The folders of damaged and hostile files: the run goes on, every file has one clear line, nothing hangs."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.library.conftest import GIVEN

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (GIVEN / "nasty").is_dir(), reason="the hostile files (../shared/data/nasty) are not here"
    ),
]

FOLDERS = ("LICENSES", "bounces", "mail", "malformed", "strings", "xss")
LINE = re.compile(r"(imported |unchanged|updated  |refused  ) (\S.*?): (\S.*)")
# Words of the inside, which a person who imports a folder can do nothing with.
INSIDE = re.compile(r"Traceback|Exception|Error\b|errno|0x[0-9a-f]{6}|portal/\w+/\w+\.py|site-packages|None$")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_hostile_file_is_imported_or_refused_with_one_line(
    folder: str, importing: Callable[..., Result]
) -> None:
    files = documents(GIVEN / "nasty" / folder)
    began = time.perf_counter()

    said = importing(GIVEN / "nasty" / folder)

    *lines, total = said.output.splitlines()
    assert said.exception is None and said.exit_code == 0
    assert time.perf_counter() - began < 60
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert [line for line in lines if line.startswith("refused") and INSIDE.search(line)] == []
    assert [line for line in lines if line.startswith("refused") and not line.endswith(".")] == []
    assert len(lines) == len(files)
    assert total.startswith("Done: ")


def documents(folder: Path) -> list[Path]:
    """All files but side-cars and those that describe the folder."""
    return [
        file
        for file in folder.rglob("*")
        if (file.is_file() or file.is_symlink())
        and file.name not in ("README.md", "index.json", "LICENSE")
        and not (
            file.suffix == ".json" and any(o != file and o.stem == file.stem for o in file.parent.iterdir())
        )
    ]
