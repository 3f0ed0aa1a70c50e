"""The second factor: six digits that change every 30 seconds (TOTP, RFC 6238)."""

import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DRIFT_STEPS = 1
ISSUER = "Task Force Portal"


def new_secret() -> str:
    """A fresh 160-bit secret, in the base32 that authenticator apps take."""
    return pyotp.random_base32(32)


def enrolment_uri(secret: str, email: str) -> str:
    """The otpauth address that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def digits(typed: str) -> str | None:
    """The six digits of what was typed, spaces and hyphens left out; None where they are not six digits."""
    kept = "".join(typed.split()).replace("-", "")
    return kept if len(kept) == 6 and kept.isascii() and kept.isdigit() else None


def matching_step(secret: str, code: str, *, at: datetime, after_step: int) -> int | None:
    """The time step whose code this is, within one of ``at`` and later than ``after_step``; or None.

    The caller must store the step before it trusts the code: a step is good for one sign-in.
    """
    totp = pyotp.TOTP(secret)
    present = int(at.timestamp()) // STEP_SECONDS
    nearby = range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1)
    matches = [step for step in nearby if hmac.compare_digest(totp.generate_otp(step), code)]
    later = [step for step in matches if step > after_step]
    return max(later, default=None)
