"""One process at a time changes compartment keys or the master key."""

from sqlalchemy import text

from portal.core.db import db

# On SQLite any statement opens the transaction with its one write lock (see ``core.db``). PostgreSQL is asked
# for a lock by number, "keys" in ASCII, which it gives back at the end of the transaction.
_STATEMENTS = {
    "sqlite": "SELECT 1",
    "postgresql": f"SELECT pg_advisory_xact_lock({int.from_bytes(b'keys', 'big')})",
}


def lock_keys() -> None:
    """Wait for, and hold until the transaction ends, the right to change keys."""
    connection = db.session.connection()
    connection.execute(text(_STATEMENTS[connection.dialect.name]))
