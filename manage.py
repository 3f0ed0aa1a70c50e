#!/usr/bin/env python3
"""Sets up, runs and checks the portal; needs nothing but Python 3.11 and a way to the package registries.

``python3 manage.py`` alone lists the commands, and ``python3 manage.py COMMAND --help`` says how one is called.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - the one check that an older Python must still reach
    sys.exit("The portal needs Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".")

from tools import accounts, benchmarks, serving, setting_up, usage
from tools.setting_up import PYTHON, ROOT, tool

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "layers": ["lint-imports"],
    "templates": ["djlint", "portal", "--lint", "--profile=jinja", "--ignore=H015,J018", "--quiet"],
}


def demo(arguments: list[str]) -> int:
    """Set up, prepare the demo's data, serve it, and say how to sign in."""
    usage.require_none("demo", arguments)
    host, port = serving.listening_address()
    os.environ["PORTAL_ENV"] = "demo"
    with serving.alone_in(Path(os.environ.get("PORTAL_INSTANCE", ROOT / "instance"))):
        return _demo(host, port)


def _demo(host: str, port: int) -> int:
    setting_up.set_up()
    _make_private()
    _make_first_key(ROOT / "instance")
    _flask("demo", "prepare")
    return _serve(host, port, lambda: accounts.show(f"http://{host}:{port}"))


def serve(arguments: list[str]) -> int:
    """Serve an installation that is configured and migrated."""
    usage.require_none("serve", arguments)
    host, port = serving.listening_address()
    setting_up.set_up()
    _make_private()
    return _serve(host, port, lambda: print(f"Serving at http://{host}:{port} (Ctrl-C stops it)", flush=True))


def code(arguments: list[str]) -> int:
    """Print a fresh code of one demo account."""
    if len(arguments) != 1:
        sys.exit("Name one account. Usage: python3 manage.py code EMAIL")
    accounts.print_code(arguments[0])
    return 0


def test(arguments: list[str]) -> int:
    """Run the tests, in two processes unless the arguments say how many."""
    setting_up.set_up(tests=True)
    setting_up.prepare_browser()
    spread = [] if any(word.startswith(("-n", "--numprocesses")) for word in arguments) else ["-n", "2"]
    return subprocess.run([PYTHON, "-m", "pytest", *spread, *arguments], cwd=ROOT, check=False).returncode


def check(arguments: list[str]) -> int:
    """Run every check even where one fails, then the tests; the answer is whether all passed."""
    setting_up.set_up(tests=True)
    failed = []
    for name, (program, *rest) in CHECKS.items():
        print(f"== {name}", flush=True)
        if subprocess.run([tool(program), *rest], cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
    print("== tests", flush=True)
    if test(arguments) != 0:
        failed.append("tests")
    if failed:
        print(f"Not passed: {', '.join(failed)}.")
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Run benchmarks; they compare with libraries that only the tests need."""
    setting_up.set_up(tests=True)
    return benchmarks.run(arguments)


def _make_private() -> None:
    """Files made from here on are the owner's alone, and no crash leaves opened text in a core dump."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _make_first_key(instance: Path) -> None:
    """A master key for a demo that has no data yet; where there are data, a new key would not open them."""
    key = instance / "keys" / "master.key"
    if key.exists() or (instance / "portal.db").exists():
        return
    key.parent.mkdir(parents=True, exist_ok=True)
    with setting_up.step("Making a master key"):
        setting_up.run([PYTHON, "-m", "portal.keyring", "create", key])


def _flask(*command: str) -> None:
    done = subprocess.run([PYTHON, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT, check=False)
    if done.returncode != 0:
        sys.exit(f"The command 'flask {' '.join(command)}' failed; what it said stands above.")


def _serve(host: str, port: int, announce: Callable[[], None]) -> int:
    supervisor = serving.Supervisor(host, port)
    with setting_up.step("Starting the web server and the worker"):
        supervisor.start()
    if not supervisor.stopping:
        announce()
    return supervisor.watch()


COMMANDS = {"demo": demo, "serve": serve, "code": code, "test": test, "check": check, "bench": bench}


def main(arguments: list[str]) -> int:
    """Run the command that the first argument names."""
    if not arguments or arguments[0] not in COMMANDS:
        print(*(usage.line(command) for command in COMMANDS), sep="\n")
        return 0 if arguments[:1] in (["help"], ["--help"], ["-h"]) else 2
    if usage.asks_for_help(arguments[1:]):
        print(usage.line(arguments[0]))
        return 0
    return COMMANDS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
