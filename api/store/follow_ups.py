"""Follow-up as stored: one row for each grant of a published round, the days as ISO dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.tables import follow_ups
from instances.follow_up import FollowUp

NAMES = tuple(each.name for each in fields(FollowUp))
DAYS = tuple(name for name in NAMES if name.endswith("_on"))


def of_round(connection: Connection, round_id: str) -> dict[str, FollowUp]:
    """The follow-up of each grant of a round, by applicant."""
    wanted = sa.select(*(follow_ups.c[name] for name in NAMES)).where(follow_ups.c.round_id == round_id)
    return {row.applicant_id: _read(row._asdict()) for row in connection.execute(wanted)}


def begin(connection: Connection, round_id: str, rows: Iterable[FollowUp], by: str) -> None:
    """Store grants that are followed from now on.  Raises IntegrityError when one is there already."""
    connection.execute(follow_ups.insert(), [{"round_id": round_id, **_written(each, by)} for each in rows])


def change(connection: Connection, round_id: str, row: FollowUp, by: str) -> None:
    """Store what is known of a grant now.  Raises KeyError when it is not followed."""
    mine = (follow_ups.c.round_id == round_id) & (follow_ups.c.applicant_id == row.applicant_id)
    if connection.execute(follow_ups.update().where(mine).values(**_written(row, by))).rowcount != 1:
        raise KeyError(row.applicant_id)


def _written(row: FollowUp, by: str) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in NAMES}
    days = {name: values[name].isoformat() if values[name] else None for name in DAYS}
    return values | days | {"changed_by": by, "changed_at": datetime.now(UTC)}


def _read(values: Mapping[str, Any]) -> FollowUp:
    days = {name: date.fromisoformat(values[name]) if values[name] else None for name in DAYS}
    return FollowUp(**{**values, **days})
