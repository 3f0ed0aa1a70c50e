"""Desks over each implementation of the index."""

from pathlib import Path

import pytest

from portal.index import FileIndex, MemoryIndex
from tests.index.desk import Desk


@pytest.fixture(params=["files", "memory"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """A desk over each implementation in turn."""
    return Desk(FileIndex(tmp_path / "index") if request.param == "files" else MemoryIndex())


@pytest.fixture
def quick_desk() -> Desk:
    """A desk over the index in memory."""
    return Desk(MemoryIndex())


@pytest.fixture
def file_desk(tmp_path: Path) -> Desk:
    """A desk over sealed files in ``tmp_path / "index"``."""
    return Desk(FileIndex(tmp_path / "index"))
