"""The problem as flat arrays, for the compiled local search."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.columns import Columns
from optimizer.matrix import Matrix
from optimizer.plan import Plan

Ints32 = NDArray[np.int32]
Ints64 = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Ground(NamedTuple):
    """Placements and lots by number; slices of flat arrays between start[k] and start[k + 1].

    gain: millipoints of each placement by itself.  side[r, p]: coefficient of placement p in limit or quota row r,
    side_most: their right-hand sides.  beside: for each lot its neighbours, beside_rate: millipoints for each percent
    of affinity, beside_apart: whether hostile sectors must not meet there.
    """

    applicant: Ints32
    sector: Ints32
    lots_start: Ints32
    lots: Ints32
    gain: Ints64
    is_pin: Flags
    side: Ints64
    side_most: Ints64
    beside_start: Ints32
    beside: Ints32
    beside_rate: Ints64
    beside_apart: Flags
    affinity: Ints64
    hostile: Flags


def ground_of(columns: Columns, matrix: Matrix) -> Ground:
    """The arrays of the instance behind the columns; limits and quotas are the rows of those kinds."""
    instance, placements = columns.instance, columns.placements
    policy = instance.policy
    lot_number = {lot.lot_id: number for number, lot in enumerate(instance.lots)}
    sectors = {sector.sector_id: number for number, sector in enumerate(policy.sectors)}
    beside: list[list[tuple[int, int, bool]]] = [[] for _ in instance.lots]
    for pair in instance.neighbours:
        one, two = lot_number[pair.lot_a], lot_number[pair.lot_b]
        rate, apart = policy.metre_points(pair.kind) * pair.length_dm, pair.kind in policy.separation
        beside[one].append((two, rate, apart))
        beside[two].append((one, rate, apart))
    side_rows = [number for number, name in enumerate(matrix.names) if name[0] in ("limit", "quota")]
    side = np.zeros((len(side_rows), len(placements)), dtype=np.int64)
    for index, number in enumerate(side_rows):
        entries = matrix.row == number
        side[index, matrix.column[entries]] = matrix.coefficient[entries].astype(np.int64)
    affinity = np.zeros((len(sectors), len(sectors)), dtype=np.int64)
    for (first, second), percent in policy.affinity_percent.items():
        affinity[sectors[first], sectors[second]] = percent
    hostile = np.zeros((len(sectors), len(sectors)), dtype=np.bool_)
    for first, second in policy.hostile:
        hostile[sectors[first], sectors[second]] = True
    return Ground(
        applicant=matrix.applicant.astype(np.int32),
        sector=np.array([sectors[placement.applicant.sector] for placement in placements], dtype=np.int32),
        lots_start=_starts([len(placement.lots) for placement in placements]),
        lots=np.array([lot_number[lot] for placement in placements for lot in placement.lots], dtype=np.int32),
        gain=np.rint(matrix.points[: len(placements)] * 1000).astype(np.int64),
        is_pin=matrix.is_pinned,
        side=side,
        side_most=matrix.upper[side_rows].astype(np.int64),
        beside_start=_starts([len(each) for each in beside]),
        beside=np.array([other for each in beside for other, _, _ in each], dtype=np.int32),
        beside_rate=np.array([rate for each in beside for _, rate, _ in each], dtype=np.int64),
        beside_apart=np.array([apart for each in beside for _, _, apart in each], dtype=np.bool_),
        affinity=affinity,
        hostile=hostile,
    )


def held_of(columns: Columns, plan: Plan) -> Ints32:
    """The placement that each applicant holds under the plan, or -1.  Raises KeyError for one that is no placement."""
    number = {(each.applicant.applicant_id, each.lots): index for index, each in enumerate(columns.placements)}
    order: dict[str, int] = {}
    for each in columns.placements:
        order.setdefault(each.applicant.applicant_id, len(order))
    held = np.full(len(order), -1, dtype=np.int32)
    for applicant_id, lots in plan.assignments.items():
        held[order[applicant_id]] = number[applicant_id, lots]
    return held


def _starts(lengths: list[int]) -> Ints32:
    return np.concatenate([[0], np.cumsum(np.array(lengths, dtype=np.int64))]).astype(np.int32)
