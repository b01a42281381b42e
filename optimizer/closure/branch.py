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
from optimizer.closure.tree import Clique, Node, PackingProof, Prices, Settled, nothing_settled, settle

ROOT_ROUNDS, NODE_ROUNDS = 60, 2
ROOT_CUTS, NODE_CUTS = 150, 40
WORTHWHILE = 0.02
"""Share of the room above the best packing that a round of cuts must close to be followed by another."""
CANDIDATES, TRIAL_ITERATIONS, RELIABLE = 8, 40, 2
ROOT_STEPS, NODE_STEPS = 30_000, 3_000
MOST_STEPS, FEW_STEPS, REACH_PERCENT = 150_000, 20_000, 130
"""Columns left are tried for so many steps where the room is up to 130 % of what was ever closed so, else for few."""
SPARE_ROWS = 150
"""Rows above those of the last cleaning at which idle ones are dropped again."""
Floats = NDArray[np.float64]


class Branching:
    """One search.  After `run`, `chosen` is the best packing found and `proof` the tree, open where time ran out."""

    def __init__(self, packing: Packing, seed: int) -> None:
        self._packing, self._seed = packing, seed
        self._lp = CliqueLp(packing)
        self._cliques: dict[Clique, int] = {}
        self._held = np.zeros((256, len(packing.values)), dtype=bool)
        self._nodes: list[Node] = []
        self._clean_rows = 0
        self._reach = 0
        self._gains = np.zeros((2, len(packing.values)))
        self._trials = np.zeros((2, len(packing.values)))
        self.chosen: tuple[int, ...] = ()
        self.value = 0

    @property
    def proof(self) -> PackingProof:
        """The tree so far, for the best value so far."""
        return PackingProof(self.value, tuple(self._cliques), tuple(self._nodes))

    def run(self, deadline: float) -> None:
        """Search until the tree is closed or time.monotonic() passes the deadline."""
        self._cut(maximal_rows(self._packing))
        self._clean_rows = self._lp.rows
        root = nothing_settled(self._packing)
        self._nodes.append(Node(Prices(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64))))
        waiting = [(0, root)]
        while waiting and time.monotonic() < deadline:
            number, settled = waiting.pop()
            children = self._visit(number, settled, deadline)
            waiting += children

    def _visit(self, number: int, settled: Settled, deadline: float) -> Sequence[tuple[int, Settled]]:
        """Bound a node; its children, the one to visit first last."""
        if self._lp.rows > self._clean_rows + SPARE_ROWS:
            self._lp.drop_slack_rows()
            self._clean_rows = self._lp.rows
        relaxed = self._bounded(settled, number == 0, deadline)
        if relaxed is None:
            return ()
        steps = ROOT_STEPS if number == 0 else NODE_STEPS
        self._improve(np.where(settled.may_be_one, np.clip(relaxed.x, 0.0, 1.0), 0.0), number, steps)
        prices = self._lp.prices()
        bound, settled = settle(self._packing, self._held, settled, prices, self.value)
        self._nodes[number] = Node(prices)
        if bound <= self.value or settled.is_impossible:
            return ()
        steps = self._try_all(settled, prices, bound - self.value)
        if steps:
            self._nodes[number] = Node(prices, steps)
            return ()
        column = self._branch_on(settled, relaxed)
        one, zero = len(self._nodes), len(self._nodes) + 1
        self._nodes[number] = Node(prices, 0, column, one, zero)
        self._nodes += [Node(prices), Node(prices)]
        return (zero, settled.with_zero(column)), (one, settled.with_one(column, self._packing.conflicts))

    def _try_all(self, settled: Settled, prices: Prices, room: int) -> int:
        """Steps within which every packing left at a node was tried; 0 when they did not suffice.

        Better packings that turn up on the way are kept.
        """
        steps = MOST_STEPS if room <= REACH_PERCENT * self._reach // 100 else FEW_STEPS
        while True:
            tried = better_packing(self._packing, self._held, settled, prices, self.value, steps)
            if tried[0] != FOUND:
                break
            self.chosen, self.value = tried[1], self._packing.value(tried[1])
        if tried[0] != CLOSED:
            return 0
        self._reach = max(self._reach, room)
        return steps

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
            number = self._cliques.setdefault(clique, len(self._cliques))
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


def close_packing(packing: Packing, seconds: float, seed: int) -> tuple[tuple[int, ...], PackingProof]:
    """(columns of the best packing found, its proof) within the seconds; the proof may leave branches open."""
    search = Branching(packing, seed)
    search.run(time.monotonic() + seconds)
    return search.chosen, search.proof
