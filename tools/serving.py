"""Serving the portal on loopback: gunicorn and the worker, watched, and ended together."""

import contextlib
import ctypes
import fcntl
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tools.setting_up import PYTHON, ROOT


def listening_address() -> tuple[str, int]:
    """HOST and PORT of the environment; anything but loopback, or a port in use, stops here with one line."""
    host, named = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not (named.isascii() and named.isdigit() and 0 < int(named) < 65536):
        sys.exit(f"PORT is {named}, which is no port. Use a number from 1024 to 65535.")
    host, port = "127.0.0.1" if host == "localhost" else host, int(named)
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        sys.exit(f"HOST is {host}, but the portal listens on this machine only (127.0.0.1). Unset HOST.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"Port {port} cannot be used: {error.strerror}. Try another, such as PORT={port + 1}.")
    return host, port


@contextlib.contextmanager
def alone_in(instance: Path) -> Iterator[None]:
    """Hold the instance folder for this process; where another holds it, stop here with one line."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The lock goes with the process, however it ends; the empty file stays.
    with os.fdopen(os.open(instance / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(
                f"Another demo is running on the folder {instance}. Stop it first (Ctrl-C where it runs)."
            )
        yield


def web_command(host: str, port: int) -> list[str | Path]:
    """Gunicorn, without its control socket and without files on disk for its heartbeat."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        bind,
        "--workers",
        "2",
        "--threads",
        "8",
    ]
    command += ["--no-control-socket", "--graceful-timeout", "10", "--log-level", "warning"]
    # A client must not name the place where the portal is mounted, not even through a proxy on this machine.
    command += ["--forwarder-headers", "NONE"]
    if Path("/dev/shm").is_dir():
        command += ["--worker-tmp-dir", "/dev/shm"]
    return command


def end_with_parent() -> None:
    """In a child: ask Linux to end it when this program ends, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Supervisor:
    """Keeps the web server and the worker running, and ends both when asked to."""

    def __init__(self, host: str, port: int, folder: Path = ROOT) -> None:
        self.folder = folder
        self.commands: dict[str, list[str | Path]] = {
            "web": web_command(host, port),
            "worker": [PYTHON, "-m", "flask", "--app", "wsgi", "worker"],
        }
        self.health = f"http://{f'[{host}]' if ':' in host else host}:{port}/healthz"
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def start(self) -> None:
        """Start both, and return when the web server answers."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop_asked)
        for name in self.commands:
            self._launch(name)
        patience = time.monotonic() + 60
        while not self.stopping and not self._answers():
            if self.running["web"].poll() is not None or time.monotonic() > patience:
                self.stop()
                sys.exit("The web server did not start; what it said stands above.")
            time.sleep(0.1)

    def watch(self) -> int:
        """Wait until asked to stop; a dead worker is started again, a dead web server ends all."""
        while not self.stopping:
            time.sleep(0.3)
            if self.running["web"].poll() is not None:
                print("The web server ended; stopping.", flush=True)
                break
            if self.running["worker"].poll() is not None and not self.stopping:
                print("The worker ended; starting it again.", flush=True)
                time.sleep(1)
                self._launch("worker")
        asked = self.stopping
        self.stop()
        return 0 if asked else 1

    def stop(self) -> None:
        """End both politely, and by force after fifteen seconds."""
        self.stopping = True
        for process in self.running.values():
            process.terminate()
        deadline = time.monotonic() + 15
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)

    def _launch(self, name: str) -> None:
        # A session of its own: Ctrl-C reaches this program only, which then ends both in order.
        self.running[name] = subprocess.Popen(
            self.commands[name],
            cwd=self.folder,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - safe here: this program has a single thread
        )

    def _stop_asked(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.health, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False
