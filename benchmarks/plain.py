"""The peers: one compact model handed plainly to CP-SAT and to HiGHS, and the committee's practice.

Compact model: x[placement] binary; y[lot, sector] = sum of the x that cover the lot; one product z per neighbour pair
and sector pair with z <= y at either end; separation as y[l, s] + sum over hostile t of y[m, t] <= 1; limits and
quotas as they stand.  No search of ours, no cuts, no hints.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import highspy
import numpy as np
from ortools.sat.python import cp_model

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.columns import Columns
from optimizer.plan import Plan, lottery_rank
from optimizer.program import Row
from optimizer.rules import GOALS, limits, pins, placement, quotas
from optimizer.sites import enumerate_placements


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


def plain_cpsat(columns: Columns, seconds: float, workers: int, seed: int) -> tuple[Plan | None, float | None]:
    """(plan, claimed bound in millipoints) of CP-SAT with its own settings but for time, workers and seed."""
    values = _values(columns)
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in values]
    for row in compact_rows(columns):
        total = cp_model.LinearExpr.weighted_sum([x[number] for number in row.columns], row.coefficients)
        model.add(total == row.upper if row.is_equal else total <= row.upper)
    model.maximize(cp_model.LinearExpr.weighted_sum(x, values))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, solver.best_objective_bound
    held = [number for number in range(len(columns.placements)) if solver.boolean_value(x[number])]
    return _plan(columns, held), solver.best_objective_bound


def plain_highs(columns: Columns, seconds: float, workers: int, seed: int) -> tuple[Plan | None, float | None]:
    """(plan, claimed bound in millipoints) of HiGHS with its own settings but for time, threads and seed."""
    values, rows = _values(columns), list(compact_rows(columns))
    count = len(values)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, len(rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(values, dtype=float) / 1000.0
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.ones(count)
    upper = np.array([row.upper for row in rows], dtype=float)
    lp.row_lower_ = np.where([row.is_equal for row in rows], upper, -highspy.kHighsInf)
    lp.row_upper_ = upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row.columns) for row in rows])]).astype(np.int32)
    lp.a_matrix_.index_ = np.array([number for row in rows for number in row.columns], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([each for row in rows for each in row.coefficients], dtype=float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    solver = highspy.Highs()
    for option, value in {"output_flag": False, "time_limit": seconds, "threads": workers, "random_seed": seed}.items():
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    solver.run()
    info = solver.getInfo()
    bound = info.mip_dual_bound * 1000 if np.isfinite(info.mip_dual_bound) else None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None, bound
    x = np.array(solver.getSolution().col_value[: len(columns.placements)])
    return _plan(columns, np.flatnonzero(x > 0.5).tolist()), bound


def committee_practice(instance: Instance) -> Plan:
    """In score order, ties by the lottery, each applicant takes the free site best for itself that breaks no rule.

    Best: most points with the tenants already there.  Quotas are looked at last, as a committee does: when the plan
    misses one, the last grants are taken back until it does not.
    """
    chosen = {each.applicant_id: each.pinned_lots for each in instance.applicants if each.is_pinned}
    sites: dict[str, list[tuple[str, ...]]] = {}
    for each in enumerate_placements(instance):
        sites.setdefault(each.applicant.applicant_id, []).append(each.lots)
    queue = sorted(instance.applicants, key=lambda each: (-each.score, lottery_rank(instance, each.applicant_id)))
    granted: list[str] = []
    for applicant in queue:
        taken = {lot for lots in chosen.values() for lot in lots}
        best, best_value = None, -1
        for lots in sites.get(applicant.applicant_id, []):
            if applicant.is_pinned or not taken.isdisjoint(lots):
                continue
            trial = Plan({**chosen, applicant.applicant_id: lots})
            counted = audit(instance, trial)
            if all(breach.rule == "quotas" for breach in counted.breaches) and counted.value_millipoints > best_value:
                best, best_value = lots, counted.value_millipoints
        if best is not None:
            chosen[applicant.applicant_id] = best
            granted.append(applicant.applicant_id)
    while granted and not audit(instance, Plan(chosen)).is_feasible:
        del chosen[granted.pop()]
    return Plan(chosen)


def timed(start: float) -> float:
    """Seconds since `start`, to a tenth."""
    return round(time.monotonic() - start, 1)


def _values(columns: Columns) -> list[int]:
    values = [0] * (len(columns.placements) + len(columns.cover) + len(columns.both) + len(columns.link))
    for goal in GOALS:
        for column, millipoints in goal.terms(columns):
            values[column] += millipoints
    return values


def _plan(columns: Columns, numbers: list[int]) -> Plan:
    chosen = (columns.placements[number] for number in numbers)
    return Plan({each.applicant.applicant_id: each.lots for each in chosen})


def _row(name: tuple[str, ...], terms: list[tuple[int, int]], upper: int) -> Row:
    return Row(name, tuple(column for column, _ in terms), tuple(each for _, each in terms), upper)
