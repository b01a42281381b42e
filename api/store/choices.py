"""Choices: what an administrator sets while the service runs, and the store keeps."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.tables import choices

APPROVALS = "approvals_needed"
APPROVALS_MOST = 2


def approvals_needed(connection: Connection) -> int:
    """How many members must approve a plan before it is decided: 1, or 2 when an administrator chose so."""
    wanted = sa.select(choices.c.value).where(choices.c.name == APPROVALS)
    return connection.execute(wanted).scalar_one_or_none() or 1


def choose(connection: Connection, name: str, value: int, by: str) -> None:
    """Keep the choice in place of the one before."""
    connection.execute(choices.delete().where(choices.c.name == name))
    made = {"name": name, "value": value, "changed_by": by, "changed_at": datetime.now(UTC)}
    connection.execute(choices.insert().values(**made))
