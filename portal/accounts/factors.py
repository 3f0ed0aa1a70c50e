"""The member's TOTP secret, sealed with a key of its own."""

from uuid import UUID

from flask import current_app
from sqlalchemy import update

from portal.accounts import totp
from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db
from portal.core.sealing import Sealer
from portal.keyring import Keyring


def sealed(member_id: UUID, secret: str) -> bytes:
    """``secret`` as it is stored for this member, and opens for no other."""
    return _sealer(member_id).seal(secret.encode(), aad=_place(member_id))


def use_code(member: Member, code: str) -> bool:
    """Whether ``code`` is the member's now; asking uses a right one up, even when asked twice at once."""
    secret = _sealer(member.id).open(member.totp_secret_sealed, aad=_place(member.id)).decode()
    step = totp.matching_step(secret, code, at=clock.now(), after_step=member.totp_last_step)
    if step is None:
        return False
    once = update(Member).where(Member.id == member.id, Member.totp_last_step < step)
    used = db.session.execute(once.values(totp_last_step=step).execution_options(synchronize_session=False))
    return used.rowcount == 1  # type: ignore[attr-defined]


def _place(member_id: UUID) -> bytes:
    return b"member.totp:" + member_id.bytes


def _sealer(member_id: UUID) -> Sealer:
    keyring: Keyring = current_app.extensions["keyring"]
    return keyring.system_sealer(member_id)
