"""Events of runs as stored: everything that a run reported, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.tables import run_events


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a run reported.  Numbers count from 1 without gaps."""

    number: int
    kind: str
    data: Mapping[str, Any]
    created_at: datetime


def events(connection: Connection, run_id: str, after: int, most: int = 500) -> list[Event]:
    """The events numbered over `after`, in order."""
    wanted = sa.select(run_events.c.number, run_events.c.kind, run_events.c.data, run_events.c.created_at)
    wanted = wanted.where(run_events.c.run_id == run_id, run_events.c.number > after)
    rows = connection.execute(wanted.order_by(run_events.c.number).limit(most))
    return [Event(**row._asdict()) for row in rows]


def count(connection: Connection, run_id: str, kind: str) -> int:
    """How many events of a kind the run has told."""
    wanted = sa.select(sa.func.count()).where(run_events.c.run_id == run_id, run_events.c.kind == kind)
    return int(connection.execute(wanted).scalar_one())


def tell(connection: Connection, run_id: str, kind: str, data: Mapping[str, Any]) -> None:
    """Append an event.  The run's own row must be locked, or new, so that numbers never clash."""
    last = sa.select(sa.func.coalesce(sa.func.max(run_events.c.number), 0)).where(run_events.c.run_id == run_id)
    number = connection.execute(last).scalar_one() + 1
    values = {"run_id": run_id, "number": number, "kind": kind, "data": dict(data), "created_at": datetime.now(UTC)}
    connection.execute(run_events.insert().values(**values))
