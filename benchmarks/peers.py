"""The peers: CP-SAT, HiGHS and SCIP with their own settings but for time, threads and seed, on a program as it stands.

Each takes (program, seconds, workers, seed, record) and returns (columns that are 1, or None; bound that it claims).
HiGHS and SCIP are not asked to keep those columns whole that are so once placements or labels are, and are the better
for it on most: in a minute on ait-kamra-168 HiGHS finds 412,142 points instead of 44,434.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from ortools.sat.python import cp_model

from benchmarks.compact import Record
from optimizer.program import Program

Answer = tuple[list[int] | None, float | None]
UNIT = 1000.0
"""Solvers in floating point see values in points, not in millipoints."""
FOLLOWING = ("cover", "both", "link", "pair")
"""Columns that follow from placements or labels: sums, and links that earn what their ends let them."""


class _CpSatTrace(cp_model.CpSolverSolutionCallback):
    def __init__(self, record: Record) -> None:
        super().__init__()
        self._record = record

    def on_solution_callback(self) -> None:
        self._record(self.objective_value, None)


def cpsat(program: Program, seconds: float, workers: int, seed: int, record: Record) -> Answer:
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in program.values]
    for row in program.rows:
        total = cp_model.LinearExpr.weighted_sum([x[number] for number in row.columns], row.coefficients)
        model.add(total == row.upper if row.is_equal else total <= row.upper)
    model.maximize(cp_model.LinearExpr.weighted_sum(x, program.values))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.best_bound_callback = lambda bound: record(None, bound)
    status = solver.solve(model, _CpSatTrace(record))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, None  # it has said nothing yet, also when its bound reads 0
    return [number for number, each in enumerate(x) if solver.boolean_value(each)], solver.best_objective_bound


def highs(program: Program, seconds: float, workers: int, seed: int, record: Record) -> Answer:
    count = len(program.values)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, len(program.rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(program.values, dtype=float) / UNIT
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.ones(count)
    upper = np.array([row.upper for row in program.rows], dtype=float)
    lp.row_lower_ = np.where([row.is_equal for row in program.rows], upper, -highspy.kHighsInf)
    lp.row_upper_ = upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row.columns) for row in program.rows)]).astype(np.int32)
    lp.a_matrix_.index_ = np.array([number for row in program.rows for number in row.columns], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([each for row in program.rows for each in row.coefficients], dtype=float)
    kinds = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [kinds[name[0] in FOLLOWING] for name in program.names]
    solver = highspy.Highs()
    for option, value in {"output_flag": False, "time_limit": seconds, "threads": workers, "random_seed": seed}.items():
        solver.setOptionValue(option, value)

    def trace(event: Any) -> None:
        said = event.data_out
        value, bound = said.mip_primal_bound * UNIT, said.mip_dual_bound * UNIT
        record(value if np.isfinite(value) else None, bound if np.isfinite(bound) else None)

    solver.cbMipLogging.subscribe(trace)
    solver.cbMipImprovingSolution.subscribe(trace)
    solver.passModel(lp)
    solver.run()
    info = solver.getInfo()
    bound = info.mip_dual_bound * UNIT if np.isfinite(info.mip_dual_bound) else None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None, bound
    return np.flatnonzero(np.array(solver.getSolution().col_value) > 0.5).tolist(), bound


def scip(program: Program, seconds: float, workers: int, seed: int, record: Record) -> Answer:
    """SCIP searches with one thread, whatever `workers` says.  Raises ImportError when pyscipopt is not installed."""
    import pyscipopt

    class Trace(pyscipopt.Eventhdlr):
        def eventinit(self) -> None:
            for kind in (pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND, pyscipopt.SCIP_EVENTTYPE.NODESOLVED):
                self.model.catchEvent(kind, self)

        def eventexec(self, event: Any) -> None:
            value, bound = self.model.getPrimalbound(), self.model.getDualbound()
            record(
                value * UNIT if abs(value) < self.model.infinity() else None,
                bound * UNIT if abs(bound) < self.model.infinity() else None,
            )

    model = pyscipopt.Model()
    model.hideOutput()
    model.setParam("limits/time", seconds)
    model.setParam("randomization/randomseedshift", seed)
    x = [
        model.addVar(vtype="C" if name[0] in FOLLOWING else "B", lb=0, ub=1, obj=value / UNIT)
        for name, value in zip(program.names, program.values, strict=True)
    ]
    model.setMaximize()
    for row in program.rows:
        terms = zip(row.columns, row.coefficients, strict=True)
        total = pyscipopt.quicksum(coefficient * x[number] for number, coefficient in terms)
        model.addCons(total == row.upper if row.is_equal else total <= row.upper)
    model.includeEventhdlr(Trace(), "trace", "value and bound over time")
    model.optimize()
    bound = model.getDualbound()
    said = bound * UNIT if abs(bound) < model.infinity() else None
    if model.getNSols() == 0:
        return None, said
    best = model.getBestSol()
    return [number for number, each in enumerate(x) if best[each] > 0.5], said


PEERS = {"plain CP-SAT": cpsat, "plain HiGHS": highs, "plain SCIP": scip}
