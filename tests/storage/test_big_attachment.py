"""A 200 MB attachment goes in and out, sealed, in the memory of a small one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_200_megabytes_are_sealed_stored_read_and_opened_in_constant_memory(tmp_path: Path) -> None:
    script = Path(__file__).with_name("big_attachment.py")

    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "blobs"), "200"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )

    report = json.loads(done.stdout)
    assert report["same"] == 1
    assert report["gained"] < 8, report
