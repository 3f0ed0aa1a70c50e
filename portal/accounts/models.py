"""Agencies, task forces, members, who serves where, sessions, and tries at signing in that were not right."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock, ids
from portal.core.db import Base


class AgencyKind(StrEnum):
    """What sort of agency it is; rules of compartments may ask for it."""

    LOCAL_LAW_ENFORCEMENT = "local_law_enforcement"
    STATE_LAW_ENFORCEMENT = "state_law_enforcement"
    TRIBAL_LAW_ENFORCEMENT = "tribal_law_enforcement"
    FEDERAL_LAW_ENFORCEMENT = "federal_law_enforcement"
    PROSECUTOR = "prosecutor"
    VICTIM_SERVICE_PROVIDER = "victim_service_provider"
    GRANT_MAKER = "grant_maker"

    @property
    def label(self) -> str:
        """The kind as pages show it."""
        if self is AgencyKind.VICTIM_SERVICE_PROVIDER:
            return "Victim-service provider"
        return self.value.replace("_", " ").capitalize()


class MemberStatus(StrEnum):
    """Whether a member may sign in at all."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class SessionState(StrEnum):
    """How far a sign-in has come. Only ``FULL`` is a signed-in member."""

    PASSWORD_OK = "password_ok"  # noqa: S105 - the name of a state
    FULL = "full"


class Agency(Base):
    """An organisation whose people serve on task forces."""

    __tablename__ = "agency"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    skeleton: Mapped[str] = mapped_column(String(480), unique=True)
    kind: Mapped[str] = mapped_column(String(40))


class TaskForce(Base):
    """A human-trafficking task force: agencies of one region that work together."""

    __tablename__ = "task_force"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    skeleton: Mapped[str] = mapped_column(String(480), unique=True)
    state: Mapped[str] = mapped_column(String(60))
    region: Mapped[str] = mapped_column(String(200), default="")


class Member(Base):
    """A person who may sign in. ``epoch`` grows whenever all his sessions must end for good."""

    __tablename__ = "member"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[str] = mapped_column(String(120), default="")
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    totp_secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(20), default=MemberStatus.ACTIVE)
    epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(default=None)
    last_sign_in_source: Mapped[str | None] = mapped_column(String(64), default=None)

    agency: Mapped[Agency] = relationship()
    roles: Mapped[list["MemberRole"]] = relationship(cascade="all, delete-orphan")
    services: Mapped[list["Service"]] = relationship(cascade="all, delete-orphan")


class MemberRole(Base):
    """A role that a member holds in the whole portal, whatever task force he serves on."""

    __tablename__ = "member_role"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)


class Service(Base):
    """A member serves on a task force from ``since`` until, where it is set, ``until``."""

    __tablename__ = "service"
    __table_args__ = (CheckConstraint("until IS NULL OR until > since", name="ends_after_start"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    task_force_id: Mapped[UUID] = mapped_column(ForeignKey("task_force.id"), index=True)
    is_coordinator: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime | None] = mapped_column(default=None)

    task_force: Mapped[TaskForce] = relationship()


class SignInSession(Base):
    """One sign-in of one browser. The row is the truth; the cookie only carries the token that finds it."""

    __tablename__ = "sign_in_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(160), default="")
    previous_sign_in_at: Mapped[datetime | None] = mapped_column(default=None)
    previous_sign_in_source: Mapped[str | None] = mapped_column(String(64), default=None)


class SignInAttempt(Base):
    """A try at signing in that has not proved right; stored before it is evaluated, taken away once it has.

    ``account_key`` is a keyed fingerprint of the address: people at times type a password into that box.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_account", "account_key", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    account_key: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
