"""The commands of manage.py: what they say to a person, and that what they start is watched and ended."""

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path

import pytest

from tools import accounts, benchmarks, serving, setting_up

ROOT = Path(__file__).resolve().parents[1]
# The secret and the codes of RFC 6238, appendix B (SHA-1), of which the last six digits are used.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SITE = """
    import os, time
    from pathlib import Path
    from flask import Flask

    app = Flask(__name__)
    app.add_url_rule("/healthz", "healthz", lambda: "up")

    @app.cli.command("worker")
    def worker():
        Path("worker.pid").write_text(str(os.getpid()))
        time.sleep(60)
"""
SCRIPT = """
    import sys
    from pathlib import Path
    from tools.serving import Supervisor

    supervisor = Supervisor("127.0.0.1", int(sys.argv[1]), Path(sys.argv[2]))
    supervisor.start()
    print("up", flush=True)
    sys.exit(supervisor.watch())
"""


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "manage.py", *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds: float = 20.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(moment, code):
    assert accounts.code_at(RFC_SECRET, moment) == code


def test_without_a_command_the_help_is_shown():
    answer = manage()

    assert answer.returncode == 2
    assert "python3 manage.py demo" in answer.stdout


@pytest.mark.parametrize("command", ["demo", "code", "test", "check", "bench", "serve"])
@pytest.mark.parametrize("word", ["--help", "-h"])
def test_every_command_answers_a_call_for_help_with_its_line_and_does_nothing(command, word):
    answer = manage(command, word)

    assert answer.returncode == 0
    assert answer.stdout.startswith(f"python3 manage.py {command}")
    assert answer.stdout.count("\n") == 1


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_an_unknown_argument_is_refused_in_one_line(command):
    answer = manage(command, "--port=9000")

    assert answer.returncode == 1
    assert answer.stderr.startswith(
        f"There is no argument --port=9000 here. Usage: python3 manage.py {command}"
    )
    assert answer.stderr.count("\n") == 1


@pytest.mark.enable_socket
def test_a_second_demo_on_the_same_folder_is_refused_in_one_line(tmp_path):
    with serving.alone_in(tmp_path / "instance"):
        answer = manage("demo", PORT=str(free_port()), PORTAL_INSTANCE=str(tmp_path / "instance"))

    assert answer.returncode == 1
    assert "Another demo is running on the folder" in answer.stderr
    assert answer.stderr.count("\n") == 1
    with serving.alone_in(tmp_path / "instance"):
        pass


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "portal.example.gov", "::"])
def test_the_demo_refuses_to_listen_on_anything_but_loopback(host):
    answer = manage("demo", HOST=host)

    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "this machine only" in answer.stderr


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused(port):
    answer = manage("demo", PORT=port)

    assert answer.returncode == 1
    assert "which is no port" in answer.stderr


@pytest.mark.enable_socket
def test_a_port_in_use_is_said_in_one_line():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        answer = manage("demo", PORT=str(port))

    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert f"Port {port} cannot be used" in answer.stderr


def test_one_account_of_each_kind_of_person_is_shown():
    people = [
        {"role": "member", "agency_kind": "local", "name": "A"},
        {"role": "member", "agency_kind": "local", "name": "B"},
        {"role": "member", "agency_kind": "provider", "name": "C"},
        {"role": "auditor", "agency_kind": "local", "name": "D"},
    ]

    shown = accounts.one_of_each_kind(people)

    assert [person["name"] for person in shown] == ["A", "C", "D"]


def test_benchmarks_are_chosen_by_name_and_the_rest_is_passed_on():
    known = ["relevance", "sealing", "search"]

    assert benchmarks.parse([], known) == (known, None, [])
    assert benchmarks.parse(["search", "--json", "/tmp/x"], known) == (["search"], Path("/tmp/x"), [])
    assert benchmarks.parse(["relevance", "folder"], known) == (["relevance"], None, ["folder"])
    with pytest.raises(SystemExit, match="There is no benchmark speed"):
        benchmarks.parse(["speed"], known)


def test_the_files_that_a_stylesheet_loads_are_found(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "a.svg").write_text("<svg/>")
    style = "a{b:url(../img/a.svg?x)}c{d:url('data:image/png;base64,AA')}e{f:url(../img/none.svg)}"
    (tmp_path / "css" / "x.css").write_text(style)

    assert setting_up.named_by(tmp_path, Path("css/x.css")) == [Path("img/a.svg")]


def test_the_lock_of_the_assets_names_no_registry():
    assert "http" not in re.sub(r'"(funding|url)".*', "", (ROOT / "package-lock.json").read_text())


def test_the_web_server_runs_without_control_socket_on_the_address_given():
    command = [str(part) for part in serving.web_command("::1", 8000)]

    assert "--no-control-socket" in command
    assert command[command.index("--bind") + 1] == "[::1]:8000"


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_dead_worker_is_started_again_and_both_end_when_asked(tmp_path):
    (tmp_path / "wsgi.py").write_text(textwrap.dedent(SITE))
    port = free_port()
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), str(port), str(tmp_path)]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    pid_file = tmp_path / "worker.pid"

    assert program.stdout is not None
    assert program.stdout.readline() == "up\n"
    first = int(wait_for(lambda: pid_file.exists() and pid_file.read_text()))
    os.kill(first, signal.SIGKILL)
    second = int(wait_for(lambda: pid_file.read_text() not in ("", str(first)) and pid_file.read_text()))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as page:
        assert page.read() == b"up"
    program.send_signal(signal.SIGTERM)

    assert program.wait(20) == 0
    program.stdout.close()
    assert not Path(f"/proc/{second}").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
