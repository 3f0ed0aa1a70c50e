"""The check of the trail's key that stops a start."""

from hmac import compare_digest

from sqlalchemy import Connection, select

from portal.audit.chain import EpochKey, mac
from portal.audit.checkpoints import last_checkpoint
from portal.audit.keyfile import KeyFile
from portal.audit.models import AuditEvent
from portal.audit.trail import current_trail
from portal.core.db import db, reading
from portal.core.errors import Misconfigured


def check_key() -> None:
    """``Misconfigured`` where the key is missing, exposed, damaged, or not the trail's own.

    Call it with no transaction open, once the tables exist. It looks at the trail's end alone.
    """
    key_file = current_trail().key_file
    key = key_file.current()
    with reading():
        try:
            is_ours = _wrote_the_end(db.session.connection(), key_file, key)
        finally:
            db.session.rollback()
    if not is_ours:
        raise Misconfigured(
            f"The audit key {key_file.path} is not the one that this database's trail was written with. "
            "Put back the key file that belongs to this database."
        )


def _wrote_the_end(connection: Connection, key_file: KeyFile, key: EpochKey) -> bool:
    """By the last checkpoint and the last event, as far as the key of the file can tell."""
    signed: list[tuple[int, bytes, bytes]] = []
    closed = last_checkpoint(connection)
    if closed is not None:
        signed.append((closed.epoch + 1, closed.statement, closed.mac))
    event = connection.execute(
        select(AuditEvent.epoch, AuditEvent.hash, AuditEvent.mac).order_by(AuditEvent.seq.desc()).limit(1)
    ).first()
    if event is not None:
        signed.append((event[0], event[1], event[2]))
    return all(
        compare_digest(mac(key_file.later(key, epoch).key, message), expected)
        for epoch, message, expected in signed
        if epoch >= key.epoch
    )
