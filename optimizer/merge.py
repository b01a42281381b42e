"""Merge: the best plan that can be put together from the placements of several plans, by an exact solver.

Prices find plans on the outside of a curve only; what lies between, under a floor or a number of changes, is mostly
made of the same placements.  What comes back is a plan like any other: whoever asked recounts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from instances.instance import Instance
from optimizer.assemble import assemble
from optimizer.columns import Columns
from optimizer.exact import maximise
from optimizer.plan import Plan
from optimizer.program import Program, Row
from optimizer.rules import GOALS
from optimizer.rules.placement import unmet_needs
from optimizer.sites import Placement, enumerate_placements, site_of

MOST_TINY = 400
"""An instance of so few placements is solved whole instead."""
WORK = 4.0
"""Deterministic work of the solver in one merge."""


def merge(
    instance: Instance,
    plans: Sequence[Plan],
    seconds: float,
    seed: int,
    floors: Mapping[str, int] | None = None,
    toward: str | None = None,
    placements: Sequence[Placement] = (),
) -> Plan | None:
    """The plan of most value, or of most of the goal `toward`, with every goal at least at its floor; None if none.

    plans: the first is where the solver begins.  floors: goal -> millipoints.  placements: all that fit, used when they
    are few.  Optimal among what it may use unless the work or the seconds run out.
    """
    pool = list(placements) if 0 < len(placements) <= MOST_TINY else _pool(instance, plans)
    columns, program = assemble(instance, pool)
    rows = [*program.rows, *_floors(instance, columns, floors or {})]
    values = program.values if toward is None else _values(columns, toward, len(program.values))
    number = {(each.applicant.applicant_id, each.lots): index for index, each in enumerate(pool)}
    hint = {number[key] for plan in plans[:1] for key in plan.assignments.items() if key in number}
    answer = maximise(Program(program.names, values, rows), (), hint, WORK, seconds, seed)
    if answer is None:
        return None
    chosen = [pool[index] for index in answer.chosen if index < len(pool)]
    return Plan({each.applicant.applicant_id: each.lots for each in chosen})


def few_placements(instance: Instance, count: int) -> Sequence[Placement]:
    """Every placement, of an instance that has so few that it is solved whole; else none."""
    return enumerate_placements(instance) if count <= MOST_TINY else ()


def _pool(instance: Instance, plans: Iterable[Plan]) -> list[Placement]:
    keys = {key for plan in plans for key in plan.assignments.items() if key[0] in instance.applicant}
    keys |= {(each.applicant_id, each.pinned_lots) for each in instance.applicants if each.is_pinned}
    pool = []
    for applicant_id, lots in sorted(keys):
        applicant = instance.applicant[applicant_id]
        is_pin = lots == applicant.pinned_lots
        if is_pin or (not applicant.is_pinned and _fits(instance, applicant_id, lots)):
            pool.append(Placement(applicant, site_of(instance, lots)))
    return pool


def _fits(instance: Instance, applicant_id: str, lots: tuple[str, ...]) -> bool:
    if any(lot not in instance.lot for lot in lots):
        return False
    return not any(True for _ in unmet_needs(instance, instance.applicant[applicant_id], lots))


def _values(columns: Columns, goal_name: str, count: int) -> list[int]:
    values = [0] * count
    for goal in GOALS:
        if goal.name == goal_name:
            for column, millipoints in goal.terms(columns):
                values[column] += millipoints
    return values


def _floors(instance: Instance, columns: Columns, floors: Mapping[str, int]) -> list[Row]:
    rows = []
    for goal in GOALS:
        if goal.name in floors:
            terms: dict[int, int] = {}
            for column, millipoints in goal.terms(columns):
                terms[column] = terms.get(column, 0) - millipoints
            rows.append(Row(("floor", goal.name), tuple(terms), tuple(terms.values()), -floors[goal.name]))
    return rows
