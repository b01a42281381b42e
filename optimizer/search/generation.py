"""Column generation over pieces: the bound in which every piece is filled exactly, and fillings to make plans of.

Applicants, limits, quotas and the borders between pieces are priced; each piece then answers with its best
filling, which
is a column of the master program and a bound for the prices (Dantzig and Wolfe 1960, Lagrange).  The next prices lie
between the best so far and the master's (Wentges 1997).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.search.classes import Classes
from optimizer.search.filling import NEVER, SCALE, Stakes, fill_piece, fillings
from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Floats, Ground, starting_plan, used
from optimizer.search.master import Master
from optimizer.search.pieces import Piece, piece_of_lot, pieces_of, pinned_sectors
from optimizer.search.relaxing import PieceRelaxation
from optimizer.search.smooth import Prices, reduced_points
from optimizer.search.tenancy import plan_value

UNIT = 1000.0 * SCALE
NODES = 250_000
"""Search nodes for one piece in one round; a piece that needs more answers with a weaker bound."""
FIRST_STEP, LEAST_STEP = 0.3, 0.05


@dataclass(frozen=True, eq=False)
class PieceProof:
    """Prices under which every piece was searched to the end, in 1/SCALE millipoints, and the bound that follows.

    applicant, row: what a grant and a unit pay.  border[edge, sector]: between pieces, paid back at the beginning
    of the
    edge; inside pieces, with lot, only the order of the search.  most: what no filling of each piece exceeds.
    """

    applicant: Ints64
    row: Ints64
    lot: Ints64
    border: Ints64
    most: tuple[int, ...]
    bound_scaled: int

    @property
    def bound_points(self) -> float:
        """The bound in points, for guidance."""
        return self.bound_scaled / UNIT


@dataclass
class Generation:
    """The state of the method on one instance.  `advance` is one round."""

    ground: Ground
    classes: Classes
    pieces: list[Piece]
    alive: Flags
    center: Floats
    master: Master
    relaxations: list[PieceRelaxation]
    members: tuple[Ints64, Ints32]
    outer: Ints64
    outer_class: Ints64
    pins_scaled: int
    pins_used: Ints64
    proof: PieceProof | None = None
    slack: Floats | None = None
    cost: Floats | None = None
    rounds: int = 0
    step: float = FIRST_STEP
    trial: Floats | None = None
    is_settled: bool = False

    def advance(self, seconds: Callable[[], float] = lambda: 1.0) -> float:
        """Price all pieces, learn their fillings, choose the next prices; the work that it took, in seconds' worth.

        seconds: how many are left; a round that runs out of them is given up.
        """
        prices, known = self.center if self.trial is None else self.trial, self.master.columns
        stakes, constant = self._stakes(prices)
        best = np.full(len(self.classes.site), NEVER, dtype=np.int64)
        np.maximum.at(best, self.classes.of[self.alive], stakes.own[self.alive])
        most, nodes, total = [], 0, constant
        gaps = np.zeros(len(self.pieces))
        self.master.value_at(stakes, self.classes, self.outer_class)
        for number, (piece, relaxation) in enumerate(zip(self.pieces, self.relaxations, strict=True)):
            if seconds() <= 0:
                return float("inf")
            relaxation.set_prices(best, stakes, SCALE)
            filled, spent = self._fill(number, piece, stakes)
            nodes += spent
            most.append(filled)
            total += filled[0]
            gaps[number] = filled[1] - filled[0]
        proof = PieceProof(
            np.rint(prices[: self.master.applicants] * UNIT).astype(np.int64),
            np.rint(prices[self.master.rows_at : self.master.ends_at] * UNIT).astype(np.int64),
            stakes.lot, stakes.border, tuple(each[0] for each in most), total,
        )  # fmt: skip
        is_better = self.proof is None or total < self.proof.bound_scaled
        if is_better or self.proof is None:
            self.proof, self.center = proof, prices.copy()
            self.slack, self.cost = self._slack(stakes, gaps)
        if is_better:
            self.step = min(1.0, self.step * 1.4)
        elif self.master.columns == known:
            self.step = min(1.0, self.step * 3.0)  # nothing new between the best prices and these: go further
        else:
            self.step = max(LEAST_STEP, self.step * 0.8)
        self.rounds += 1
        answer = self.master.solve()
        if answer is not None:
            value, dual = answer
            self.is_settled = self.proof.bound_points - value - self.pins_scaled / UNIT < 0.5
            self.trial = self.center + self.step * (dual - self.center)
        return 0.02 + nodes / 1_000_000 + len(self.classes.site) / 40_000 + self.master.columns / 40_000

    def learn(self, held: Ints32) -> None:
        """Take a plan's fillings of the pieces as columns."""
        of_lot = piece_of_lot(self.ground, self.pieces)
        by_piece: dict[int, list[int]] = {}
        for placement in held[held >= 0].tolist():
            if not self.ground.is_pinned[self.ground.applicant[placement]]:
                first = self.ground.site_lots[self.ground.site_start[self.ground.site[placement]]]
                by_piece.setdefault(int(of_lot[first]), []).append(placement)
        for piece, placements in sorted(by_piece.items()):
            self._add(piece, np.array(sorted(placements), dtype=np.int32))

    def enrich(self, points: float, nodes: int, most: int) -> bool:
        """Take as columns the fillings that lie within so many points of the best of their piece, at the best prices.

        Whether these are all of them: a piece stops at a number of search nodes or of fillings.
        """
        assert self.proof is not None
        stakes, _ = self._stakes(self.center)
        stakes.lot[:] = self.proof.lot
        stakes.border[:] = self.proof.border
        is_all = True
        for number, piece in enumerate(self.pieces):
            floor = self.proof.most[number] - round(points * UNIT) - 1
            found, is_whole = fillings(self.ground, piece, self.members, stakes, SCALE, floor, nodes, most)
            is_all = is_all and is_whole
            for placements in found:
                if len(placements):
                    self._add(number, placements)
        return is_all

    def thrifty(self, nodes: int) -> tuple[list[int], int]:
        """(what no filling of each piece exceeds, the bound) by searches through all pieces of so many nodes together.

        At the best prices; the bound is that of the proof or a little more.
        """
        assert self.proof is not None
        stakes, constant = self._stakes(self.center)
        stakes.lot[:] = self.proof.lot
        stakes.border[:] = self.proof.border
        most = []
        for number, piece in enumerate(self.pieces):
            floor = self.proof.most[number]
            filled = fill_piece(self.ground, piece, self.members, stakes, SCALE, floor, min(nodes, NODES))
            wide = max(filled.first_bound - floor, 0)
            for part in (8, 4, 2, 1):
                if filled.is_proved:
                    nodes -= filled.nodes
                    break
                floor = self.proof.most[number] + wide // part
                filled = fill_piece(self.ground, piece, self.members, stakes, SCALE, floor, min(nodes, NODES) // 10)
            most.append(filled.most)
        return most, constant + sum(most)

    def combine(self, nodes: int, seconds: float) -> Ints32 | None:
        """The best plan that branch and bound makes of the fillings known so far; it may overstep nothing."""
        chosen = self.master.combine(nodes, seconds)
        if chosen is None:
            return None
        held = starting_plan(self.ground)
        for placement in chosen:
            held[self.ground.applicant[placement]] = placement
        return held

    def _fill(self, number: int, piece: Piece, stakes: Stakes) -> tuple[tuple[int, int], int]:
        """((what no filling exceeds, the relaxation's bound), nodes), after taking the filling found as a column."""
        floor, spent = max(0, self.master.best_known(number)), 0
        while True:
            filled = fill_piece(self.ground, piece, self.members, stakes, SCALE, floor, NODES)
            spent += filled.nodes
            if len(filled.placements):
                self._add(number, filled.placements)
            if filled.is_proved:
                return (filled.most, filled.first_bound), spent
            wide = max(filled.first_bound - filled.value, 1)
            for part in (2, 4, 8):
                floor = filled.first_bound - wide // part
                again = fill_piece(self.ground, piece, self.members, stakes, SCALE, floor, NODES)
                spent += again.nodes
                if len(again.placements):
                    self._add(number, again.placements)
                if again.is_proved:
                    return (again.most, filled.first_bound), spent
            return (filled.first_bound, filled.first_bound), spent

    def _add(self, number: int, placements: Ints32) -> None:
        held = np.full(len(self.ground.sector), -1, dtype=np.int32)
        held[self.ground.applicant[placements]] = placements
        value = plan_value(self.ground, held)
        outer = 0
        for placement in placements.tolist():
            outer += int(self._pins_of(placement))
        self.master.add(number, placements, value + outer)

    def _pins_of(self, placement: int) -> int:
        site, sector = self.ground.site[placement], self.ground.sector[self.ground.applicant[placement]]
        lots = self.ground.site_lots[self.ground.site_start[site] : self.ground.site_start[site + 1]]
        return int(self.outer[lots, sector].sum())

    def _stakes(self, prices: Floats) -> tuple[Stakes, int]:
        """What filling brings at these prices, and what is earned or paid whatever the pieces hold."""
        ground, master = self.ground, self.master
        whole = np.rint(prices * UNIT).astype(np.int64)
        applicant, row = whole[: master.applicants], whole[master.rows_at : master.ends_at]
        own = ground.gain * SCALE - applicant[ground.applicant]
        if len(row):
            lots = np.diff(ground.site_start)[ground.site]
            for number in np.flatnonzero(row).tolist():
                use = ground.per_lot[number, ground.applicant] * lots
                use += np.where(ground.touches[number, ground.site], ground.need[number, ground.applicant], 0)
                own -= row[number] * use
        border = np.zeros((len(ground.edge_to), len(ground.affinity)), dtype=np.int64)
        border[master.end_edge, master.end_sector] = whole[master.ends_at : master.ends_at + len(master.end_edge)]
        paid = self.outer * SCALE
        np.add.at(paid, ground.edge_from, border)
        at = _sum_by_class(ground, self.classes, paid)
        constant = self.pins_scaled + int(applicant.sum()) + int(row @ (ground.most - self.pins_used))
        for pair in master.pairs:
            constant += max(0, max(SCALE * worth - int(border[one]) - int(border[two]) for one, two, worth in pair))
        return Stakes(own, at, np.zeros(len(ground.edge_start) - 1, dtype=np.int64), border), constant

    def _inner(self, stakes: Stakes) -> Ints64:
        """What each class is paid for borders between lots of its own site, which it does not earn."""
        number, edge, sector = _between_lots_of_a_site(self.classes)
        total = np.zeros(len(self.classes.site), dtype=np.int64)
        np.add.at(total, number, stakes.border[edge, sector])
        return total

    def _slack(self, stakes: Stakes, gaps: Floats) -> tuple[Floats, Floats]:
        """(points that a plan loses against the bound at least when it holds the placement, points that the placement
        costs at the prices, less its lots' share of what the piece's relaxation promises too much: a guide)"""
        paid = -stakes.lot[:, None] + np.zeros_like(self.outer)
        inside = np.zeros(len(self.ground.edge_to), dtype=np.bool_)
        for piece in self.pieces:
            inside[piece.edge] = True
        np.add.at(paid, self.ground.edge_from[inside], stakes.border[inside])
        gains = stakes.own + (stakes.at + _sum_by_class(self.ground, self.classes, paid))[self.classes.of]
        gains = gains - self._inner(stakes)[self.classes.of]
        of_lot = piece_of_lot(self.ground, self.pieces)
        first = self.ground.site_lots[self.ground.site_start[self.ground.site]]
        spare = np.append(gaps, 0.0)[of_lot[first]]  # a lot in no piece is the last
        lots = np.array([len(piece.lots) for piece in self.pieces] + [1])[of_lot[first]]
        share = spare * np.diff(self.ground.site_start)[self.ground.site] / lots
        return (-gains - spare) / UNIT, (-gains - share) / UNIT


def _between_lots_of_a_site(classes: Classes) -> tuple[Ints64, Ints64, Ints64]:
    """(class, edge, sector) for every edge between two lots of a class's site."""
    count = classes.inner_start[classes.site + 1] - classes.inner_start[classes.site]
    number = np.repeat(np.arange(len(classes.site)), count)
    offset = np.arange(len(number)) - np.repeat(np.cumsum(count) - count, count)
    edge = classes.inner[classes.inner_start[classes.site[number]] + offset]
    return number, edge.astype(np.int64), classes.sector[number].astype(np.int64)


def generation_of(ground: Ground, classes: Classes, prices: Prices) -> Generation:
    """The method at its first prices: those of the smoothed dual."""
    pieces = pieces_of(ground, classes)
    of_lot = piece_of_lot(ground, pieces)
    pinned = pinned_sectors(ground)
    outer = np.zeros((len(ground.edge_start) - 1, len(ground.affinity)), dtype=np.int64)
    for e in np.flatnonzero(pinned[ground.edge_to] >= 0).tolist():
        if of_lot[ground.edge_from[e]] >= 0:
            outer[ground.edge_from[e]] += ground.rate[e] * ground.affinity[:, pinned[ground.edge_to[e]]]
    pins = starting_plan(ground)
    open_class = np.zeros(len(classes.site), dtype=np.bool_)
    for piece in pieces:
        open_class[piece.group_class] = True
    alive = open_class[classes.of] & ~ground.is_pinned[ground.applicant]
    pins_used = used(ground, pins)
    master = Master(ground, classes, pieces, of_lot, pins_used)
    reduced = np.where(alive, reduced_points(ground, classes, prices), 0.0)
    applicant = np.zeros(len(ground.sector))
    np.maximum.at(applicant, ground.applicant, reduced)
    ends = prices.border[master.end_edge, master.end_sector]
    center = np.concatenate([np.where(ground.is_pinned, 0.0, applicant), prices.row, ends])
    return Generation(
        ground, classes, pieces, alive, center, master, [PieceRelaxation(ground, classes, piece) for piece in pieces],
        _members(classes, alive), outer, _sum_by_class(ground, classes, outer * SCALE), int(plan_value(ground,
        pins)) * SCALE, pins_used,
    )  # fmt: skip


def _members(classes: Classes, alive: Flags) -> tuple[Ints64, Ints32]:
    numbers = np.flatnonzero(alive)
    of = classes.of[numbers]
    start = np.zeros(len(classes.site) + 1, dtype=np.int64)
    start[1:] = np.cumsum(np.bincount(of, minlength=len(classes.site)))
    return start, numbers[np.argsort(of, kind="stable")].astype(np.int32)


def _sum_by_class(ground: Ground, classes: Classes, at: Ints64) -> Ints64:
    """For each class the sum over its lots of at[lot, sector]."""
    lots = np.diff(ground.site_start)[classes.site]
    number = np.repeat(np.arange(len(classes.site)), lots)
    offset = np.arange(len(number)) - np.repeat(np.cumsum(lots) - lots, lots)
    lot = ground.site_lots[ground.site_start[classes.site[number]] + offset]
    total = np.zeros(len(classes.site), dtype=np.int64)
    np.add.at(total, number, at[lot, classes.sector[number]])
    return total
