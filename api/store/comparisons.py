"""Comparisons as stored: a name, and in order the runs and plans that are set side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.ids import new_id
from api.store.pages import Place, newest_first
from api.store.runs import ACTIVE
from api.store.tables import compared, comparisons, runs


@dataclass(frozen=True, slots=True)
class Side:
    """One column of a comparison: a run, or a plan that was there before."""

    label: str
    run_id: str | None
    plan_id: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is set side by side."""

    id: str
    name: str
    created_at: datetime
    sides: tuple[Side, ...]


def add(connection: Connection, name: str, sides: Sequence[Side], by: str) -> Comparison:
    """A new comparison."""
    made = Comparison(new_id("cm"), name, datetime.now(UTC), tuple(sides))
    connection.execute(comparisons.insert().values(id=made.id, name=name, created_by=by, created_at=made.created_at))
    for number, side in enumerate(sides, start=1):
        values = {"label": side.label, "run_id": side.run_id, "plan_id": side.plan_id}
        connection.execute(compared.insert().values(comparison_id=made.id, number=number, **values))
    return made


def find(connection: Connection, comparison_id: str) -> Comparison | None:
    """The comparison under this id."""
    found = _with_sides(connection, sa.select(comparisons).where(comparisons.c.id == comparison_id))
    return found[0] if found else None


def page(connection: Connection, after: Place | None, count: int) -> list[Comparison]:
    """The newest first, beginning behind `after`."""
    return _with_sides(connection, newest_first(sa.select(comparisons), comparisons, after, count))


def unfinished(connection: Connection, comparison_ids: Collection[str]) -> set[str]:
    """Those of the comparisons of which some run has not ended."""
    wanted = sa.select(compared.c.comparison_id).join_from(compared, runs)
    wanted = wanted.where(compared.c.comparison_id.in_(comparison_ids), runs.c.state.in_(ACTIVE))
    return set(connection.execute(wanted.distinct()).scalars())


def _with_sides(connection: Connection, wanted: sa.Select[Any]) -> list[Comparison]:
    rows = connection.execute(wanted).all()
    sides: dict[str, list[Side]] = {row.id: [] for row in rows}
    columns = [compared.c[name] for name in ("comparison_id", "label", "run_id", "plan_id")]
    of_these = sa.select(*columns).where(compared.c.comparison_id.in_(sides))
    for comparison_id, *side in connection.execute(of_these.order_by(compared.c.number)):
        sides[comparison_id].append(Side(*side))
    return [Comparison(row.id, row.name, row.created_at, tuple(sides[row.id])) for row in rows]
