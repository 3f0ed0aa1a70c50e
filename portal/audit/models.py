"""The trail's two tables: events in a chain, and checkpoints that pin its length. No name is in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base

Number = BigInteger().with_variant(Integer, "sqlite")


class AuditEvent(Base):
    """One act, done, refused or failed. Rows are appended by ``record.write`` and changed by nothing."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    epoch: Mapped[int] = mapped_column(Number)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    agency_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(10))
    object_kind: Mapped[str | None] = mapped_column(String(40))
    object_id: Mapped[UUID | None] = mapped_column(index=True)
    compartment_id: Mapped[UUID | None]
    source: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditCheckpoint(Base):
    """Closes one key epoch: the trail had ``size`` events and its last hash was ``head``."""

    __tablename__ = "audit_checkpoint"

    epoch: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(Number)
    head: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
