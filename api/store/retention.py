"""Retention: what is kept for so many days and then goes, without breaking a proof or the audit log.

What a decision rests on stays for good: frozen rosters, their runs and plans, published rounds, and the audit log.
Each step removes what nothing else refers to any more, so their order matters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store import audit
from api.store.answers import KEPT
from api.store.tables import (
    ENDED,
    answers,
    api_keys,
    batches,
    compared,
    comparisons,
    curve_points,
    curves,
    instances,
    invitations,
    plans,
    roster,
    rounds,
    run_events,
    runs,
    sessions,
    sign_in_failures,
    sketches,
    variants,
)


@dataclass(frozen=True, slots=True)
class Periods:
    """How many days each kind is kept after it was last of use."""

    sign_ins: int
    keys: int
    trials: int
    drafts: int
    refused: int


def clear(connection: Connection, periods: Periods) -> Mapping[str, int]:
    """Remove whatever is past its period; how many of each kind.  Whoever only wants to know rolls back.

    What was removed is said by number in an entry of the audit log, if anything was.
    """
    now = datetime.now(UTC)
    before = {each.name: now - timedelta(days=getattr(periods, each.name)) for each in fields(periods)}
    gone = {name: step(connection, before[period]) for name, period, step in STEPS}
    gone["answers"] = _removed(connection, answers, answers.c.created_at <= now - KEPT)
    if any(gone.values()):
        days = {each.name: getattr(periods, each.name) for each in fields(periods)}
        audit.write(connection, "retention", "store.clear", "", {"days": days, "removed": gone})
    return gone


def _sign_ins(connection: Connection, before: datetime) -> int:
    """Sessions that ended, invitations that nobody can use any more, and names that were closed for a while."""
    return sum(
        _removed(connection, table, column < before)
        for table, column in (
            (sessions, sessions.c.expires_at),
            (invitations, invitations.c.expires_at),
            (sign_in_failures, sign_in_failures.c.closed_until),
        )
    )


def _keys(connection: Connection, before: datetime) -> int:
    """Keys that open nothing any more."""
    return _removed(connection, api_keys, sa.or_(api_keys.c.revoked_at < before, api_keys.c.expires_at < before))


def _comparisons(connection: Connection, before: datetime) -> int:
    """Comparisons and curves: the runs that were tried out for them are trials of their own."""
    old = sa.select(comparisons.c.id).where(comparisons.c.created_at < before)
    drawn = sa.select(curves.c.id).where(curves.c.created_at < before)
    connection.execute(compared.delete().where(compared.c.comparison_id.in_(old)))
    connection.execute(curve_points.delete().where(curve_points.c.curve_id.in_(drawn)))
    return _removed(connection, comparisons, comparisons.c.created_at < before) + _removed(
        connection, curves, curves.c.created_at < before
    )


def _trials(connection: Connection, before: datetime) -> int:
    """Runs outside rounds (what-ifs, single allocations) with their plans, unless something still needs them."""
    waiting = runs.alias()
    is_named = sa.or_(
        sa.exists().where(rounds.c.plan_id == plans.c.id),
        sa.exists().where(rounds.c.proposed_plan_id == plans.c.id),
        sa.exists().where(compared.c.plan_id == plans.c.id),
        sa.exists().where(waiting.c.start_plan_id == plans.c.id, waiting.c.ended_at.is_(None)),
    )
    named = sa.select(plans.c.run_id).where(is_named)
    old = (
        runs.c.round_id.is_(None)
        & runs.c.state.in_(ENDED)
        & (runs.c.ended_at < before)
        & runs.c.id.not_in(named)
        & ~sa.exists().where(compared.c.run_id == runs.c.id)
        & ~sa.exists().where(curve_points.c.run_id == runs.c.id)
    )
    return _runs_removed(connection, list(connection.execute(sa.select(runs.c.id).where(old)).scalars()))


def _drafts(connection: Connection, before: datetime) -> int:
    """Rounds that were never frozen, with the applicants and trials in them, when nobody touched them for so long."""
    old = sa.select(rounds.c.id).where(
        rounds.c.state.in_(("draft", "open")),
        rounds.c.changed_at < before,
        ~sa.exists().where(batches.c.round_id == rounds.c.id, batches.c.created_at >= before),
        ~sa.exists().where(
            runs.c.round_id == rounds.c.id, sa.or_(runs.c.ended_at.is_(None), runs.c.ended_at >= before)
        ),
        ~sa.exists().where(runs.c.round_id == rounds.c.id, compared.c.run_id == runs.c.id),
        ~sa.exists().where(plans.c.round_id == rounds.c.id, compared.c.plan_id == plans.c.id),
        ~sa.exists().where(runs.c.round_id == rounds.c.id, curve_points.c.run_id == runs.c.id),
    )
    found = list(connection.execute(old).scalars())
    # A round whose next one stays is referred to by it.
    staying = sa.select(rounds.c.parent_id).where(rounds.c.parent_id.in_(found), rounds.c.id.not_in(found))
    found = sorted(set(found) - set(connection.execute(staying).scalars()))
    tried = connection.execute(sa.select(runs.c.id).where(runs.c.round_id.in_(found))).scalars()
    _runs_removed(connection, list(tried))
    connection.execute(roster.delete().where(roster.c.round_id.in_(found)))
    connection.execute(batches.delete().where(batches.c.round_id.in_(found)))
    return _removed(connection, rounds, rounds.c.id.in_(found))


def _instances(connection: Connection, before: datetime) -> int:
    """Instances that no round, run, plan or curve uses; they hold applicants' names too."""
    connection.execute(
        variants.delete().where(
            variants.c.created_at < before, ~sa.exists().where(runs.c.instance_id == variants.c.instance_id)
        )
    )
    users = (
        rounds.c.instance_id, rounds.c.frozen_instance_id, runs.c.instance_id, plans.c.instance_id,
        curves.c.instance_id, variants.c.instance_id, variants.c.parent_id,
    )  # fmt: skip
    used = sa.or_(*(sa.exists().where(column == instances.c.id) for column in users))
    gone = (instances.c.created_at < before) & ~used
    connection.execute(sketches.delete().where(sketches.c.instance_id.in_(sa.select(instances.c.id).where(gone))))
    return _removed(connection, instances, gone)


