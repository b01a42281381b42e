"""Branch and bound for packings: cliques cut, prices settle columns, the rest branches; what it did is its proof."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.closure.budget import CLOSED, FOUND, better_packing
from optimizer.closure.cliques import broken_cliques, maximal_rows
from optimizer.closure.lp import CliqueLp, Relaxed
from optimizer.closure.packing import Packing
from optimizer.closure.swap import good_packing
from optimizer.closure.tree import Clique, Node, Prices, Settled, nothing_settled, settle

ROOT_ROUNDS, NODE_ROUNDS = 60, 2
ROOT_CUTS, NODE_CUTS = 150, 40
WORTHWHILE = 0.02
"""Share of the room above the best packing that a round of cuts must close to be followed by another."""
CANDIDATES, TRIAL_ITERATIONS, RELIABLE = 8, 40, 2
ROOT_STEPS, NODE_STEPS = 30_000, 3_000
MOST_STEPS, FEW_STEPS, STRETCH = 300_000, 20_000, 14
"""Columns left are tried for so many steps where their number times the room is up to 14 times the value to beat; for
few up to 28 times; beyond that not at all.  Measured: what closes takes twice the steps for every 1.3 more.
"""
SPARE_ROWS = 150
"""Rows above those of the last cleaning at which idle ones are dropped again."""
PARTNERS_SEED = 1_000_003
"""Added to the seed, so that two searches do not draw alike."""
Floats = NDArray[np.float64]


class Branching:
    """One search.  chosen: the best packing found, of this value.  waiting: nodes to visit, the next one last.

    nodes: the tree so far.  cliques: the number, in the prices of the nodes, of each clique.
    """

    def __init__(self, packing: Packing, seed: int) -> None:
        self._packing, self._seed = packing, seed
        self._lp = CliqueLp(packing)
        self._held = np.zeros((256, len(packing.values)), dtype=bool)
        self._clean_rows = 0
        self._gains = np.zeros((2, len(packing.values)))
        self._trials = np.zeros((2, len(packing.values)))
        self._root = -1
        self.cliques: dict[Clique, int] = {}
        self.nodes: list[Node] = []
        self.waiting: list[tuple[int, Settled]] = []
        self.chosen: tuple[int, ...] = ()
        self.value = 0

    def start(self) -> None:
        """Begin with the rows as cliques and the root of the tree."""
        self._cut(maximal_rows(self._packing))
        self._clean_rows = self._lp.rows
        self._root = self.wait_for(nothing_settled(self._packing))

    def partner(self) -> Branching:
        """Another search, of no nodes yet, that knows what this one knows and stands where it stands."""
        other = Branching(self._packing, self._seed + PARTNERS_SEED)
        other.chosen, other.value = self.chosen, self.value
        other.cliques, other._held = dict(self.cliques), self._held.copy()
        other._gains, other._trials = self._gains.copy(), self._trials.copy()
        known, numbers = list(self.cliques), self._lp.numbers
        other._lp.add(numbers, [known[number] for number in numbers])
        other._lp.go_back(self._lp.basis())
        other._clean_rows = self._clean_rows
        return other

    def wait_for(self, settled: Settled) -> int:
        """Add a node of which nothing is known yet; its number."""
        self.nodes.append(Node(Prices(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64))))
        self.waiting.append((len(self.nodes) - 1, settled))
        return len(self.nodes) - 1

    def learn(self, other: Branching) -> None:
        """Take the packing that another search found, if it is better."""
        if other.value > self.value:
            self.chosen, self.value = other.chosen, other.value

    def visit(self, most: int, deadline: float) -> None:
        """Visit nodes: at most so many, while some wait and time.monotonic() has not passed the deadline."""
        for _ in range(most):
            if not self.waiting or time.monotonic() >= deadline:
                break
            number, settled = self.waiting.pop()
            self.waiting += self._visit(number, settled, deadline)

    def _visit(self, number: int, settled: Settled, deadline: float) -> Sequence[tuple[int, Settled]]:
        """Bound a node; its children, the one to visit first last."""
        if self._lp.rows > self._clean_rows + SPARE_ROWS:
            self._lp.drop_slack_rows()
            self._clean_rows = self._lp.rows
        is_root = number == self._root
        relaxed = self._bounded(settled, is_root, deadline)
        if relaxed is None:
            return ()
        guide = np.where(settled.may_be_one, np.clip(relaxed.x, 0.0, 1.0), 0.0)
        self._improve(guide, number, ROOT_STEPS if is_root else NODE_STEPS)
        prices = self._lp.prices()
        bound, settled = settle(self._packing, self._held, settled, prices, self.value)
        is_closed = bound <= self.value or settled.is_impossible
        steps = 0 if is_closed else self._try_all(settled, prices, bound - self.value)
        if is_closed or steps:
            self.nodes[number] = Node(prices, steps)
            return ()
        column = self._branch_on(settled, relaxed)
        one, zero = len(self.nodes), len(self.nodes) + 1
        self.nodes[number] = Node(prices, 0, column, one, zero)
        self.nodes += [Node(prices), Node(prices)]
        return (zero, settled.with_zero(column)), (one, settled.with_one(column, self._packing.conflicts))

    def _try_all(self, settled: Settled, prices: Prices, room: int) -> int:
        """Steps within which every packing left at a node was tried; 0 when they did not suffice.

        Better packings that turn up on the way are kept.
        """
        stretch = room * int((settled.may_be_one & ~settled.at_one).sum())
        if stretch > 2 * STRETCH * self.value:
            return 0
        steps = MOST_STEPS if stretch <= STRETCH * self.value else FEW_STEPS
        while True:
            tried = better_packing(self._packing, self._held, settled, prices, self.value, steps)
            if tried[0] != FOUND:
                break
            self.chosen, self.value = tried[1], self._packing.value(tried[1])
        return steps if tried[0] == CLOSED else 0

    def _bounded(self, settled: Settled, is_root: bool, deadline: float) -> Relaxed | None:
        """The relaxation at a node after its rounds of cuts; None when it has no point."""
        rounds, most = (ROOT_ROUNDS, ROOT_CUTS) if is_root else (NODE_ROUNDS, NODE_CUTS)
        relaxed = self._lp.solve(settled)
        for _ in range(rounds):
            if relaxed is None or relaxed.value < self.value + 1 or time.monotonic() > deadline:
                break
            cliques = broken_cliques(self._packing, relaxed.x, most, is_root)
            if not cliques:
                break
            before = relaxed.value
            self._cut(cliques)
            relaxed = self._lp.solve(settled)
            if relaxed is not None and before - relaxed.value < WORTHWHILE * (before - self.value) and not is_root:
                break
        return relaxed

    def _cut(self, cliques: Sequence[Clique]) -> None:
        numbers = []
        for clique in cliques:
            number = self.cliques.setdefault(clique, len(self.cliques))
            if number >= len(self._held):
                self._held = np.concatenate([self._held, np.zeros_like(self._held)])
            self._held[number, list(clique)] = True
            numbers.append(number)
        self._lp.add(numbers, cliques)

    def _improve(self, guide: Floats, number: int, steps: int) -> None:
        found = good_packing(self._packing, guide, self._seed + number, steps)
        if self._packing.value(found) > self.value and self._packing.is_feasible(found):
            self.chosen, self.value = found, self._packing.value(found)

    def _branch_on(self, settled: Settled, relaxed: Relaxed) -> int:
        """The column whose two settings lower the bound most, by trial where little is known of it."""
        free = np.flatnonzero(settled.may_be_one & ~settled.at_one)
        x = relaxed.x[free]
        known = np.divide(self._gains, self._trials, out=np.zeros_like(self._gains), where=self._trials > 0)[:, free]
        values = self._packing.values[free].astype(float)
        fractional = np.where((x > 1e-6) & (x < 1 - 1e-6), 1.0, 1e-6)
        guess = np.where(self._trials[0, free] > 0, known[0] * known[1], 0.04 * values * values * x * (1 - x))
        order = np.lexsort((free, -guess * fractional))[:CANDIDATES]
        room = max(relaxed.value - self.value, 1.0)
        best, best_score = int(free[order[0]]), -1.0
        for column in free[order].tolist():
            if self._trials[0, column] < RELIABLE:
                self._try(column, settled, relaxed.value, room)
            gains = np.minimum(self._gains[:, column] / self._trials[:, column], room)
            score = max(gains[0], 1e-3 * room) * max(gains[1], 1e-3 * room)
            if score > best_score:
                best, best_score = column, score
        return best

    def _try(self, column: int, settled: Settled, before: float, room: float) -> None:
        """Learn by how much the bound falls with the column at 1, and at 0."""
        trials = settled.with_one(column, self._packing.conflicts), settled.with_zero(column)
        basis = self._lp.basis()
        for side, trial in enumerate(trials):
            tried = self._lp.solve(trial, TRIAL_ITERATIONS)
            self._lp.go_back(basis)
            self._gains[side, column] += room if tried is None else min(max(before - tried.value, 0.0), room)
            self._trials[side, column] += 1
