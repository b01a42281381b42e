"""The linear relaxation of a packing under its cliques, kept warm between the nodes of a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.closure.packing import Packing
from optimizer.closure.tree import SCALE, Clique, Prices, Settled
from optimizer.quiet import quiet_solver

Floats = NDArray[np.float64]
SLACK = 1e-6
NO_LIMIT = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What the simplex method returned: a claim, of which only the prices matter to a proof."""

    value: float
    x: Floats


class CliqueLp:
    """A model whose rows are cliques; each row remembers its clique's number in the proof."""

    def __init__(self, packing: Packing) -> None:
        count = len(packing.values)
        self._numbers: list[int] = []
        self._columns = np.arange(count, dtype=np.int32)
        self._solver = quiet_solver()
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("solver", "simplex")
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_, lp.sense_ = count, 0, highspy.ObjSense.kMaximize
        lp.col_cost_ = packing.values.astype(float)
        lp.col_lower_, lp.col_upper_ = np.zeros(count), np.ones(count)
        lp.a_matrix_.start_ = np.zeros(count + 1, dtype=np.int32)
        self._solver.passModel(lp)

    @property
    def numbers(self) -> Sequence[int]:
        """The number of each row's clique in the proof."""
        return tuple(self._numbers)

    @property
    def rows(self) -> int:
        """How many rows the model has."""
        return len(self._numbers)

    def add(self, numbers: Sequence[int], cliques: Sequence[Clique]) -> None:
        """Add a row for each clique, sum <= 1."""
        if not cliques:
            return
        count = len(cliques)
        starts = np.cumsum([0, *(len(clique) for clique in cliques)]).astype(np.int32)
        indices = np.concatenate([np.array(clique, dtype=np.int32) for clique in cliques])
        lower = np.full(count, -highspy.kHighsInf)
        self._solver.addRows(count, lower, np.ones(count), len(indices), starts[:-1], indices, np.ones(len(indices)))
        self._numbers += numbers

    def drop_slack_rows(self) -> None:
        """Remove the rows that the last point does not reach and that cost nothing."""
        solution = self._solver.getSolution()
        is_idle = (np.array(solution.row_value) < 1 - SLACK) & (np.abs(np.array(solution.row_dual)) < SLACK)
        idle = np.flatnonzero(is_idle).astype(np.int32)
        if len(idle):
            self._solver.deleteRows(len(idle), idle)
            self._numbers = [number for number, gone in zip(self._numbers, is_idle, strict=True) if not gone]

    def solve(self, settled: Settled, iterations: int = NO_LIMIT) -> Relaxed | None:
        """The relaxation with columns settled; None when it has no point.  iterations: at most so many, of the dual
        simplex method, whose value is a bound at each.
        """
        lower = settled.at_one.astype(float)
        self._solver.changeColsBounds(len(lower), self._columns, lower, settled.may_be_one.astype(float))
        self._solver.setOptionValue("simplex_iteration_limit", iterations)
        self._solver.run()
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        solution = self._solver.getSolution()
        value = self._solver.getInfo().objective_function_value
        return Relaxed(value, np.array(solution.col_value))

    def basis(self) -> highspy.HighsBasis:
        """Where the simplex method stands."""
        return self._solver.getBasis()

    def go_back(self, basis: highspy.HighsBasis) -> None:
        """Let the simplex method begin from a basis of the same rows."""
        self._solver.setBasis(basis)

    def prices(self) -> Prices:
        """The prices of the rows, rounded to whole 1/SCALE, none below 0."""
        amounts = np.rint(np.maximum(np.array(self._solver.getSolution().row_dual), 0.0) * SCALE).astype(np.int64)
        used = np.flatnonzero(amounts)
        return Prices(np.array(self._numbers, dtype=np.int32)[used], amounts[used])