def _refused(connection: Connection, before: datetime) -> int:
    """Names of refused applicants in the batches as they were sent; the published roster itself holds them on."""
    wanted = (
        sa.select(batches.c.id, batches.c.applicants, plans.c.document)
        .join(rounds, rounds.c.id == batches.c.round_id)
        .join(plans, plans.c.id == rounds.c.plan_id)
        .where(rounds.c.state == "published", rounds.c.changed_at < before)
    )
    erased = 0
    for row in connection.execute(wanted).all():
        granted = json.loads(row.document)["assignments"].keys()
        items: list[dict[str, Any]] = json.loads(row.applicants)
        named = [each for each in items if each["applicant_id"] not in granted and each.get("name")]
        for each in named:
            each["name"] = ""
        if named:
            content = json.dumps(items, ensure_ascii=False, separators=(",", ":")).encode()
            connection.execute(batches.update().where(batches.c.id == row.id).values(applicants=content))
            erased += len(named)
    return erased


STEPS: tuple[tuple[str, str, Callable[[Connection, datetime], int]], ...] = (
    ("sign_ins", "sign_ins", _sign_ins),
    ("keys", "keys", _keys),
    ("comparisons", "trials", _comparisons),
    ("trials", "trials", _trials),
    ("drafts", "drafts", _drafts),
    ("instances", "drafts", _instances),
    ("refused", "refused", _refused),
)
"""Name, period and step, in the order in which things let go of each other."""


def _runs_removed(connection: Connection, run_ids: list[str]) -> int:
    connection.execute(run_events.delete().where(run_events.c.run_id.in_(run_ids)))
    connection.execute(plans.delete().where(plans.c.run_id.in_(run_ids)))
    return _removed(connection, runs, runs.c.id.in_(run_ids))


def _removed(connection: Connection, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
    return connection.execute(table.delete().where(where)).rowcount
