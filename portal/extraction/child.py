"""The script that the child process runs: it limits itself before it loads anything that reads documents.

Run as a file, with its limits and the folder above the package as arguments. Nothing of the portal is
imported until the limits hold, and ``portal/__init__.py`` never is: the parsers need neither the web
application nor its settings.
"""

import ctypes
import importlib
import json
import os
import resource
import sys
from types import ModuleType

NOT_DUMPABLE = (4, 0, 0, 0, 0)


def limit_self(limits: dict[str, float]) -> None:
    """Bound memory, time and open files of this process and its children; no written files, no core dumps."""
    bounds = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_CPU: limits["cpu_seconds"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        resource.setrlimit(kind, (int(bound), int(bound)))
    # Where core dumps go to a program, their limit is not heeded; a process that is not dumpable gives none.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(*NOT_DUMPABLE)


def loaded(root: str) -> ModuleType:
    """The worker, from the package under ``root``."""
    sys.path.insert(0, root)
    package = ModuleType("portal")
    package.__path__ = [os.path.join(root, "portal")]  # noqa: PTH118 - pathlib is not needed here otherwise
    sys.modules["portal"] = package
    return importlib.import_module("portal.extraction.worker")


def main() -> int:
    """Answer requests on standard input until it ends."""
    limits = json.loads(sys.argv[1])
    limit_self(limits)
    status: int = loaded(sys.argv[2]).serve(limits["wall_seconds"])
    return status


if __name__ == "__main__":
    sys.exit(main())
