"""The compact model that a capable user hands to a solver, as plain data.

x[placement] binary; y[lot, sector] = sum of the x that cover the lot; one product z per neighbour pair and sector pair
with z <= y at either end; separation as y[l, s] + sum over hostile t of y[m, t] <= 1; limits and quotas as they stand.
No search of ours, no cuts, no hints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from instances.instance import Instance
from optimizer.columns import Columns, columns_for
from optimizer.plan import Plan
from optimizer.program import Program, Row
from optimizer.rules import GOALS, limits, pins, placement, quotas
from optimizer.sites import enumerate_placements

Record = Callable[[float | None, float | None], None]
"""Called with (value, bound), each None where it is not known, whenever one gets better."""


@dataclass(frozen=True)
class Compact:
    """The model of an instance, and what its columns mean."""

    columns: Columns
    program: Program

    def plan(self, chosen: list[int]) -> Plan:
        """The plan of the columns that are 1."""
        placements = self.columns.placements
        held = (placements[number] for number in chosen if number < len(placements))
        return Plan({each.applicant.applicant_id: each.lots for each in held})


def compact_of(instance: Instance) -> Compact:
    """The compact model of an instance."""
    columns = columns_for(instance, enumerate_placements(instance))
    names = list(columns.names())
    values = [0] * len(names)
    for goal in GOALS:
        for column, millipoints in goal.terms(columns):
            values[column] += millipoints
    return Compact(columns, Program(names, values, list(compact_rows(columns))))


def compact_rows(columns: Columns) -> Iterator[Row]:
    """The rows of the compact model over the columns of the program."""
    yield from columns.definitions()
    for rule in (placement, pins, limits, quotas):
        if rule.concerns(columns.instance):
            yield from rule.rows(columns)
    for (pair, one, two), column in columns.link.items():
        for lot, sector in ((pair.lot_a, one), (pair.lot_b, two)):
            terms = [(column, 1), (columns.cover[lot, sector], -1)]
            if (pair, sector) in columns.both:
                terms.append((columns.both[pair, sector], 1))
            yield _row(("link", pair.lot_a, pair.lot_b, one, two, lot), terms, 0)
    hostile = columns.instance.policy.hostile
    for pair in columns.instance.neighbours:
        if pair.kind not in columns.instance.policy.separation:
            continue
        for lot, other in ((pair.lot_a, pair.lot_b), (pair.lot_b, pair.lot_a)):
            for sector in columns.sectors_on[lot]:
                against = [each for each in columns.sectors_on[other] if (sector, each) in hostile]
                if against:
                    terms = [(columns.cover[lot, sector], 1)]
                    terms += [(columns.cover[other, each], 1) for each in against]
                    if sector in against and (pair, sector) in columns.both:
                        terms.append((columns.both[pair, sector], -1))
                    yield _row(("separation", lot, other, sector), terms, 1)


def _row(name: tuple[str, ...], terms: list[tuple[int, int]], upper: int) -> Row:
    return Row(name, tuple(column for column, _ in terms), tuple(each for _, each in terms), upper)
