"""A store that takes no changes for a while, as one whose disk is read-only or that was degraded to a copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, event

from api.store.engine import is_sqlite


@dataclass
class Closed:
    """refused: how many transactions have begun that may change nothing."""

    refused: int = 0


@contextmanager
def read_only(engine: Engine, transactions: int | None = None) -> Iterator[Closed]:
    """Let every transaction, or so many of them, change nothing."""
    closed, setting = Closed(), "PRAGMA query_only=" if is_sqlite(engine) else "SET TRANSACTION READ "

    def close(connection: Connection) -> None:
        is_closed = transactions is None or closed.refused < transactions
        closed.refused += is_closed
        if is_sqlite(engine):
            connection.exec_driver_sql(setting + ("ON" if is_closed else "OFF"))
        elif is_closed:
            connection.exec_driver_sql(setting + "ONLY")

    event.listen(engine, "begin", close)
    try:
        yield closed
    finally:
        event.remove(engine, "begin", close)
        engine.dispose()
