"""Runs as stored: what was asked, what the machine does, and the best plan so far; each change is told as an event.

A run has at most one owner, the attempt that works on it.  Whoever takes it over gets a new owner's token; everything
that an owner writes names its token, so that one that was taken for dead and wakes up again changes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store import zone_jobs
from api.store.ids import new_id
from api.store.pages import Place, newest_first
from api.store.run_events import tell
from api.store.tables import ENDED, plans, principals, runs

ACTIVE = ("queued", "running")
NUMBERS = ("value_millipoints", "bound_millipoints", "gap_millionths")
DOCUMENTS = ("document", "reasons", "certificate", "certificate_sha256")


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of the optimizer.  state says what the machine does; kind what came out."""

    id: str
    round_id: str | None
    instance_id: str
    state: str
    kind: str | None
    limits: Mapping[str, int | None]
    start_plan_id: str | None
    stop_asked: bool
    attempts: int
    owner: str | None
    failure: Mapping[str, Any] | None
    conflict: Mapping[str, Any] | None
    best_assignments: Mapping[str, Sequence[str]] | None
    best_value_millipoints: int | None
    best_bound_millipoints: int | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def has_ended(self) -> bool:
        """Nothing more will come of it."""
        return self.state in ENDED


RUN = [runs.c[name] for name in Run.__dataclass_fields__]


class Lost(RuntimeError):
    """The run belongs to another owner now, or has ended."""


def add(
    connection: Connection,
    instance_id: str,
    round_id: str | None,
    limits: Mapping[str, int | None],
    by: str,
    start_plan_id: str | None = None,
) -> Run:
    """A new run, queued, with its first event.  start_plan_id: a stored plan from which it begins."""
    run_id = new_id("rn")
    connection.execute(
        runs.insert().values(
            id=run_id,
            round_id=round_id,
            instance_id=instance_id,
            state="queued",
            limits=dict(limits),
            start_plan_id=start_plan_id,
            stop_asked=False,
            attempts=0,
            created_by=by,
            created_at=datetime.now(UTC),
        )
    )
    tell(connection, run_id, "queued", {})
    return known(connection, run_id)


def find(connection: Connection, run_id: str, for_change: bool = False) -> Run | None:
    """The run; for_change: nobody else changes it until this transaction ends."""
    wanted = sa.select(*RUN).where(runs.c.id == run_id)
    row = connection.execute(wanted.with_for_update() if for_change else wanted).one_or_none()
    return None if row is None else Run(**row._asdict())


def known(connection: Connection, run_id: str, for_change: bool = False) -> Run:
    """The run.  Raises KeyError when there is none."""
    found = find(connection, run_id, for_change)
    if found is None:
        raise KeyError(run_id)
    return found


def page(connection: Connection, after: Place | None, count: int, round_id: str | None = None) -> list[Run]:
    """The newest first, beginning behind `after`; of one round, when it is given."""
    wanted = newest_first(sa.select(*RUN), runs, after, count)
    if round_id is not None:
        wanted = wanted.where(runs.c.round_id == round_id)
    return [Run(**row._asdict()) for row in connection.execute(wanted)]


def count_active(connection: Connection, by: str) -> int:
    """How many runs of a principal wait or run; until this transaction ends nobody else counts them."""
    connection.execute(sa.select(principals.c.id).where(principals.c.id == by).with_for_update())
    counted = sa.select(sa.func.count()).where(runs.c.created_by == by, runs.c.state.in_(ACTIVE))
    return int(connection.execute(counted).scalar_one())


def turn_of(connection: Connection, run_id: str) -> int:
    """Which of its principal's runs that wait or run this one is: 1 when there is no other."""
    same = sa.select(runs.c.created_by).where(runs.c.id == run_id).scalar_subquery()
    counted = sa.select(sa.func.count()).where(runs.c.created_by == same, runs.c.state.in_(ACTIVE))
    return int(connection.execute(counted).scalar_one())


def open_ids(connection: Connection) -> list[str]:
    """The runs that have not ended, the oldest first."""
    wanted = sa.select(runs.c.id).where(runs.c.state.in_(ACTIVE)).order_by(runs.c.created_at, runs.c.id)
    return list(connection.execute(wanted).scalars())


def queue_again(connection: Connection, found: Run, facts: Mapping[str, Any]) -> None:
    """A run, read for change, waits once more; nobody owns it meanwhile.  facts: what its event says of the reason."""
    zone_jobs.end(connection, found.id)
    connection.execute(runs.update().where(runs.c.id == found.id).values(owner=None))
    tell(connection, found.id, "queued", facts)


def forsake(connection: Connection, found: Run, facts: Mapping[str, Any]) -> None:
    """End a run, read for change, as failed: nobody could be brought to work on it."""
    failure = {"code": "forsaken", **facts}
    connection.execute(runs.update().where(runs.c.id == found.id).values(failure=failure))
    _end(connection, found.id, "failed", failure)


