"""Compartments, the rules that say who is in them, and grants to single members."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock, ids
from portal.core.db import Base


class Compartment(Base):
    """A need-to-know group. Every item lives in exactly one; there is no compartment for everybody."""

    __tablename__ = "compartment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    purpose: Mapped[str] = mapped_column(String(400), default="")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    index_generation: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    rules: Mapped[list["CompartmentRule"]] = relationship(cascade="all, delete-orphan")
    grants: Mapped[list["CompartmentGrant"]] = relationship(cascade="all, delete-orphan")


class CompartmentRule(Base):
    """Lets in whoever meets all the conditions of the row. A row without a condition cannot be stored."""

    __tablename__ = "compartment_rule"
    __table_args__ = (
        CheckConstraint(
            "task_force_id IS NOT NULL OR agency_id IS NOT NULL OR agency_kind IS NOT NULL "
            "OR role IS NOT NULL OR any_task_force",
            name="has_condition",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    compartment_id: Mapped[UUID] = mapped_column(ForeignKey("compartment.id", ondelete="CASCADE"), index=True)
    task_force_id: Mapped[UUID | None] = mapped_column(default=None)
    agency_id: Mapped[UUID | None] = mapped_column(default=None)
    agency_kind: Mapped[str | None] = mapped_column(String(40), default=None)
    role: Mapped[str | None] = mapped_column(String(40), default=None)
    any_task_force: Mapped[bool] = mapped_column(default=False)


class CompartmentGrant(Base):
    """Lets in one member by name, until a date where one is set."""

    __tablename__ = "compartment_grant"

    compartment_id: Mapped[UUID] = mapped_column(
        ForeignKey("compartment.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    until: Mapped[datetime | None] = mapped_column(default=None)
    granted_by: Mapped[UUID]
    granted_at: Mapped[datetime] = mapped_column(default=clock.now)
