"""Comparisons as stored: a name, and in order the runs and plans that are set side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.ids import new_id
from api.store.tables import compared, comparisons


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
    row = connection.execute(sa.select(comparisons).where(comparisons.c.id == comparison_id)).one_or_none()
    if row is None:
        return None
    wanted = sa.select(compared.c.label, compared.c.run_id, compared.c.plan_id)
    sides = connection.execute(wanted.where(compared.c.comparison_id == comparison_id).order_by(compared.c.number))
    return Comparison(row.id, row.name, row.created_at, tuple(Side(*each) for each in sides))
