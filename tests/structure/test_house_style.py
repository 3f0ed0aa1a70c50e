"""The numbers and habits of the house, over every file of the portal; each rule is shown to catch a planted fault."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.structure.source import (
    LONGEST_FILE,
    PORTAL,
    ROOT,
    Module,
    built_statements,
    called,
    calls,
    imported,
    marks_as_safe,
    module,
    modules,
    too_long,
    too_many_parameters,
)

FEATURES = ("accounts", "admin", "home", "library", "search")
# Where text may be declared safe HTML, and why: the sanitiser itself; ids of ours put into what it just cleaned.
SAFE_HTML = {"portal/core/text.py": 1, "portal/library/reading.py": 1}
# The one place that writes statements as text: names of SQLite's own settings, from a list in the same function.
WRITTEN_STATEMENTS = {"portal/core/db.py": 1}
# ``init_app``, views and the guard know the request; these files must work without one.
PURE = ("service", "queries", "models", "values", "seals", "find", "indexer", "outbox", "attachments", "importing",
        "shelving", "reading", "topics", "template", "rules", "facts", "policy", "members", "compartments")  # fmt: skip


def planted(tmp_path: Path, text: str) -> Module:
    (tmp_path / "planted.py").write_text(text)
    return module(tmp_path / "planted.py", tmp_path)


def test_no_function_is_longer_than_a_screen() -> None:
    assert [place for source in modules() for place in too_long(source)] == []


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    assert [m.name for m in modules() if m.text.count("\n") > LONGEST_FILE] == []


def test_no_function_takes_more_than_six_parameters() -> None:
    assert [place for source in modules() for place in too_many_parameters(source)] == []


def test_test_functions_and_files_keep_their_numbers_too() -> None:
    tests = modules(ROOT / "tests")

    assert [m.name for m in tests if m.text.count("\n") > 500] == []
    assert [place for source in tests for place in too_long(source)] == []


def test_every_public_function_and_module_says_what_it_promises() -> None:
    bare = []
    for source in modules():
        if source.text.strip() and not ast.get_docstring(source.tree):
            bare.append(source.name)
        top = [node for node in source.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        bare += [
            f"{source.name} {n.name}" for n in top if not n.name.startswith("_") and not ast.get_docstring(n)
        ]

    assert bare == []


def request_names(source: Module) -> list[str]:
    forbidden = {"flask.request", "flask.session", "flask.g", "flask_login.current_user"}
    return sorted(f"{source.name} {name}" for name in imported(source) & forbidden)


def test_services_and_pure_rules_never_ask_the_request() -> None:
    asked = [name for source in modules() if source.path.stem in PURE for name in request_names(source)]

    assert asked == []


def test_text_is_declared_safe_html_only_where_the_list_says() -> None:
    found = {m.name: len(marks_as_safe(m)) for m in modules() if marks_as_safe(m)}

    assert found == SAFE_HTML


def test_no_template_switches_escaping_off() -> None:
    templates = [file for file in PORTAL.rglob("*.html")]
    switched = [
        str(file) for file in templates if re.search(r"\|\s*safe\b|autoescape\s+false", file.read_text())
    ]

    assert len(templates) > 15
    assert switched == []


def test_no_page_or_template_carries_script_or_style_of_its_own() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)

    assert [str(file) for file in PORTAL.rglob("*.html") if inline.search(file.read_text())] == []


def test_no_statement_is_built_of_pieces_of_text() -> None:
    found = {m.name: len(built_statements(m)) for m in modules() if built_statements(m)}

    assert found == WRITTEN_STATEMENTS


def commits_on_get(source: Module) -> list[str]:
    """Views of GET addresses that commit, flush or add."""
    found = []
    for node in source.functions():
        if not any(re.search(r"\.get\(", ast.unparse(d)) for d in node.decorator_list):
            continue
        inner = [called(c) for c in ast.walk(node) if isinstance(c, ast.Call)]
        found += [
            f"{source.name}:{node.lineno} {name}"
            for name in inner
            if re.search(r"session\.(commit|add|flush|delete)$", name)
        ]
    return found


def test_no_view_of_a_get_address_writes() -> None:
    assert [place for source in modules() for place in commits_on_get(source)] == []


def test_views_hold_no_statements() -> None:
    views = [m for m in modules() if m.path.stem.startswith("views")]

    assert len(views) >= 7
    assert [m.name for m in views if any(name.startswith("sqlalchemy") for name in imported(m))] == []


def test_no_import_stands_inside_a_function() -> None:
    inside = [
        f"{source.name}:{node.lineno}"
        for source in modules()
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    # Each of these says why: a child process confines itself before it may load the readers.
    assert [place for place in inside if not place.startswith("portal/extraction/")] == []


def test_templates_blueprints_and_tests_share_the_name_of_their_feature() -> None:
    for feature in FEATURES:
        assert [f.name for f in (PORTAL / feature / "templates").iterdir()] == [feature]
        assert (ROOT / "tests" / feature).is_dir(), feature
        names = [c.args[0] for m in modules(PORTAL / feature) for c in calls(m) if called(c) == "Blueprint"]
        assert names, feature
        rendered = [
            c.args[0] for m in modules(PORTAL / feature) for c in calls(m) if called(c) == "render_template"
        ]
        assert all(
            isinstance(a, ast.Constant) and str(a.value).startswith(f"{feature}/") for a in rendered
        ), feature


def test_every_folder_of_tests_mirrors_a_room_and_every_room_has_tests() -> None:
    rooms = {p.name for p in PORTAL.iterdir() if (p / "__init__.py").exists()}
    folders = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir() and not p.name.startswith((".", "_"))}

    # What belongs to the whole: the laws over all rooms, the structure of all, all pages in a browser.
    assert folders - rooms <= {"laws", "structure", "browser"}
    assert rooms - folders == set()
    assert [room for room in rooms if not list((ROOT / "tests" / room).glob("test_*.py"))] == []


FAULTS: list[tuple[Callable[[Module], list[str]], str]] = [
    (too_long, "def f():\n" + "    x = 1\n" * 30),
    (too_many_parameters, "def f(self, a, b, c, d, *, e, f, g): ...\n"),
    (request_names, "from flask import g, current_app\n"),
    (request_names, "def f():\n    from flask import session\n"),
    (marks_as_safe, "import markupsafe\nx = markupsafe.Markup(y)\n"),
    (built_statements, 'db.session.execute(text(f"SELECT {name}"))\n'),
    (built_statements, 'cursor.execute("SELECT " + name)\n'),
    (built_statements, 'cursor.execute("SELECT {}".format(name))\n'),
    (built_statements, 'cursor.execute("SELECT %s" % name)\n'),
    (commits_on_get, '@bp.get("/x")\ndef f():\n    db.session.commit()\n'),
]


@pytest.mark.parametrize(("rule", "text"), FAULTS, ids=range(len(FAULTS)))
def test_each_rule_catches_a_planted_fault(
    rule: Callable[[Module], list[str]], text: str, tmp_path: Path
) -> None:
    assert rule(planted(tmp_path, text)) != []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (too_long, "def f():\n" + "    x = 1\n" * 29),
        (too_many_parameters, "def f(self, a, b, c, d, *, e, f): ...\n"),
        (marks_as_safe, "x = Markup()\n"),
        (built_statements, "db.session.execute(select(Member.name))\ntext(html)\n"),
        (commits_on_get, '@bp.post("/x")\ndef f():\n    db.session.commit()\n'),
    ],
    ids=range(5),
)
def test_no_rule_objects_to_what_is_allowed(
    rule: Callable[[Module], list[str]], text: str, tmp_path: Path
) -> None:
    assert rule(planted(tmp_path, text)) == []
