"""The program as arrays: what the relaxation, the cuts and the neighbourhoods compute with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer.columns import Columns
from optimizer.program import Program, Row

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
PRICED = frozenset({"lot", "limit", "quota", "separation", "link", "apart"})
"""Kinds of rows whose prices a certificate holds; the others are treated exactly by the bound."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """Rows in coordinate form.  Entry k says that row `row[k]` holds `coefficient[k]` of column `column[k]`.

    points: value of each column, in points (millipoints / 1000).  Definitions are the first rows, one for each sum.
    """

    columns: Columns
    names: tuple[tuple[str, ...], ...]
    row: Ints
    column: Ints
    coefficient: Floats
    upper: Floats
    is_equal: Flags
    points: Floats

    @property
    def placements(self) -> int:
        """How many columns are placements; they come first."""
        return len(self.columns.placements)

    @property
    def sums(self) -> int:
        """How many columns are cover or both; they come after the placements, free in any relaxation."""
        return len(self.columns.cover) + len(self.columns.both)

    @cached_property
    def is_priced(self) -> Flags:
        """The rows that a certificate may price."""
        return np.array([name[0] in PRICED for name in self.names], dtype=bool)

    @cached_property
    def applicant(self) -> Ints:
        """For each placement, the number of its applicant; numbers never decrease."""
        ids = [placement.applicant.applicant_id for placement in self.columns.placements]
        return _runs(ids)

    @cached_property
    def is_pinned(self) -> Flags:
        """The placements that are pins."""
        return np.array([placement.applicant.is_pinned for placement in self.columns.placements], dtype=bool)

    @cached_property
    def link_pair(self) -> Ints:
        """For each link, the number of its neighbour pair; numbers never decrease."""
        pairs = [(pair.lot_a, pair.lot_b) for pair, _, _ in self.columns.link]
        return _runs(pairs)

    def with_rows(self, rows: Sequence[Row]) -> Matrix:
        """The same matrix with rows added below."""
        extra = _entries(rows, len(self.names))
        return Matrix(
            self.columns,
            self.names + tuple(row.name for row in rows),
            np.concatenate([self.row, extra[0]]),
            np.concatenate([self.column, extra[1]]),
            np.concatenate([self.coefficient, extra[2]]),
            np.concatenate([self.upper, [float(row.upper) for row in rows]]),
            np.concatenate([self.is_equal, np.array([row.is_equal for row in rows], dtype=bool)]),
            self.points,
        )

    def reduced_points(self, prices: Floats) -> tuple[Floats, Floats]:
        """Points of each placement, and of each link, less the prices of the rows that it uses.

        prices: points per unit, one a row; only those of `PRICED` rows count.
        """
        weights = self.coefficient * np.where(self.is_priced, prices, 0.0)[self.row]
        left = self.points - np.bincount(self.column, weights=weights, minlength=len(self.points))
        first_link = self.placements + self.sums
        in_sum = (self.row < self.sums) & (self.column < self.placements)
        of_sum = left[self.placements + self.row[in_sum]]
        left[: self.placements] += np.bincount(self.column[in_sum], weights=of_sum, minlength=self.placements)
        return left[: self.placements], left[first_link:]

    def bound_points(self, prices: Floats) -> float:
        """The bound that these prices give, in points and in floating point: a guide, never a proof."""
        placed, linked = self.reduced_points(prices)
        best = _best_of_each(placed, self.applicant)
        pinned = _best_of_each(self.is_pinned.astype(float), self.applicant) > 0
        constant = float(np.where(self.is_priced, prices, 0.0) @ self.upper)
        granted = float(np.where(pinned, best, np.maximum(best, 0.0)).sum())
        return constant + granted + float(np.maximum(_best_of_each(linked, self.link_pair), 0.0).sum())


def matrix_of(columns: Columns, program: Program) -> Matrix:
    """The arrays of a program assembled from these columns."""
    row, column, coefficient = _entries(program.rows, 0)
    return Matrix(
        columns,
        tuple(each.name for each in program.rows),
        row,
        column,
        coefficient,
        np.array([each.upper for each in program.rows], dtype=float),
        np.array([each.is_equal for each in program.rows], dtype=bool),
        np.array(program.values, dtype=float) / 1000.0,
    )


def _entries(rows: Sequence[Row], first: int) -> tuple[Ints, Ints, Floats]:
    lengths = np.array([len(row.columns) for row in rows], dtype=np.int64)
    total = int(lengths.sum())
    column = np.fromiter((each for row in rows for each in row.columns), dtype=np.int64, count=total)
    coefficient = np.fromiter((each for row in rows for each in row.coefficients), dtype=float, count=total)
    return np.repeat(np.arange(first, first + len(rows)), lengths), column, coefficient


def _runs(keys: Sequence[object]) -> Ints:
    """Number the runs of equal keys from 0."""
    changes = np.fromiter((one != two for one, two in pairwise(keys)), dtype=np.int64, count=max(len(keys) - 1, 0))
    return np.cumsum(np.concatenate([np.zeros(min(len(keys), 1), dtype=np.int64), changes]))


def _best_of_each(values: Floats, group: Ints) -> Floats:
    """The largest value of each group; groups are runs of equal numbers."""
    if not len(values):
        return np.zeros(0)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(group)) + 1])
    return np.maximum.reduceat(values, starts)
