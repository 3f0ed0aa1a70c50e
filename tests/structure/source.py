"""The portal's own sources, read as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"

LONGEST_FUNCTION = 30
LONGEST_FILE = 300
MOST_PARAMETERS = 6

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file: its dotted path, its text and its tree."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


def module(path: Path, root: Path = ROOT) -> Module:
    text = path.read_text("utf-8")
    return Module(path, str(path.relative_to(root)), text, ast.parse(text))


def modules(folder: Path = PORTAL, root: Path = ROOT) -> list[Module]:
    return [module(path, root) for path in sorted(folder.rglob("*.py"))]


def too_long(source: Module) -> list[str]:
    """Functions past a screen, counted from their name to their last line."""
    return [
        f"{source.name}:{node.lineno} {node.name}"
        for node in source.functions()
        if (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]


def too_many_parameters(source: Module) -> list[str]:
    found = []
    for node in source.functions():
        given = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        if len([name for name in given if name not in ("self", "cls")]) > MOST_PARAMETERS:
            found.append(f"{source.name}:{node.lineno} {node.name}")
    return found


def called(node: ast.Call) -> str:
    """The dotted name of what is called."""
    return ast.unparse(node.func)


def calls(source: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def imported(source: Module) -> set[str]:
    """Every name that the module imports, with its package."""
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def built_statements(source: Module) -> list[str]:
    """Statements of the database made of pieces of text: an f-string, a sum, a format given to what runs it."""
    found = []
    for call in calls(source):
        name = called(call).rpartition(".")[2]
        if name in ("text", "execute", "exec_driver_sql", "scalar", "scalars", "executescript") and call.args:
            argument = call.args[0]
            pieces = isinstance(argument, ast.JoinedStr) and any(
                isinstance(v, ast.FormattedValue) for v in argument.values
            )
            formatted = isinstance(argument, ast.Call) and called(argument).endswith(".format")
            summed = isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Add | ast.Mod)
            if pieces or formatted or summed:
                found.append(f"{source.name}:{call.lineno}")
    return found


def marks_as_safe(source: Module) -> list[str]:
    """Places that declare text to be safe HTML; an empty ``Markup()`` declares nothing."""
    return [
        f"{source.name}:{c.lineno}"
        for c in calls(source)
        if called(c).rpartition(".")[2] == "Markup" and c.args
    ]
