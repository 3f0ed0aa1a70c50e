"""The demo accounts as people need them: who there is, and the code that signs in now."""

import base64
import hmac
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tools.setting_up import ROOT

ACCOUNTS = ROOT / "instance" / "demo-accounts.json"
PERIOD = 30


def code_at(secret: str, moment: float) -> str:
    """The time-based code of RFC 6238 (SHA-1, 30 seconds, six digits) for a base32 ``secret``."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, int(moment // PERIOD).to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def load(path: Path = ACCOUNTS) -> list[dict[str, str]]:
    """The accounts that the demo's set-up wrote."""
    if not path.is_file():
        sys.exit("There are no demo accounts yet. Run: python3 manage.py demo")
    return json.loads(path.read_text())


def one_of_each_kind(accounts: list[dict[str, str]]) -> list[dict[str, str]]:
    """The first account of each role and kind of agency."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for account in accounts:
        found.setdefault((account["role"], account["agency_kind"]), account)
    return list(found.values())


def described(account: Mapping[str, str], moment: float) -> str:
    """An account in four lines, with the code that is right at ``moment``."""
    place = ", ".join(filter(None, (account["agency"], account["task_force"])))
    return (
        f"  {account['role'].replace('_', ' ')}: {account['name']} ({place})\n"
        f"    e-mail    {account['email']}\n"
        f"    password  {account['password']}\n"
        f"    code now  {code_at(account['totp_secret'], moment)}   secret {account['totp_secret']}\n"
    )


def show(address: str) -> None:
    """Print the address, and one sign-in for each kind of person."""
    now = time.time()
    print("\nOne sign-in for each kind of person (a code works once; all in instance/demo-accounts.json):\n")
    for account in one_of_each_kind(load()):
        print(described(account, now))
    print("A fresh code:  python3 manage.py code EMAIL")
    print(f"The portal is at {address} (Ctrl-C stops it).", flush=True)


def print_code(email: str) -> None:
    """Print the code of the account ``email`` and for how long it can be used."""
    now = time.time()
    for account in load():
        if account["email"].casefold() == email.casefold():
            left = PERIOD - int(now) % PERIOD
            print(f"{code_at(account['totp_secret'], now)}  (for {left} more seconds)")
            return
    sys.exit(f"No demo account has the e-mail address {email}.")
