"""``flask library import``: a folder of documents with side-cars, told line by line."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.content import service as content
from portal.content.models import Kind, Marking
from portal.core.errors import Unavailable
from portal.extraction import Extracted
from tests.library.conftest import run_import
from tests.world import World

Importing = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    return made


def put(folder: Path, name: str, text: str = "Words of a document.", **sidecar: object) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    if sidecar:
        file.with_suffix(".json").write_text(json.dumps(sidecar))
    return file


def documents(world: World) -> dict[str, content.Document]:
    with world.app.app_context():
        clearance = world.operator(["all"])
        return {
            card.title: content.load(clearance, card.item_id) for card in content.newest(clearance, limit=100)
        }


def lines(said: Result) -> list[str]:
    assert said.exit_code == 0, said.output
    return said.output.splitlines()


def test_a_sidecar_says_what_a_document_is(folder: Path, importing: Importing, world: World) -> None:
    put(
        folder,
        "a.md",
        id="x/1",
        title="Named  here",
        kind="training curriculum",
        agency="GAO",
        date="2007-07",
        url="https://gao.gov",
        topics=["Housing"],
        marking="sensitive",
        unknown=1,
    )

    assert lines(importing(folder)) == ["imported  a.md: Named here", "Done: 1 imported."]

    document = documents(world)["Named here"]
    assert (document.card.kind, document.card.marking) == (Kind.TRAINING, Marking.SENSITIVE)
    assert str(document.card.dated) == "2007-07-01" and document.payload["date"] == "2007-07"
    assert (document.card.agency, document.payload["agency"]) == ("Bureau", "GAO")
    assert document.card.topics == ("Housing",)


def test_options_say_it_for_all_and_outrank_the_sidecars(
    folder: Path, importing: Importing, world: World
) -> None:
    put(folder, "a.md", "# A title\n\nWords.", marking="les", kind="training")

    importing(folder, "--kind", "protocol", "--marking", "sensitive", "--agency", "Gulf Harbor")

    card = documents(world)["A title"].card
    assert (card.kind, card.marking, card.agency) == (Kind.PROTOCOL, Marking.SENSITIVE, "Gulf Harbor")


def test_files_of_one_name_in_two_folders_stay_two_documents(
    folder: Path, importing: Importing, world: World
) -> None:
    put(folder, "one/notes.md", "# First\n\nwords")
    put(folder, "two/notes.md", "# Second\n\nwords")

    assert lines(importing(folder))[-1] == "Done: 2 imported."
    assert lines(importing(folder))[-1] == "Done: 2 unchanged."
    assert set(documents(world)) == {"First", "Second"}


def test_a_changed_document_is_the_next_version_and_a_renamed_one_with_an_id_too(
    folder: Path, importing: Importing, world: World
) -> None:
    file = put(folder, "a.md", "# T\n\nold", id="x/1")
    importing(folder)
    file.write_text("# T\n\nnew")
    assert lines(importing(folder))[0].startswith("updated   a.md")

    file.rename(folder / "b.md")
    file.with_suffix(".json").rename(folder / "b.json")

    assert lines(importing(folder))[-1] == "Done: 1 unchanged."
    assert documents(world)["T"].card.version == 2


@pytest.mark.parametrize(
    ("sidecar", "why"),
    [
        ("{", "not proper JSON"),
        ("[]", "does not hold one object"),
        ('{"title": 1}', 'must give "title" as text'),
        ('{"url": "javascript:alert(1)"}', "does not begin with http"),
        ('{"marking": "secret"}', "other than none, sensitive or les"),
        (json.dumps({"title": "t" * 301}), "Shorten the title"),
        (json.dumps({"title": "t" * 10_000}), 'too long a text in "title"'),
        (json.dumps({"topics": ["t" * 61]}), "Shorten the topics"),
        (json.dumps({"title": "a\0b"}), "control characters"),
        ('{"title": "\\ud800"}', "control characters"),
        ("\ufeff" + '{"title": "With a mark"}', ""),
    ],
)
def test_a_sidecar_that_cannot_be_used_refuses_its_document_alone(
    folder: Path, importing: Importing, sidecar: str, why: str
) -> None:
    put(folder, "a.md").with_suffix(".json").write_text(sidecar)
    put(folder, "b.md")

    said = lines(importing(folder))

    assert said[0].startswith("refused   a.md: " if why else "imported  a.md: With a mark")
    assert why in said[0]
    assert said[1].startswith("imported  b.md")


def test_a_sidecar_without_a_document_is_refused_and_one_for_two_documents_is_read_for_both(
    folder: Path, importing: Importing
) -> None:
    (folder / "lone.json").write_text("{}")
    put(folder, "a.md", title="Same")
    put(folder, "a.txt", "other words")

    said = lines(importing(folder))

    assert [line.split(":")[0] for line in said[:-1]] == [
        "imported  a.md",
        "imported  a.txt",
        "refused   lone.json",
    ]


def test_what_is_no_ordinary_file_is_refused_and_links_are_not_followed(
    folder: Path, importing: Importing
) -> None:
    (folder / "link.md").symlink_to("/etc/passwd")
    (folder / "dangling.md").symlink_to("nowhere")
    (folder / "away").symlink_to("/etc")
    os.mkfifo(folder / "pipe.md")
    put(folder, "empty.md", "")
    put(folder, "z.md")

    said = lines(importing(folder))

    outcomes = {line[10:].split(":")[0]: line.split()[0] for line in said[:-1]}
    assert outcomes == {
        "dangling.md": "refused",
        "empty.md": "refused",
        "link.md": "refused",
        "pipe.md": "refused",
        "z.md": "imported",
    }


@pytest.mark.parametrize(
    "name", ["a\nimported  b.md", "a\x1b[31m.md", "a\udcff.md", "a\u202emd.txt", "x" * 160 + ".md"]
)
def test_an_awkward_name_breaks_neither_the_run_nor_its_line(
    folder: Path, importing: Importing, name: str
) -> None:
    (folder / os.fsencode(name).decode("utf-8", "surrogateescape")).write_text("Words.")

    said = lines(importing(folder))

    assert len(said) == 2
    assert said[0].isprintable()


def test_glob_characters_in_names_mean_themselves(folder: Path, importing: Importing, world: World) -> None:
    put(folder, "a[1]*.md", title="Starred")

    assert lines(importing(folder))[0] == "imported  a[1]*.md: Starred"


class BusyOnce:
    """An extractor that is too busy for the first file."""

    def __init__(self) -> None:
        self.asked = 0

    def extract(self, source: bytes, *, filename: str) -> Extracted:
        self.asked += 1
        if self.asked == 1:
            raise Unavailable("Other documents are being read just now. Try again in a minute.")
        return Extracted("T", "<p>w</p>", "w", "text/markdown")


def test_a_busy_reader_costs_one_file_and_not_the_run(
    folder: Path, importing: Importing, world: World
) -> None:
    world.app.extensions["extractor"] = BusyOnce()
    put(folder, "a.md")
    put(folder, "b.md")

    said = lines(importing(folder))

    assert said[0] == "refused   a.md: Other documents are being read just now. Try again in a minute."
    assert said[1] == "imported  b.md: T"


def test_one_file_may_be_named_instead_of_a_folder(folder: Path, importing: Importing) -> None:
    assert lines(importing(put(folder, "a.md", title="One")))[0] == "imported  a.md: One"


def test_an_empty_folder_says_so(folder: Path, importing: Importing) -> None:
    assert lines(importing(folder)) == ["Done: no documents found."]


def test_an_unknown_group_or_agency_is_told_and_the_groups_are_named(folder: Path, world: World) -> None:
    command = ["library", "import", str(folder), "--compartment"]
    wrong_group = world.app.test_cli_runner().invoke(args=[*command, "everyone"])
    wrong_agency = run_import(world, folder, "--agency", "Nobody")

    assert wrong_group.exit_code == 1 and "There are: all group, houston group" in wrong_group.output
    assert wrong_agency.exit_code == 1 and "There is no such agency" in wrong_agency.output


@pytest.mark.parametrize(
    ("said", "title", "kind"),
    [
        ("protocol", "A", Kind.PROTOCOL),
        ("Training", "A", Kind.TRAINING),
        ("reference", "Training course", Kind.REFERENCE),
        ("training curriculum", "A", Kind.TRAINING),
        ("statute", "A", Kind.REFERENCE),
        ("sample protocol of somebody", "A", Kind.REFERENCE),
        ("", "Course in interviewing", Kind.TRAINING),
    ],
)
def test_a_document_is_of_the_kind_that_it_says(
    said: str, title: str, kind: Kind, folder: Path, importing: Importing, world: World
) -> None:
    put(folder, "a.md", kind=said, title=title)

    importing(folder)

    assert documents(world)[title].card.kind == kind
