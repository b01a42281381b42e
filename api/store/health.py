"""The store's health: does it take changes, and for how long has nobody taken up a run that could be."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.engine import now_seconds
from api.store.tables import runs, workers

PROBE = "probe"


def write_once(connection: Connection) -> None:
    """Write a row and take it back, so that the end of the transaction shows whether the disk takes changes.

    Raises one of AWAY, here or at the end of the transaction.
    """
    now = now_seconds(connection)
    connection.execute(workers.insert().values(id=PROBE, place=PROBE, started_at=now, seen_at=0.0))
    connection.execute(workers.delete().where(workers.c.id == PROBE))


def idle_seconds(connection: Connection, room: int) -> float:
    """For how long runs wait although a worker has room; 0.0 when none waits or all are busy.

    room: how many runs the workers that live take at once.  Counted from whatever happened last: a run that was asked
    for, began or ended, or a worker that started.
    """
    counted = sa.select(runs.c.state, sa.func.count().label("count")).where(runs.c.state.in_(("queued", "running")))
    active = {row.state: row[1] for row in connection.execute(counted.group_by(runs.c.state))}
    if not active.get("queued") or active.get("running", 0) >= room:
        return 0.0
    first = sa.select(sa.func.min(runs.c.created_at)).where(runs.c.state == "queued").scalar_subquery()
    happened = connection.execute(sa.select(first, sa.func.max(runs.c.started_at), sa.func.max(runs.c.ended_at))).one()
    started = connection.execute(sa.select(sa.func.max(workers.c.started_at))).scalar_one_or_none()
    last = max([each for each in happened if each is not None])
    since = max(last, datetime.fromtimestamp(started, UTC)) if started is not None else last
    idle: float = (datetime.now(UTC) - since).total_seconds()
    return max(0.0, idle)
