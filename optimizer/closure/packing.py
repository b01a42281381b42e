"""Set packing: choose columns of most value so that no two chosen ones share a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.closure.flat import Flags, FlatRows, Ints
from optimizer.program import Program

MOST_COLUMNS = 6_000
"""The conflicts are held as a square of flags."""
LARGEST_SUM = 2**40
"""Values add up to less than this, so that the proof's scaled sums stay within 64 bits."""


@dataclass(frozen=True, eq=False)
class Packing:
    """values: whole value of each column.  rows: for each row its columns, of which at most one may be chosen."""

    values: Ints
    rows: tuple[tuple[int, ...], ...]

    @cached_property
    def conflicts(self) -> Flags:
        """conflicts[i, j]: columns i and j share a row."""
        held = np.zeros((len(self.rows), len(self.values)), dtype=np.float32)
        for number, columns in enumerate(self.rows):
            held[number, list(columns)] = 1.0
        shared = (held.T @ held) > 0.5
        np.fill_diagonal(shared, False)
        return shared

    def value(self, chosen: Sequence[int]) -> int:
        """The value of these columns together."""
        return sum(int(self.values[column]) for column in chosen)

    def is_feasible(self, chosen: Sequence[int]) -> bool:
        """Whether no two of these columns conflict."""
        picked = list(chosen)
        return len(set(picked)) == len(picked) and not self.conflicts[np.ix_(picked, picked)].any()


def packing_of(program: Program, rows: FlatRows) -> Packing | None:
    """The program as a packing; None when a row is of another kind, or when it is too large."""
    if len(program.values) > MOST_COLUMNS or sum(abs(value) for value in program.values) >= LARGEST_SUM:
        return None
    if rows.is_equal.any() or (rows.upper != 1).any() or (rows.coefficient != 1).any():
        return None
    sets = tuple(tuple(sorted(row.columns)) for row in program.rows if len(row.columns) > 1)
    return Packing(np.array(program.values, dtype=np.int64), sets)
