"""Runs migrations over the application's own engine; one set for SQLite and PostgreSQL."""

from typing import Any

from alembic import context
from flask import current_app

from portal.core.db import UTCDateTime, db


def render_item(kind: str, value: Any, _autogen: Any) -> str | bool:
    """Write our time type as the plain one, so that a migration never imports the portal."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UTCDateTime) else False


def compare_type(_context: Any, _inspected: Any, _column: Any, _seen: Any, wanted: Any) -> bool | None:
    """Our time type is the plain one as far as the schema goes."""
    return False if isinstance(wanted, UTCDateTime) else None


def skip_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write no migration that changes nothing."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives.clear()


def run() -> None:
    """Upgrade or compare in one transaction (SQLite's own, which a batch of changes to a table needs)."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=compare_type,
            process_revision_directives=skip_empty,
            transaction_per_migration=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.in_transaction():
            connection.commit()


run()
