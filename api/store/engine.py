"""The engine: one database behind one URL, SQLite in a file or PostgreSQL, with the same promises.

Transactions see each other whole or not at all, a write waits for another instead of failing, and what was committed
survives a crash of the process or of the machine.  A network that falls silent is noticed within seconds at both ends.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event

BUSY_MS = 30_000
"""How long a write on SQLite waits for another one."""

AWAY = (sa.exc.OperationalError, sa.exc.InternalError, sa.exc.TimeoutError)
"""What is raised while the store is away, full, read-only or out of connections: the same may succeed later."""

NOTICES = {
    "connect_timeout": "10",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
    " -c idle_in_transaction_session_timeout=60000",
}
"""How a silent network is noticed: by this end, and (options) by the server, which otherwise keeps the locks of a
client that is gone for two hours.  What a store's URL says itself comes first."""


def open_engine(url: str, keep_references: bool = True) -> Engine:
    """The engine of a URL: "sqlite:///path" or "postgresql://user@host:port/name".  Raises ArgumentError otherwise.

    keep_references: False lets SQLite break references for a while, as migrations must.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, keep_references)
    if parsed.get_backend_name() != "postgresql":
        raise sa.exc.ArgumentError(f"the store is SQLite or PostgreSQL, not {parsed.get_backend_name()}")
    engine = sa.create_engine(
        noticing(parsed),
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    return _closing_late_ones(engine)


def noticing(url: sa.URL) -> sa.URL:
    """The URL of a PostgreSQL store for our driver, with what notices a network that falls silent."""
    return url.set(drivername="postgresql+psycopg", query=NOTICES | dict(url.query))


def is_sqlite(bind: Engine | Connection) -> bool:
    """Whether the store is one file of this machine."""
    return bind.dialect.name == "sqlite"


def now_seconds(bind: Engine | Connection) -> sa.ColumnElement[float]:
    """The store's own clock in seconds since 1970: machines may disagree about the time, the store does not."""
    if is_sqlite(bind):
        return sa.literal_column("((julianday('now') - 2440587.5) * 86400.0)", sa.Float)
    return sa.literal_column("extract(epoch from clock_timestamp())::float8", sa.Float)


def _sqlite(url: sa.URL, keep_references: bool) -> Engine:
    driver = {"timeout": BUSY_MS / 1000, "check_same_thread": False}
    # Values of a statement that fails would stand in the log: hashes of secrets, names of people.
    engine = sa.create_engine(url, connect_args=driver, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        references = "foreign_keys=ON" if keep_references else "foreign_keys=OFF"
        for setting in (f"busy_timeout={BUSY_MS}", "synchronous=FULL", references):
            connection.execute(f"PRAGMA {setting}")
        _write_ahead(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Without it a transaction that reads and then writes loses updates: the driver begins only at the write.
        wanted = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if wanted else "BEGIN IMMEDIATE")

    return _closing_late_ones(engine)


def _closing_late_ones(engine: Engine) -> Engine:
    """Close what comes back after the engine was disposed of: it would go to a pool that nobody knows any more."""
    ended = threading.Event()

    @event.listens_for(engine, "engine_disposed")
    def _end(_engine: Engine) -> None:
        ended.set()

    @event.listens_for(engine, "checkin")
    def _close(_connection: Any, record: Any) -> None:
        if ended.is_set():
            record.invalidate()

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers go on beside a writer.  A new file changes its mode once, and that does not wait for others."""
    deadline = time.monotonic() + BUSY_MS / 1000
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
