"""The wrapped keys. No row here is of any use without the master key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class CompartmentKey(Base):
    """One version of a compartment's key, wrapped by the master key; the highest wraps new data keys."""

    __tablename__ = "compartment_key"

    compartment_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class DataKey(Base):
    """The data key of one owner (an item, an attachment, or a compartment for its index)."""

    __tablename__ = "data_key"
    # The database itself refuses to drop a compartment key that still wraps something.
    __table_args__ = (
        ForeignKeyConstraint(
            ["compartment_id", "key_version"], ["compartment_key.compartment_id", "compartment_key.version"]
        ),
        Index("ix_data_key_compartment_id_key_version", "compartment_id", "key_version"),
    )

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    compartment_id: Mapped[UUID]
    key_version: Mapped[int]
    wrapped: Mapped[bytes]
