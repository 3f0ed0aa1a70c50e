"""Getting a bare machine ready: virtual environment, pinned packages, interface assets, a browser."""

import contextlib
import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
VENDOR = ROOT / "portal" / "static" / "vendor"
USWDS = ROOT / "node_modules" / "@uswds" / "uswds" / "dist"
STYLES = Path("css/uswds.min.css")
# What no stylesheet names but pages do.
SCRIPTS_AND_ICONS = (Path("js/uswds.min.js"), Path("js/uswds-init.min.js"), Path("img/sprite.svg"))
OLDEST_NODE = 20


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Print ``text``, and how long the block took."""
    print(f"{text} ... ", end="", flush=True)
    start = time.monotonic()
    yield
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def run(command: Sequence[str | Path], **environment: str) -> None:
    """Run ``command`` quietly; where it fails, show what it said and stop."""
    variables = {**os.environ, **environment}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shown = " ".join(str(part) for part in command)
        sys.exit(f"failed\n{done.stdout}{done.stderr}\nThis command failed: {shown}")


def answers(command: Sequence[str | Path]) -> str:
    """What ``command`` prints, or nothing where it cannot run."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return ""


def tool(name: str) -> Path:
    """A program of the virtual environment."""
    return VENV / "bin" / name


def fingerprint(*files: Path) -> str:
    """One hash of the bytes of ``files``."""
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    """Whether the work that ``stamp`` stands for was done with ``value``."""
    return stamp.is_file() and stamp.read_text() == value


def make_venv() -> None:
    """A virtual environment with pip in ``.venv``, made anew where the one there does not run."""
    if PYTHON.exists() and answers([PYTHON, "-m", "pip", "--version"]):
        return
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("Python's venv is not complete here. On Debian or Ubuntu: apt install python3-venv")
    with step("Making a virtual environment"):
        venv.create(VENV, with_pip=True, clear=True, symlinks=True)


def install(name: str) -> None:
    """Install the pinned packages of the file ``name``, each checked against its hash."""
    stamp, value = STAMPS / name, fingerprint(ROOT / name)
    if stamped(stamp, value):
        return
    with step(f"Installing {name}"):
        # The file lists everything, so nothing is left to resolve; older pips (Debian 12's too) trip over extras.
        pip = (
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--no-deps",
        )
        run([PYTHON, *pip, "-r", ROOT / name])
        STAMPS.mkdir(exist_ok=True)
        stamp.write_text(value)


def npm() -> list[str]:
    """The command that starts npm: of a Node on PATH that is new enough, else of one from PyPI."""
    node, command = shutil.which("node"), shutil.which("npm")
    if node and command:
        version = re.match(r"v(\d+)", answers([node, "--version"]))
        if version and int(version[1]) >= OLDEST_NODE:
            return [command]
    install("requirements-node.txt")
    return [str(tool("npm"))]


def prepare_assets() -> None:
    """The design system in ``portal/static/vendor``, as locked in package-lock.json."""
    stamp, value = VENDOR / ".stamp", fingerprint(ROOT / "package-lock.json", Path(__file__))
    if stamped(stamp, value):
        return
    command = npm()
    with step("Fetching the design system"):
        # The virtual environment comes first on PATH, for npm of PyPI looks for its node there.
        path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        run([*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], PATH=path)
    with step("Copying its files"):
        shutil.rmtree(VENDOR, ignore_errors=True)
        for file in (STYLES, *SCRIPTS_AND_ICONS, *named_by(USWDS, STYLES)):
            publish(USWDS / file, VENDOR / "uswds" / file)
        stamp.write_text(value)


def named_by(root: Path, stylesheet: Path) -> list[Path]:
    """The files, relative to ``root``, that ``stylesheet`` loads."""
    names = set(re.findall(r"url\(['\"]?(?!data:)([^)'\"?#]+)", (root / stylesheet).read_text()))
    found = {Path(os.path.normpath(stylesheet.parent / name)) for name in names}
    return sorted(file for file in found if (root / file).is_file())


def publish(source: Path, target: Path) -> None:
    """Copy a file, with a gzip copy beside it where that is worth while."""
    target.parent.mkdir(parents=True, exist_ok=True)
    data = source.read_bytes()
    target.write_bytes(data)
    if target.suffix in {".css", ".js", ".svg"} and len(data) > 4096:
        target.with_name(target.name + ".gz").write_bytes(gzip.compress(data, mtime=0))


def set_up(*, tests: bool = False) -> None:
    """Everything that the portal, or its tests, need before they start."""
    make_venv()
    install("requirements.txt")
    if tests:
        install("requirements-dev.txt")
    prepare_assets()


def find_browser() -> str | None:
    """A Chromium that is already on PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def prepare_browser() -> None:
    """A Chromium for the browser tests: Debian's where we are root on Debian, else Playwright's own."""
    if find_browser():
        return
    root = os.geteuid() == 0
    release = Path("/etc/os-release")
    with step("Installing a browser"):
        if root and release.is_file() and "\nID=debian" in "\n" + release.read_text():
            run(["apt-get", "update", "-q"])
            packages = ["--no-install-recommends", "chromium"]
            run(["apt-get", "install", "-y", "-q", *packages], DEBIAN_FRONTEND="noninteractive")
        else:
            run([PYTHON, "-m", "playwright", "install", *(["--with-deps"] if root else []), "chromium"])
