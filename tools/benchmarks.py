"""Running the benchmarks of the folder ``bench`` and merging what they measured."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.setting_up import PYTHON, ROOT


def names(folder: Path) -> list[str]:
    """The benchmarks in ``folder``: its modules that do not begin with an underscore."""
    return sorted(file.stem for file in folder.glob("*.py") if not file.name.startswith("_"))


def parse(arguments: Sequence[str], known: Sequence[str]) -> tuple[list[str], Path | None, list[str]]:
    """Which benchmarks, the file for the results, and what else is passed on to each of them."""
    rest, target = list(arguments), None
    if "--json" in rest:
        place = rest.index("--json")
        if place + 1 == len(rest):
            sys.exit("Name the file for the results: --json FILE")
        target = Path(rest[place + 1]).resolve()
        del rest[place : place + 2]
    count = next((i for i, word in enumerate(rest) if word not in known), len(rest))
    if count == 0 and rest and not rest[0].startswith("-"):
        sys.exit(f"There is no benchmark {rest[0]}. There are: {', '.join(known) or 'none'}.")
    return rest[:count] or list(known), target, rest[count:]


def run(arguments: Sequence[str]) -> int:
    """Run the named benchmarks one after the other; ``--json FILE`` gets the results of all, by name."""
    chosen, target, extra = parse(arguments, names(ROOT / "bench"))
    results: dict[str, object] = {}
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            part = Path(folder) / f"{name}.json"
            print(f"== {name}", flush=True)
            command: list[str | Path] = [PYTHON, "-m", f"bench.{name}", *extra, "--json", part]
            failed |= subprocess.run(command, cwd=ROOT, check=False).returncode
            if part.is_file():
                results[name] = json.loads(part.read_text())
    if target:
        target.write_text(json.dumps(results, indent=2) + "\n")
    return 1 if failed else 0
