"""A store that takes no changes for a while, as one whose disk is read-only or that was degraded to a copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from api.store.engine import is_sqlite


@dataclass
class Closed:
    """begun: how many transactions would write.  refused: how many of them may change nothing."""

    begun: int = 0
    refused: int = 0


@contextmanager
def read_only(engine: Engine, transactions: int | None = None, every: int = 1) -> Iterator[Closed]:
    """Let every transaction that would write, or so many of them, or only every so manieth, change nothing."""
    closed = Closed()

    def close(connection: Connection) -> None:
        is_reading = connection.get_execution_options().get("reading")
        if is_reading or (transactions is not None and closed.refused >= transactions):
            return
        closed.begun += 1
        if closed.begun % every:
            return
        closed.refused += 1
        if is_sqlite(engine):
            # What SQLite says when the disk beneath it has become read-only.
            raise OperationalError(
                "BEGIN IMMEDIATE", {}, sqlite3.OperationalError("attempt to write a readonly database")
            )
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    event.listen(engine, "begin", close)
    try:
        yield closed
    finally:
        event.remove(engine, "begin", close)
