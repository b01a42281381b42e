"""The rows of a program as flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from optimizer.program import Program

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class FlatRows:
    """Entry k says that row `row[k]` holds `coefficient[k]` of column `column[k]`; entries run row by row."""

    row: Ints
    column: Ints
    coefficient: Ints
    upper: Ints
    is_equal: Flags

    def are_kept(self, chosen: Sequence[int], count: int) -> bool:
        """Whether the point of `count` columns of which `chosen` are 1 keeps every row."""
        ones = np.zeros(count, dtype=bool)
        ones[list(chosen)] = True
        taken = ones[self.column]
        totals = np.zeros(len(self.upper), dtype=np.int64)
        np.add.at(totals, self.row[taken], self.coefficient[taken])
        return bool((np.where(self.is_equal, totals == self.upper, totals <= self.upper)).all())


def flat_rows(program: Program) -> FlatRows:
    """The rows of the program; OverflowError when a number does not fit 64 bits."""
    lengths = np.array([len(row.columns) for row in program.rows], dtype=np.int64)
    total = int(lengths.sum())
    return FlatRows(
        np.repeat(np.arange(len(lengths)), lengths),
        np.fromiter(chain.from_iterable(row.columns for row in program.rows), dtype=np.int64, count=total),
        np.fromiter(chain.from_iterable(row.coefficients for row in program.rows), dtype=np.int64, count=total),
        np.array([row.upper for row in program.rows], dtype=np.int64),
        np.array([row.is_equal for row in program.rows], dtype=bool),
    )
