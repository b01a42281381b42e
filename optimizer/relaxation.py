"""The linear relaxation, through MathOpt: GLOP for small programs, PDLP for large ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.pdlp import solvers_pb2
from ortools.util.python.solve_interrupter import SolveInterrupter

from optimizer.matrix import Flags, Floats, Matrix

GLOP_ENTRIES = 150_000
"""Up to this many matrix entries the simplex method is faster than PDLP (measured: docs/decisions/relaxation.md)."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What the LP solver returned: x per column, prices per row in points.  Both may be inexact; neither is a proof."""

    x: Floats
    prices: Floats
    claim_points: float


def relax(
    matrix: Matrix,
    accuracy: float,
    start: Relaxed | None = None,
    seconds: float | None = None,
    interrupter: SolveInterrupter | None = None,
) -> Relaxed | None:
    """Solve the LP to a relative accuracy (PDLP) or exactly (GLOP); None when it was stopped with nothing to show.

    start: an earlier answer for the same columns and the first rows, from which PDLP goes on.
    """
    model = mathopt.Model.from_model_proto(model_proto(matrix))
    variables, rows = list(model.variables()), list(model.linear_constraints())
    use_glop = len(matrix.row) <= GLOP_ENTRIES
    parameters = mathopt.SolveParameters(time_limit=None if seconds is None else timedelta(seconds=max(seconds, 0.05)))
    hints = []
    if not use_glop:
        parameters.pdlp = _pdlp(accuracy)
        if start is not None:
            known = np.concatenate([start.prices, np.zeros(len(rows) - len(start.prices))])
            hint_x = dict(zip(variables, start.x.tolist(), strict=True))
            hints = [mathopt.SolutionHint(hint_x, dict(zip(rows, known.tolist(), strict=True)))]
    result = mathopt.solve(
        model,
        mathopt.SolverType.GLOP if use_glop else mathopt.SolverType.PDLP,
        params=parameters,
        model_params=mathopt.ModelSolveParameters(solution_hints=hints),
        interrupter=interrupter,
    )
    for solution in result.solutions:
        if solution.primal_solution is not None and solution.dual_solution is not None:
            values, duals = solution.primal_solution.variable_values, solution.dual_solution.dual_values
            prices = np.array([duals[row] for row in rows])
            prices = np.where(matrix.is_equal, prices, np.maximum(prices, 0.0))
            x = np.array([values[variable] for variable in variables])
            if np.isfinite(prices).all() and np.isfinite(x).all():
                return Relaxed(x, prices, float(solution.primal_solution.objective_value))
    return None


def model_proto(matrix: Matrix, integer: Flags | None = None) -> model_pb2.ModelProto:
    """The program as a MathOpt model: placements and links in [0, 1] or {0, 1}, sums free, value in points."""
    count = len(matrix.points)
    lower, upper = np.zeros(count), np.ones(count)
    lower[matrix.placements : matrix.placements + matrix.sums] = -np.inf
    upper[matrix.placements : matrix.placements + matrix.sums] = np.inf
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend(lower.tolist())
    proto.variables.upper_bounds.extend(upper.tolist())
    proto.variables.integers.extend((np.zeros(count, dtype=bool) if integer is None else integer).tolist())
    worth = np.flatnonzero(matrix.points)
    proto.objective.maximize = True
    proto.objective.linear_coefficients.ids.extend(worth.tolist())
    proto.objective.linear_coefficients.values.extend(matrix.points[worth].tolist())
    proto.linear_constraints.ids.extend(range(len(matrix.upper)))
    proto.linear_constraints.lower_bounds.extend(np.where(matrix.is_equal, matrix.upper, -np.inf).tolist())
    proto.linear_constraints.upper_bounds.extend(matrix.upper.tolist())
    order = np.lexsort((matrix.column, matrix.row))
    proto.linear_constraint_matrix.row_ids.extend(matrix.row[order].tolist())
    proto.linear_constraint_matrix.column_ids.extend(matrix.column[order].tolist())
    proto.linear_constraint_matrix.coefficients.extend(matrix.coefficient[order].tolist())
    return proto


def _pdlp(accuracy: float) -> solvers_pb2.PrimalDualHybridGradientParams:
    parameters = solvers_pb2.PrimalDualHybridGradientParams(num_threads=1)
    criteria = parameters.termination_criteria.simple_optimality_criteria
    criteria.eps_optimal_relative = criteria.eps_optimal_absolute = accuracy
    return parameters
