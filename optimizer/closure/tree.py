"""The proof of a packing's bound: a tree of branches with whole prices at its nodes.

At a node some columns are settled at 0 or 1.  Prices y >= 0 of cliques bound its value by sum y + sum of what is left
of each free column's value above 0 + what is left of each column at 1.  Where that is no more than the value to beat
the node is closed; elsewhere columns whose other setting would not beat it are settled, and the node branches on one.
Everything is counted in 1/SCALE of a unit, in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.closure.flat import Flags, Ints
from optimizer.closure.packing import Packing

SCALE = 2**20
Clique = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Prices:
    """Whole prices, in 1/SCALE of a unit of value, of some of the proof's cliques; never negative."""

    cliques: NDArray[np.int32]
    amounts: Ints


@dataclass(frozen=True, eq=False)
class Node:
    """A node of the tree.  column: on which it branches, -1: none.  one, zero: numbers of its children, -1: none yet.

    steps: within how many its columns can all be tried (see budget.py) to no avail; 0 where that is not claimed.
    """

    prices: Prices
    steps: int = 0
    column: int = -1
    one: int = -1
    zero: int = -1


@dataclass(frozen=True, eq=False)
class PackingProof:
    """value: to beat.  cliques: sets of columns that conflict two by two.  nodes: the first is the root."""

    value: int
    cliques: tuple[Clique, ...]
    nodes: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Settled:
    """Which columns are at 1 for certain, and which may still be 1."""

    at_one: Flags
    may_be_one: Flags

    @property
    def is_impossible(self) -> bool:
        """Whether some column is at 1 that may not be."""
        return bool((self.at_one & ~self.may_be_one).any())

    def with_one(self, column: int, conflicts: Flags) -> Settled:
        """The same with the column at 1, hence its conflicts at 0."""
        at_one, may_be_one = self.at_one.copy(), self.may_be_one & ~conflicts[column]
        at_one[column] = True
        return Settled(at_one, may_be_one)

    def with_zero(self, column: int) -> Settled:
        """The same with the column at 0."""
        may_be_one = self.may_be_one.copy()
        may_be_one[column] = False
        return Settled(self.at_one, may_be_one)


def nothing_settled(packing: Packing) -> Settled:
    """Every column free, but for those whose value is not above 0: they are left out without loss."""
    return Settled(np.zeros(len(packing.values), dtype=bool), packing.values > 0)


def settle(packing: Packing, held: Flags, settled: Settled, prices: Prices, value: int) -> tuple[int, Settled]:
    """(bound in whole units, what is settled then) at a node with these prices and this value to beat.

    held: one row of flags per clique.  A bound of no more than `value` closes the node.
    """
    left = packing.values * SCALE - prices.amounts @ held[prices.cliques].astype(np.int64)
    free = settled.may_be_one & ~settled.at_one
    bound = int(prices.amounts.sum()) + int(left[settled.at_one].sum()) + int(left[free & (left > 0)].sum())
    if bound // SCALE <= value or settled.is_impossible:
        return min(bound // SCALE, value) if settled.is_impossible else bound // SCALE, settled
    room = bound - (value + 1) * SCALE
    at_one = settled.at_one | (free & (left > room))
    may_be_one = settled.may_be_one & ~(free & (left < -room))
    for column in np.flatnonzero(at_one & ~settled.at_one).tolist():
        may_be_one &= ~packing.conflicts[column]
    return bound // SCALE, Settled(at_one, may_be_one)
