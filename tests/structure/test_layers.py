"""The layers hold, and each contract is shown to fail on a fault of its kind."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.structure.source import PORTAL, ROOT

pytestmark = pytest.mark.slow

SETTINGS = ROOT / "pyproject.toml"
CONTRACTS = [
    contract["name"] for contract in tomllib.loads(SETTINGS.read_text())["tool"]["importlinter"]["contracts"]
]
# For each contract, an import that breaks it: file and line.
FAULTS = {
    "Each room imports only what stands below it": [
        ("core/text.py", "import portal.web.paging"),
        ("access/rules.py", "import portal.content.values"),
        ("search/forms.py", "import portal.library.topics"),
        ("accounts/names.py", "import portal.content.values"),
        ("keyring/aead.py", "import portal.storage.port"),
        ("library/topics.py", "import portal.demo.people"),
    ],
    "Inside a feature: views, forms, service, queries, models": [
        ("content/models.py", "import portal.content.queries"),
        ("content/queries.py", "import portal.content.service"),
        ("library/forms.py", "import portal.library.views"),
    ],
    "cryptography lives in the keyring": [("content/seals.py", "import cryptography")],
    "Whoosh lives in the index": [("search/views.py", "import whoosh")],
    "The sanitiser lives in core.text": [
        ("library/reading.py", "import nh3"),
        ("web/shell.py", "import bleach"),
    ],
}


def lint(folder: Path) -> str:
    """What import-linter says of the package in ``folder``."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache", "--config", SETTINGS],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, to plant faults in."""
    folder = tmp_path_factory.mktemp("planted")
    unwanted = shutil.ignore_patterns("__pycache__", "templates", "static", "starter", "texts", "vendor")
    shutil.copytree(PORTAL, folder / "portal", ignore=unwanted)
    return folder


def test_every_contract_has_a_planted_fault() -> None:
    assert set(FAULTS) == set(CONTRACTS)


def test_the_package_as_it_is_keeps_every_contract(package: Path) -> None:
    assert "0 broken" in lint(package)


def test_each_contract_catches_the_faults_of_its_kind(package: Path) -> None:
    """All faults at once, for each run reads the whole package; each must be named in what is said."""
    before = {
        name: (package / "portal" / name).read_text() for faults in FAULTS.values() for name, _ in faults
    }
    for faults in FAULTS.values():
        for name, line in faults:
            (package / "portal" / name).write_text(f"{before[name]}\n{line}\n")

    said = lint(package)

    for name, text in before.items():
        (package / "portal" / name).write_text(text)
    for contract, faults in FAULTS.items():
        assert f"{contract} BROKEN" in said, contract
        for file, line in faults:
            module = "portal." + file.removesuffix(".py").replace("/", ".")
            assert f"{module} -> {line.removeprefix('import ')}" in said, (contract, line)
