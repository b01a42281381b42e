"""Workers: who says that it lives, by the store's own clock.

The time is for people and for counting.  Who is dead is not judged by it, but by listening: see silence.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.engine import now_seconds
from api.store.tables import RUN_STATES, runs, workers


def beat(connection: Connection, worker_id: str, place: str) -> None:
    """This worker lives."""
    now = now_seconds(connection)
    seen = connection.execute(workers.update().where(workers.c.id == worker_id).values(seen_at=now))
    if seen.rowcount == 0:
        connection.execute(workers.insert().values(id=worker_id, place=place, started_at=now, seen_at=now))


def leave(connection: Connection, worker_id: str) -> None:
    """This worker stops; others may take over what it had at once."""
    connection.execute(workers.delete().where(workers.c.id == worker_id))


def seen(connection: Connection) -> Mapping[str, float]:
    """Each worker that has not left, and when it was last seen."""
    return {row.id: row.seen_at for row in connection.execute(sa.select(workers.c.id, workers.c.seen_at))}


def count_alive(connection: Connection, dead_after_seconds: int) -> int:
    """How many workers were seen within so many seconds, before or (where the clock was set back) after now."""
    near = sa.func.abs(workers.c.seen_at - now_seconds(connection)) <= dead_after_seconds
    return int(connection.execute(sa.select(sa.func.count()).select_from(workers).where(near)).scalar_one())


def forget(connection: Connection, silent: Collection[str], dead_for_seconds: int) -> None:
    """Clear away those of the silent workers that were not seen for so long."""
    before = now_seconds(connection) - dead_for_seconds
    connection.execute(workers.delete().where(workers.c.id.in_(silent), workers.c.seen_at < before))


def runs_by_state(connection: Connection) -> dict[str, int]:
    """How many runs are in each state."""
    counted = connection.execute(sa.select(runs.c.state, sa.func.count().label("count")).group_by(runs.c.state))
    return dict.fromkeys(RUN_STATES, 0) | {row.state: row[1] for row in counted}
