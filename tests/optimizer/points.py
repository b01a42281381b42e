"""From a plan of the judge to a point of the program: which columns are 1."""

from collections.abc import Iterable

from instances.instance import Instance
from optimizer.columns import Columns, columns_for
from optimizer.program import Program, Row
from optimizer.rules import Goal
from optimizer.sites import enumerate_placements
from tests.tiny import Assignments, sector_of, tenants


def point_of(columns: Columns, plan: Assignments) -> set[int]:
    """The columns that the plan sets to 1: its placements, and every sum and link that its tenants give rise to."""
    instance = columns.instance
    chosen = {
        number
        for number, placement in enumerate(columns.placements)
        if plan.get(placement.applicant.applicant_id) == placement.lots
    }
    assert len(chosen) == len(plan), "every grant of the plan is a placement of the program"

    def sectors(lot: str) -> set[str]:
        return {sector_of(instance, each) for each in tenants(plan, lot)}

    def both(pair_lots: tuple[str, str], sector: str) -> bool:
        return any(set(pair_lots) <= set(lots) and sector_of(instance, each) == sector for each, lots in plan.items())

    chosen |= {column for (lot, sector), column in columns.cover.items() if sector in sectors(lot)}
    chosen |= {column for (pair, sector), column in columns.both.items() if both((pair.lot_a, pair.lot_b), sector)}
    for (pair, one, two), column in columns.link.items():
        here, there = tenants(plan, pair.lot_a), tenants(plan, pair.lot_b)
        if any(a != b and (sector_of(instance, a), sector_of(instance, b)) == (one, two) for a in here for b in there):
            chosen.add(column)
    return chosen


def breaks(columns: Columns, rows: Iterable[Row], plan: Assignments) -> bool:
    """Whether the plan's point breaks one of the rows."""
    names = tuple(columns.names())
    return bool(Program(names, [0] * len(names), list(rows)).violated(sorted(point_of(columns, plan))))


def columns_of(instance: Instance) -> Columns:
    """The columns of every placement that fits."""
    return columns_for(instance, enumerate_placements(instance))


def points_of_terms(columns: Columns, goal: Goal, plan: Assignments) -> int:
    """Millipoints that the goal's terms give to the plan's point."""
    point = point_of(columns, plan)
    return sum(millipoints for column, millipoints in goal.terms(columns) if column in point)
