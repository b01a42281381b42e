"""Sketches of instances as stored: derived, and made anew whenever one is absent or stale."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from api.store.tables import sketches


def put(connection: Connection, instance_id: str, content: bytes) -> None:
    """Keep the sketch of a stored instance, in the place of an earlier one."""
    mine = sketches.c.instance_id == instance_id
    if not connection.execute(sketches.update().where(mine).values(content=content)).rowcount:
        connection.execute(sketches.insert().values(instance_id=instance_id, content=content))


def put_late(engine: Engine, instance_id: str, content: bytes) -> bool:
    """Keep it in a transaction of its own; whether that could be done.

    A store that takes no changes, or another service that did the same just then, is no reason to show nothing.
    """
    try:
        with engine.begin() as connection:
            put(connection, instance_id, content)
    except (sa.exc.DBAPIError, sa.exc.TimeoutError):
        return False
    return True


def find(connection: Connection, instance_id: str) -> bytes | None:
    """The sketch of an instance, of whatever version; None when none is kept."""
    wanted = sa.select(sketches.c.content).where(sketches.c.instance_id == instance_id)
    found: bytes | None = connection.execute(wanted).scalar_one_or_none()
    return found
