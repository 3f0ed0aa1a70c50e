"""Rows of items: what is in the clear is ids, kinds, markings and times; everything people wrote is sealed."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock, ids
from portal.core.db import Base


class Kind(StrEnum):
    """What an item is."""

    PROTOCOL = "protocol"
    TRAINING = "training"
    REFERENCE = "reference"

    @property
    def label(self) -> str:
        """The kind's name as pages show it."""
        return {"protocol": "Sample protocol", "training": "Training", "reference": "Reference"}[self.value]


class Marking(StrEnum):
    """How sensitive an item is; the compartment, not the marking, decides who reads it."""

    NONE = "none"
    SENSITIVE = "sensitive"
    LES = "les"

    @property
    def label(self) -> str:
        """The marking's name as pages show it."""
        return {"none": "Not sensitive", "sensitive": "Sensitive", "les": "Law enforcement sensitive"}[
            self.value
        ]


class Item(Base):
    """One item in its one compartment. ``card`` seals what a list shows; ``ItemVersion`` seals the rest."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("compartment_id", "source_tag", name="uq_item_source"),
        Index("ix_item_shelf", "compartment_id", "kind", "updated_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    kind: Mapped[str] = mapped_column(String(20))
    compartment_id: Mapped[UUID] = mapped_column(ForeignKey("compartment.id"))
    marking: Mapped[str] = mapped_column(String(20))
    owner_agency_id: Mapped[UUID]
    task_force_id: Mapped[UUID | None] = mapped_column(default=None)
    dated: Mapped[date | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)
    card: Mapped[bytes]
    source_tag: Mapped[bytes | None] = mapped_column(default=None)
    created_by: Mapped[UUID | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)


class ItemVersion(Base):
    """The sealed text of one version of an item; versions are never changed, only added."""

    __tablename__ = "item_version"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    marking: Mapped[str] = mapped_column(String(20))
    dated: Mapped[date | None] = mapped_column(default=None)
    payload: Mapped[bytes]
    created_by: Mapped[UUID | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Attachment(Base):
    """A file of one version of an item: its id names the sealed blob, its name and type are sealed here."""

    __tablename__ = "attachment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    compartment_id: Mapped[UUID] = mapped_column(ForeignKey("compartment.id"))
    version: Mapped[int]
    label: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Job(Base):
    """Work promised by a committed transaction. It names ids only, never content."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "not_before", "leased_until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    kind: Mapped[str] = mapped_column(String(20))
    compartment_id: Mapped[UUID]
    object_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    not_before: Mapped[datetime] = mapped_column(default=clock.now)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
