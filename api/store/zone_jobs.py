"""Zone jobs as stored: who asked for them, who serves them, and what both say to each other until it was passed on.

A zone job belongs to one attempt of a run, named by its owner's token, and is gone when that attempt ends.  It is begun
once: one whose worker died is lost, and the run does the work itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.ids import new_id
from api.store.tables import runs, zone_jobs, zone_messages
from api.store.zone_tables import ZONE_STATES


@dataclass(frozen=True, slots=True)
class ZoneJob:
    """One zone job as its run sees it.

    number: its place in the order in which they came to work.  newest: number of the last message to the run, or 0.
    """

    id: str
    number: int | None
    state: str
    newest: int


def ask(connection: Connection, run_id: str, attempt: str, most: int) -> list[str]:
    """Ids of so many new zone jobs of an attempt; none when it has asked before, or is over."""
    before = sa.select(zone_jobs.c.id).where(zone_jobs.c.run_id == run_id).limit(1)
    if not _is_under_way(connection, run_id, attempt) or connection.execute(before).first() is not None:
        return []
    now = datetime.now(UTC)
    asked = [new_id("zj") for _ in range(most)]
    rows = [{"id": each, "run_id": run_id, "attempt": attempt, "state": "waiting", "asked_at": now} for each in asked]
    connection.execute(zone_jobs.insert(), rows)
    return asked


def claim(connection: Connection, zone_id: str, worker_id: str) -> str | None:
    """Begin a zone job: the id of its run, or None when another worker had it or its attempt is over."""
    found = connection.execute(sa.select(zone_jobs).where(zone_jobs.c.id == zone_id)).one_or_none()
    if found is None or not _is_under_way(connection, found.run_id, found.attempt):
        return None
    all_of_it = zone_jobs.alias()
    came = sa.select(sa.func.count(all_of_it.c.number)).where(all_of_it.c.run_id == found.run_id)
    connection.execute(
        zone_jobs.update()
        .where(zone_jobs.c.id == zone_id, zone_jobs.c.state == "waiting")
        .values(state="at_work", number=came.scalar_subquery(), worker=worker_id, began_at=datetime.now(UTC))
    )
    return found.run_id if newest(connection, zone_id, worker_id) is not None else None


def of_attempt(connection: Connection, run_id: str, attempt: str) -> list[ZoneJob]:
    """The zone jobs of an attempt, those that came to work first in the order in which they did."""
    wanted = (
        sa.select(zone_jobs.c.id, zone_jobs.c.number, zone_jobs.c.state, _newest("to_run").label("newest"))
        .where(zone_jobs.c.run_id == run_id, zone_jobs.c.attempt == attempt)
        .order_by(sa.nulls_last(zone_jobs.c.number), zone_jobs.c.id)
    )
    return [ZoneJob(**row._asdict()) for row in connection.execute(wanted)]


def newest(connection: Connection, zone_id: str, worker_id: str) -> int | None:
    """Number of the last message to a zone job, or 0; None when it is not this worker's, or not any more."""
    wanted = sa.select(_newest("to_job")).where(zone_jobs.c.id == zone_id, *_at_work(worker_id))
    found: int | None = connection.execute(wanted).scalar_one_or_none()
    return found


def send(connection: Connection, zone_id: str, direction: str, number: int, body: bytes) -> None:
    """Leave a message for the other end, numbered from 1, if the zone job is at work; twice is once."""
    at_work = sa.select(zone_jobs.c.id).where(zone_jobs.c.id == zone_id, zone_jobs.c.state == "at_work")
    there = sa.select(zone_messages.c.number).where(*_to(zone_id, direction), zone_messages.c.number == number)
    if connection.execute(at_work.with_for_update(read=True)).first() and not connection.execute(there).first():
        values = {"zone_job_id": zone_id, "direction": direction, "number": number, "body": body}
        connection.execute(zone_messages.insert().values(**values))


def messages(connection: Connection, zone_id: str, direction: str, after: int) -> list[tuple[int, bytes]]:
    """(number, body) of those behind a number, in order."""
    wanted = sa.select(zone_messages.c.number, zone_messages.c.body).where(
        *_to(zone_id, direction), zone_messages.c.number > after
    )
    return [(row.number, row.body) for row in connection.execute(wanted.order_by(zone_messages.c.number))]


def passed_on(connection: Connection, zone_id: str, direction: str, number: int) -> None:
    """The messages up to this one were passed on: nobody needs them any more."""
    connection.execute(zone_messages.delete().where(*_to(zone_id, direction), zone_messages.c.number <= number))


def lose(connection: Connection, zone_id: str, worker_id: str) -> None:
    """The process that served a zone job has died."""
    mine = (zone_jobs.c.id == zone_id, *_at_work(worker_id))
    connection.execute(zone_jobs.update().where(*mine).values(state="lost"))


def end(connection: Connection, run_id: str, attempt: str | None = None) -> list[str]:
    """Let go of all zone jobs of a run, or of one attempt of it; ids of those that nobody had begun."""
    mine = zone_jobs.c.run_id == run_id
    if attempt is not None:
        mine &= zone_jobs.c.attempt == attempt
    gone = connection.execute(zone_jobs.delete().where(mine).returning(zone_jobs.c.id, zone_jobs.c.state))
    return [row.id for row in gone if row.state == "waiting"]


def parties(connection: Connection) -> set[str]:
    """The workers that work on attempts with zone jobs, or on zone jobs."""
    found = connection.execute(sa.select(zone_jobs.c.attempt, zone_jobs.c.worker, zone_jobs.c.state)).all()
    serving = {row.worker for row in found if row.state == "at_work"}
    return serving | {row.attempt.rpartition(":")[0] for row in found}


def bury(connection: Connection, dead: Collection[str]) -> None:
    """Let go of the zone jobs of attempts of dead workers; those that dead workers served are lost to their runs."""
    asked = (zone_jobs.c.attempt.startswith(f"{each}:", autoescape=True) for each in dead)
    connection.execute(zone_jobs.delete().where(sa.or_(*asked)))
    served = (zone_jobs.c.state == "at_work", zone_jobs.c.worker.in_(dead))
    connection.execute(zone_jobs.update().where(*served).values(state="lost"))


def count(connection: Connection) -> dict[str, int]:
    """How many zone jobs are in each state."""
    counted = sa.select(zone_jobs.c.state, sa.func.count().label("count")).group_by(zone_jobs.c.state)
    return dict.fromkeys(ZONE_STATES, 0) | {row.state: row[1] for row in connection.execute(counted)}


def _is_under_way(connection: Connection, run_id: str, attempt: str) -> bool:
    """Whether the run still belongs to the attempt, and does until this transaction ends."""
    owner = sa.select(runs.c.owner).where(runs.c.id == run_id).with_for_update()
    return connection.execute(owner).scalar_one_or_none() == attempt


def _newest(direction: str) -> sa.ScalarSelect[int]:
    mine = (zone_messages.c.zone_job_id == zone_jobs.c.id, zone_messages.c.direction == direction)
    return sa.select(sa.func.coalesce(sa.func.max(zone_messages.c.number), 0)).where(*mine).scalar_subquery()


def _at_work(worker_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return zone_jobs.c.state == "at_work", zone_jobs.c.worker == worker_id


def _to(zone_id: str, direction: str) -> tuple[sa.ColumnElement[bool], ...]:
    return zone_messages.c.zone_job_id == zone_id, zone_messages.c.direction == direction