def claim(connection: Connection, run_id: str, worker_id: str) -> tuple[Run, str] | None:
    """Begin, or take over, an attempt: the run and the owner's token; None when it has ended."""
    found = find(connection, run_id, for_change=True)
    if found is None or found.has_ended:
        return None
    zone_jobs.end(connection, run_id)
    token = f"{worker_id}:{secrets.token_hex(8)}"
    connection.execute(
        runs.update()
        .where(runs.c.id == run_id)
        .values(
            state="running",
            owner=token,
            attempts=found.attempts + 1,
            started_at=found.started_at or datetime.now(UTC),
        )
    )
    tell(connection, run_id, "started", {"attempt": found.attempts + 1})
    return known(connection, run_id), token


def progress(connection: Connection, run_id: str, token: str, data: Mapping[str, Any], plan: Any | None) -> bool:
    """Store an event, and the plan with it when it is better than the one kept; gives back whether to stop.

    data: value_millipoints, bound_millipoints and what else the event says.  Where it says the `stage` of a run of
    stages, the plan is better as those prefer it, whatever its value: such a run tells no other.  Raises Lost.
    """
    found = _owned(connection, run_id, token)
    values: dict[str, Any] = {}
    value, bound = data.get("value_millipoints"), data.get("bound_millipoints")
    is_better = value is not None and ("stage" in data or value > (found.best_value_millipoints or -1))
    if plan is not None and is_better:
        values |= {"best_assignments": plan, "best_value_millipoints": value}
    if bound is not None and (found.best_bound_millipoints is None or bound < found.best_bound_millipoints):
        values["best_bound_millipoints"] = bound
    if values:
        connection.execute(runs.update().where(runs.c.id == run_id).values(**values))
    tell(connection, run_id, "progress", data)
    return found.stop_asked


def is_stop_asked(connection: Connection, run_id: str, token: str) -> bool:
    """Whether somebody asked the run to stop.  Raises Lost."""
    return _owned(connection, run_id, token).stop_asked


def ask_to_stop(connection: Connection, run_id: str) -> Run:
    """Ask a run to stop with what it has; one that still waits ends at once.  Raises KeyError."""
    found = known(connection, run_id, for_change=True)
    if found.state == "queued":
        _end(connection, run_id, "cancelled", {"kind": "none_found"})
    elif found.state == "running" and not found.stop_asked:
        connection.execute(runs.update().where(runs.c.id == run_id).values(stop_asked=True))
        tell(connection, run_id, "stopping", {})
    return known(connection, run_id)


def finish(connection: Connection, run_id: str, token: str, outcome: Mapping[str, Any]) -> str | None:
    """Store what came out, in one transaction with the run's end; gives back the plan's id.  Raises Lost.

    outcome: kind, what is in conflict if anything is, and with a plan document, reasons, certificate (bytes), value,
    bound, gap.
    """
    found = _owned(connection, run_id, token)
    plan_id, facts = _result(connection, found, outcome)
    _end(connection, run_id, "cancelled" if found.stop_asked else "done", facts)
    return plan_id


def fail(
    connection: Connection,
    run_id: str,
    token: str,
    code: str,
    facts: Mapping[str, Any],
    kept: Mapping[str, Any] | None = None,
) -> str | None:
    """End a run that cannot be finished, with the plan that is kept of it; gives back the plan's id.  Raises Lost.

    kept: an outcome of kind plan, as `finish` takes it.
    """
    found = _owned(connection, run_id, token)
    failure = {"code": code, **facts}
    connection.execute(runs.update().where(runs.c.id == run_id).values(failure=failure))
    plan_id, result = (None, {}) if kept is None else _result(connection, found, kept)
    _end(connection, run_id, "failed", failure | result)
    return plan_id


def _result(connection: Connection, found: Run, outcome: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """Store the plan of an outcome, if it has one; gives back its id and what the run's last event says."""
    plan_id = None
    if outcome["kind"] == "plan":
        plan_id = new_id("pl")
        connection.execute(
            plans.insert().values(
                id=plan_id,
                run_id=found.id,
                round_id=found.round_id,
                instance_id=found.instance_id,
                created_at=datetime.now(UTC),
                **{name: outcome[name] for name in (*NUMBERS, *DOCUMENTS)},
            )
        )
    if outcome.get("conflict") is not None:
        connection.execute(runs.update().where(runs.c.id == found.id).values(conflict=dict(outcome["conflict"])))
    said = {"kind": outcome["kind"], "plan_id": plan_id}
    return plan_id, said | {name: outcome.get(name) for name in NUMBERS}


def plan_of(connection: Connection, run_id: str) -> str | None:
    """The id of the plan that came out of a run."""
    wanted = sa.select(plans.c.id).where(plans.c.run_id == run_id)
    found: str | None = connection.execute(wanted).scalar_one_or_none()
    return found


def _owned(connection: Connection, run_id: str, token: str) -> Run:
    found = find(connection, run_id, for_change=True)
    if found is None or found.owner != token or found.has_ended:
        raise Lost(run_id)
    return found


def _end(connection: Connection, run_id: str, state: str, facts: Mapping[str, Any]) -> None:
    zone_jobs.end(connection, run_id)
    ended = {"state": state, "ended_at": datetime.now(UTC), "owner": None, "kind": facts.get("kind")}
    connection.execute(runs.update().where(runs.c.id == run_id).values(**ended))
    tell(connection, run_id, state, facts)
