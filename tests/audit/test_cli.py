"""``flask audit``."""

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from flask import Flask

from portal.audit.trail import Trail

Record = Callable[[int], None]


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["audit", *arguments])


def test_init_creates_the_key_and_tells_what_to_do_with_the_first_one(app: Flask, trail: Trail) -> None:
    trail.key_file.path.unlink()

    result = run(app, "init")

    assert result.exit_code == 0
    assert "audit-k0 to the auditor" in result.output
    assert trail.key_file.current().epoch == 0


def test_init_leaves_an_existing_key_alone(app: Flask) -> None:
    result = run(app, "init")

    assert result.exit_code == 1
    assert "exists already" in result.output


def test_verify_exits_0_with_counts_and_says_what_the_first_key_would_add(
    app: Flask, record: Record, trail: Trail
) -> None:
    record(2)
    run(app, "checkpoint")
    record(1)

    without = run(app, "verify")
    with_k0 = run(app, "verify", "--k0", str(trail.key_file.path.with_name("audit-k0")))

    assert (without.exit_code, with_k0.exit_code) == (0, 0)
    assert without.output.startswith("The trail is intact: 3 events.\nChecked against a key: 1 of 3.\n")
    assert "--k0" in without.output
    assert with_k0.output == "The trail is intact: 3 events.\nChecked against a key: 3 of 3.\n"


def test_verify_exits_1_with_the_first_bad_number(
    app: Flask, record: Record, sql: Callable[..., None]
) -> None:
    record(3)
    sql("UPDATE audit_event SET act = 'item.list' WHERE seq = 2")

    result = run(app, "verify")

    assert result.exit_code == 1
    assert result.output == "Event 2: The event was changed.\n"


def test_verify_compares_with_checkpoints_kept_elsewhere(
    app: Flask, record: Record, sql: Callable[..., None], tmp_path: Path
) -> None:
    record(2)
    kept = tmp_path / "checkpoints.jsonl"
    kept.write_text(run(app, "checkpoint").output)
    assert run(app, "verify", "--checkpoints", str(kept)).exit_code == 0

    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"size": 3}))

    assert "Event 3:" in run(app, "verify", "--checkpoints", str(kept)).output


def test_files_that_cannot_be_used_are_named_in_one_line(app: Flask, trail: Trail, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"\xff\n")

    for arguments in (("--k0", str(damaged)), ("--checkpoints", str(damaged))):
        result = run(app, "verify", *arguments)

        assert result.exit_code == 1
        assert result.output.startswith("Error: ")
        assert result.output.count("\n") == 1


def test_checkpoint_says_when_nothing_is_new(app: Flask) -> None:
    result = run(app, "checkpoint")

    assert (result.exit_code, result.output) == (0, "Nothing was recorded since the last checkpoint.\n")


def test_checkpoint_without_the_key_says_what_to_do(app: Flask, record: Record, trail: Trail) -> None:
    record(1)
    trail.key_file.path.unlink()

    result = run(app, "checkpoint")

    assert result.exit_code == 1
    assert "is missing" in result.output
