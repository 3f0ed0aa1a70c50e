"""How each command of manage.py is called: its help, and which arguments it refuses."""

import sys
from collections.abc import Sequence

HELP = frozenset({"-h", "--help"})
# What is said of each command; the first word after its name tells whether it takes arguments.
USAGE = {
    "demo": ("", "set up and serve the demo at http://127.0.0.1:8000 (PORT= changes it)"),
    "code": ("EMAIL", "print a fresh sign-in code of a demo account"),
    "test": ("[ARGS]", "run the tests with all they need, a browser too (ARGS go to pytest)"),
    "check": ("[ARGS]", "format, lint, types, layers, templates, then the tests: all that CI runs"),
    "bench": ("[NAME ...] [--json FILE]", "run the benchmarks of the folder bench"),
    "serve": ("", "serve a configured installation (see config.py) on loopback, behind a proxy"),
}


def line(command: str) -> str:
    """The command's line of usage."""
    arguments, purpose = USAGE[command]
    called = f"python3 manage.py {command} {arguments}".rstrip()
    return f"{called:<58}  {purpose}"


def asks_for_help(arguments: Sequence[str]) -> bool:
    """Whether help is asked for, wherever the word stands."""
    return not HELP.isdisjoint(arguments)


def require_none(command: str, arguments: Sequence[str]) -> None:
    """Stop with one line where a command that takes no arguments was given some."""
    if arguments:
        sys.exit(f"There is no argument {arguments[0]} here. Usage: {' '.join(line(command).split())}")
