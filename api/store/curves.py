"""Curves as stored: runs on one instance under different weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.ids import new_id
from api.store.tables import curve_points, curves


@dataclass(frozen=True, slots=True)
class Point:
    """A run under weights: of the goals, or points for each kept site."""

    weights: Mapping[str, int]
    run_id: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Points in order.  instance_id: the instance without weights."""

    id: str
    kind: str
    instance_id: str
    created_at: datetime
    points: tuple[Point, ...]


def add(connection: Connection, kind: str, instance_id: str, points: Sequence[Point], by: str) -> Curve:
    """A new curve."""
    made = Curve(new_id("cv"), kind, instance_id, datetime.now(UTC), tuple(points))
    values = {"id": made.id, "kind": kind, "instance_id": instance_id, "created_at": made.created_at}
    connection.execute(curves.insert().values(**values, created_by=by))
    for number, point in enumerate(points, start=1):
        row = {"curve_id": made.id, "number": number, "weights": dict(point.weights), "run_id": point.run_id}
        connection.execute(curve_points.insert().values(**row))
    return made


def newest(connection: Connection, kind: str, instance_ids: Collection[str]) -> Curve | None:
    """The newest curve of that kind on one of these instances."""
    wanted = sa.select(curves.c.id).where(curves.c.kind == kind, curves.c.instance_id.in_(instance_ids))
    found = connection.execute(wanted.order_by(curves.c.created_at.desc(), curves.c.id).limit(1)).scalar_one_or_none()
    return None if found is None else find(connection, found)


def find(connection: Connection, curve_id: str) -> Curve | None:
    """The curve under this id."""
    row = connection.execute(sa.select(curves).where(curves.c.id == curve_id)).one_or_none()
    if row is None:
        return None
    wanted = sa.select(curve_points.c.weights, curve_points.c.run_id).where(curve_points.c.curve_id == curve_id)
    points = [Point(*found) for found in connection.execute(wanted.order_by(curve_points.c.number))]
    return Curve(row.id, row.kind, row.instance_id, row.created_at, tuple(points))
