"""A portal of its own for browser tests: the demo, served by gunicorn with its worker, as ``manage.py demo`` does."""

import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools.serving import end_with_parent, web_command
from tools.setting_up import PYTHON, ROOT


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """One instance folder with its two processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.accounts: dict[str, dict[str, str]] = {}
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Prepare the demonstration and start both processes."""
        self.flask("demo", "prepare")
        listed = json.loads((self.folder / "instance" / "demo-accounts.json").read_text())
        self.accounts = {account["name"].split()[0].lower(): account for account in listed}
        self._launch("web", web_command("127.0.0.1", self.port))
        self._launch("worker", [PYTHON, "-m", "flask", "--app", "wsgi", "worker"])

    def wait_until_it_answers(self) -> None:
        """Return when the portal answers."""
        patience = time.monotonic() + 60
        while not self._answers():
            if self._running[0].poll() is not None or time.monotonic() > patience:
                raise RuntimeError(f"The web server did not start: {self.log('web')}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End both processes."""
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.wait(20)

    def flask(self, *command: str) -> str:
        """What a flask command of this installation prints."""
        line = [PYTHON, "-m", "flask", "--app", "wsgi", *command]
        done = subprocess.run(
            line, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"flask {' '.join(command)} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def add_member(self, name: str, *, agency: str, task_force: str = "") -> dict[str, str]:
        """A further person to sign in as, kept under the first name."""
        first = name.split(maxsplit=1)[0].lower()
        email = f"{first}@demo.example"
        service = ("--task-force", task_force) if task_force else ()
        said = self.flask("members", "add", "--name", name, "--email", email, "--agency", agency, *service)
        password = re.search(r"[Pp]assword:?\s+(\S+)", said)
        secret = re.search(r"[?&]secret=([A-Z2-7]+)|\b([A-Z2-7]{32})\b", said)
        if password is None or secret is None:
            raise RuntimeError("flask members add did not show the factors")
        account = {"name": name, "email": email, "password": password[1]}
        account["totp_secret"] = secret[1] or secret[2]
        self.accounts[first] = account
        return account

    def log(self, name: str) -> str:
        """What the process ``web`` or ``worker`` has said so far."""
        return (self.folder / f"{name}.log").read_text()

    @property
    def _environment(self) -> dict[str, str]:
        own = {"PORTAL_ENV": "demo", "PORTAL_INSTANCE": str(self.folder / "instance")}
        return {**{k: v for k, v in os.environ.items() if k != "DATABASE_URL"}, **own}

    def _launch(self, name: str, command: list[str | Path]) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=self._environment,
                    stdout=log,
                    stderr=log,
                    preexec_fn=end_with_parent,
                )
            )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
