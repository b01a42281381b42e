"""The door to the LP solver: a maximisation over non-negative columns that is solved again and again, warm-started."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np

from optimizer.quiet import quiet_solver
from optimizer.search.fitting import Flags, Ints32
from optimizer.search.ground import Floats

INFINITY = highspy.kHighsInf
MOST_ITERATIONS = 2**31 - 1


class Linear:
    """Maximise value @ x subject to rows @ x <= upper, x >= 0, by the simplex method on one thread.

    Columns and values may be changed between two solves; each solve begins from the last basis.
    """

    def __init__(self, upper: Floats) -> None:
        self.rows = len(upper)
        self.columns = 0
        self._allows_nothing = bool((upper >= 0).all())
        self._solver = quiet_solver()
        self._solver.setOptionValue("random_seed", 1)
        self._solver.setOptionValue("solver", "simplex")
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        none = np.zeros(self.rows + 1, dtype=np.int32)
        lower = np.full(self.rows, -INFINITY)
        self._solver.addRows(self.rows, lower, upper, 0, none[:-1], none[:0], np.zeros(0))

    def add(self, values: Floats, entries: Sequence[tuple[Ints32, Floats]]) -> None:
        """Append columns: their values, and for each its row numbers and coefficients."""
        starts = np.zeros(len(entries) + 1, dtype=np.int32)
        starts[1:] = np.cumsum([len(rows) for rows, _ in entries])
        rows = np.concatenate([rows for rows, _ in entries]).astype(np.int32) if entries else np.zeros(0, np.int32)
        coefficients = np.concatenate([each for _, each in entries]) if entries else np.zeros(0)
        self.append(np.asarray(values, dtype=float), starts, rows, coefficients.astype(float))

    def append(self, values: Floats, start: Ints32, rows: Ints32, coefficients: Floats) -> None:
        """Append columns: their values, where the entries of each begin, with their end, and the entries."""
        count = len(values)
        none = np.zeros(count)
        self._solver.addCols(count, values, none, none + INFINITY, len(rows), start[:-1], rows, coefficients)
        self.columns += count

    def revalue(self, values: Floats) -> None:
        """Give all columns new values."""
        numbers = np.arange(self.columns, dtype=np.int32)
        self._solver.changeColsCost(self.columns, numbers, np.asarray(values, dtype=float))

    def allow(self, first: int, flags: Flags) -> None:
        """Let the columns from the first on be above 0, or hold them at 0."""
        numbers = np.arange(first, first + len(flags), dtype=np.int32)
        self._solver.changeColsBounds(len(flags), numbers, np.zeros(len(flags)), np.where(flags, INFINITY, 0.0))

    def demand(self, first: int, flags: Flags) -> None:
        """Let the rows from the first on reach 1 where flagged; all of them stay at most 1."""
        for row, flag in enumerate(flags.tolist(), first):
            self._solver.changeRowBounds(row, 1.0 if flag else -INFINITY, 1.0)

    def without(self, columns: Ints32, iterations: int) -> float:
        """About the value with these columns, now free, at 0: after so many iterations.  All is then as before."""
        basis, none = self._solver.getBasis(), np.zeros(len(columns))
        self._solver.changeColsBounds(len(columns), columns, none, none)
        self._solver.setOptionValue("simplex_iteration_limit", iterations)
        self._solver.run()
        value = float(self._solver.getInfo().objective_function_value)
        self._solver.setOptionValue("simplex_iteration_limit", MOST_ITERATIONS)
        self._solver.changeColsBounds(len(columns), columns, none, none + INFINITY)
        self._solver.setBasis(basis)
        return value

    def solve(self) -> tuple[float, Floats, Floats] | None:
        """(value, x, prices of the rows), or None when the solver did not say that it is done."""
        if not self.columns:
            return (0.0, np.zeros(0), np.zeros(self.rows)) if self._allows_nothing else None
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        prices = np.maximum(np.array(solution.row_dual), 0.0)
        return self._solver.getInfo().objective_function_value, np.array(solution.col_value), prices
