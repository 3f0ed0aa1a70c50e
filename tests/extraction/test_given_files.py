"""The demo library and the damaged files that stand beside the project, where they do."""

import time
from pathlib import Path

import pytest

from portal.core.errors import Invalid
from portal.extraction import SandboxExtractor, read_local, read_sidecar

DATA = Path(__file__).parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="The folder ../shared/data is not there.")


@needs_data
def test_every_document_of_the_demo_library_is_read_with_its_side_car(sandbox: SandboxExtractor) -> None:
    texts = sorted((DATA / "library").glob("*/*.md"))

    began = time.monotonic()
    for path in texts:
        document = sandbox.extract(read_local(path), filename=path.name)
        facts = read_sidecar(read_local(path.with_suffix(".json")))
        assert document.title and document.searchable and len(document.text) > 100
        assert facts.id and facts.title and facts.kind and facts.agency and facts.source and facts.licence
        assert facts.dated is not None or not facts.date[:4].isdigit()
        assert document.warnings == ()

    assert len(texts) == 216
    assert time.monotonic() - began < 60


@needs_data
def test_every_damaged_file_is_read_or_refused_with_one_line_soon(sandbox: SandboxExtractor) -> None:
    paths = sorted(path for path in (DATA / "nasty").rglob("*") if path.is_file())
    read = 0

    for path in paths:
        began = time.monotonic()
        try:
            source = read_local(path)
            document = sandbox.extract(source, filename=path.name)
        except Invalid as refusal:
            assert str(refusal).isprintable() and 10 < len(str(refusal)) < 200
        else:
            assert document.title.strip()
            assert bool(document.text.strip()) == document.searchable
            read += 1
        assert time.monotonic() - began < 10, path.name

    assert read > 100
