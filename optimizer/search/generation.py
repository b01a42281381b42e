"""Column generation over pieces: the bound in which every piece is filled exactly, and fillings to make plans of.

Applicants, limits, quotas and the borders between pieces are priced; each piece then answers with its best filling,
which is a column of the master program and a bound for the prices (Dantzig and Wolfe 1960, Lagrange).  The next prices
lie between the best so far and the master's (Wentges 1997).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from optimizer.search.answers import Answer, Elsewhere, Priced, Thrifty, floors_within
from optimizer.search.case import Case, Spots
from optimizer.search.classes import Classes, members_of
from optimizer.search.filling import NEVER, SCALE, Filled, Stakes, fill_piece
from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Floats, Ground
from optimizer.search.master import Master
from optimizer.search.pieces import Piece, fillings_of
from optimizer.search.relaxing import PieceRelaxation
from optimizer.search.stakes import UNIT, PieceProof, losses, stakes_at
from optimizer.search.tenancy import plan_value

NODES = 250_000
"""Search nodes for one piece in one round; a piece that needs more answers with a weaker bound."""
LONGER = 4
MOST_NODES = LONGER * NODES
"""When nothing else is left to do, pieces are searched so many times longer, if there is time for such a round."""
THRIFTY_PARTS, VAIN = (16, 8, 4, 2, 1), 8
"""A piece for whose search too few nodes are left claims one part in so many more of what its relaxation promises
besides; when so many times all nodes were searched for nothing, no more are."""
NO_AIM = -(2**62)
FIRST_STEP, LEAST_STEP, CASE_STEP = 0.3, 0.05, 0.7


@dataclass
class Generation:
    """The state of the method on one instance.  `advance` is one round.

    threads: that fill pieces side by side.  elsewhere: others that fill some of them.  The answers are the same with
    any number of either.  aim_scaled: a bound that is low enough; where it can be reached pieces are searched for
    fillings that would raise it above, which is shorter than to search for the best.
    """

    ground: Ground
    classes: Classes
    pieces: list[Piece]
    spots: Spots
    case: Case
    center: Floats
    master: Master
    relaxations: list[PieceRelaxation]
    members: tuple[Ints64, Ints32]
    outer: Ints64
    outer_class: Ints64
    pins_scaled: int
    proof: PieceProof | None = None
    slack: Floats | None = None
    cost: Floats | None = None
    rounds: int = 0
    step: float = FIRST_STEP
    trial: Floats | None = None
    is_settled: bool = False
    is_stuck: bool = False
    master_points: float = float("inf")
    nodes: int = NODES
    most_nodes: int = MOST_NODES
    threads: int = 1
    elsewhere: Elsewhere | None = None
    aim_scaled: int = NO_AIM
    _floors: list[int] = field(default_factory=list)
    _away: set[int] = field(default_factory=set)
    _sent: list[Floats] = field(default_factory=list)

    def advance(self, seconds: Callable[[], float] = lambda: 1.0) -> float:
        """Price all pieces, learn their fillings, choose the next prices; the work that it took, in seconds' worth.

        seconds: how many are left; a round that runs out of them is given up.
        """
        prices, known = self.center if self.trial is None else self.trial, self.master.columns
        began = time.monotonic()
        priced = self.price(prices, seconds)
        if priced is None:
            return float("inf")
        if priced.is_better:
            self.step = min(1.0, self.step * 1.4)
        elif self.master.columns == known:
            is_hopeless = LONGER * (time.monotonic() - began) > seconds() or self.nodes >= self.most_nodes
            self.is_stuck = self.step == 1.0 and is_hopeless
            if self.step == 1.0 and not is_hopeless:
                self.nodes *= LONGER
            self.step = min(1.0, self.step * 3.0)  # nothing new between the best prices and these: go further
        else:
            self.step = max(LEAST_STEP, self.step * 0.8)
        answer = self.master.solve()
        if answer is not None and self.proof is not None:
            value, dual = answer
            self.master_points = value + self.pins_scaled / UNIT
            self.is_settled = self.proof.bound_points - self.master_points < 0.5
            self.trial = self.center + self.step * (dual - self.center)
        return priced.work + self.master.columns / 40_000

    @property
    def is_at_its_end(self) -> bool:
        """Whether no round brings more: the bound has met the master's, or at the master's own prices a piece takes too
        long to be searched to the end."""
        return self.is_settled or self.is_stuck

    def price(self, prices: Floats, seconds: Callable[[], float] = lambda: 1.0) -> Priced | None:
        """Fill all pieces at these prices and learn the fillings; keep the proof if it is the best so far.

        seconds: how many are left; None when they have run out.
        """
        filled = self.fill_all(prices, seconds)
        if filled is None:
            return None
        answers, stakes, constant = filled
        columns = [column if brings > 0 else -1 for brings, column in zip(*self.master.best_known(), strict=True)]
        total = constant + sum(answer.most for answer in answers)
        gaps = np.array([answer.first_bound - answer.most for answer in answers], dtype=np.float64)
        proof = PieceProof(
            np.rint(prices[: self.master.applicants] * UNIT).astype(np.int64),
            np.rint(prices[self.master.rows_at : self.master.ends_at] * UNIT).astype(np.int64),
            stakes.lot, stakes.border, tuple(answer.most for answer in answers), total,
            tuple(answer.nodes for answer in answers),
        )  # fmt: skip
        is_better = self.proof is None or total < self.proof.bound_scaled
        if is_better:
            self.proof, self.center = proof, prices.copy()
            self.slack, self.cost = losses(self.ground, self.classes, self.pieces, stakes, gaps)
        self.rounds += 1
        work = 0.02 + sum(answer.nodes for answer in answers) / 2_000_000 + len(self.classes.site) / 100_000
        return Priced(is_better, columns, work)

    def fill_all(
        self, prices: Floats, seconds: Callable[[], float] = lambda: 1.0
    ) -> tuple[list[Answer], Stakes, int] | None:
        """(answers of all pieces at these prices, the stakes with the prices inside the pieces, what is earned or paid
        whatever they hold); learns the fillings.  None when the seconds ran out."""
        stakes, constant = self._stakes(prices)
        best = self._best_by_class(stakes)
        self.master.value_at(stakes, self.classes, self.outer_class)
        known = [max(0, brings) for brings in self.master.best_known()[0]]
        nodes = [1] * len(known) if self.proof is None else self.proof.nodes
        self._floors = floors_within(known, self.aim_scaled - constant, nodes)
        answers = self._answers(prices, best, stakes, seconds)
        if answers is None:
            return None
        for number, answer in enumerate(answers):
            for filling in answer.fillings:
                if len(filling):
                    self._add(number, filling)
        return answers, stakes, constant

    def enter(self, case: Case, center: Floats, most_nodes: int = NODES, aim_scaled: int = NO_AIM) -> None:
        """Go on with a part of the plans, from these prices.  most_nodes: of the search of a piece.  aim_scaled: a
        bound that is low enough."""
        self._take(case)
        self.aim_scaled = aim_scaled
        self.center, self.trial, self.step = center, None, CASE_STEP
        self.nodes, self.most_nodes = NODES, most_nodes
        self.proof, self.slack, self.is_settled, self.is_stuck = None, None, False, False
        must_fill = np.zeros(len(self.pieces), dtype=np.bool_)
        must_fill[[piece for _, piece in case.placed]] = True
        for number, piece in enumerate(self.pieces):
            must_fill[number] |= case.is_held[piece.lots].any()
        self.master.allow(self.columns_of(case), must_fill)

    def _take(self, case: Case) -> None:
        self.case, self.members = case, members_of(self.classes, case.alive)

    def columns_of(self, case: Case) -> Flags:
        """For each column, whether it is a filling of the case."""
        ground, spots, master = self.ground, self.spots, self.master
        allowed = ~master.with_any(~case.alive)
        for lot in np.flatnonzero(case.is_held).tolist():
            on_lot = spots.holding(ground, lot)
            piece = spots.piece[int(np.argmax(on_lot))]
            allowed &= ~master.of_piece(int(piece)) | master.with_any(on_lot)
        for applicant, piece in case.placed:
            allowed &= ~master.of_piece(piece) | master.with_any(ground.applicant == applicant)
        return allowed

    def learn(self, held: Ints32) -> None:
        """Take a plan's fillings of the pieces as columns."""
        for piece, placements in fillings_of(self.ground, self.pieces, held):
            self._add(piece, placements)

    def thrifty(self, nodes: int) -> Thrifty:
        """What searches through all pieces of so many nodes together prove at the best prices.

        Where nodes run out, those pieces claim more than they need that took the longest.
        """
        assert self.proof is not None
        stakes, constant = self._stakes_of(self.center, self.proof)
        most, left, in_vain = list(self.proof.most), nodes, 0
        for number in sorted(range(len(self.pieces)), key=self.proof.nodes.__getitem__):
            piece, floor = self.pieces[number], self.proof.most[number]
            filled = self._best(number, piece, stakes, floor, left if in_vain < VAIN * nodes else 0)
            wide = max(filled.first_bound - floor, 0)
            for part in THRIFTY_PARTS:
                if filled.is_proved:
                    left -= filled.nodes
                    break
                in_vain += filled.nodes
                floor = self.proof.most[number] + wide // part
                filled = self._best(number, piece, stakes, floor, left // 2 if in_vain < VAIN * nodes else 0)
            most[number] = filled.most
        return Thrifty(most, constant + sum(most), nodes - left)

    def _stakes_of(self, center: Floats, proof: PieceProof) -> tuple[Stakes, int]:
        stakes, constant = self._stakes(center)
        stakes.lot[:] = proof.lot
        stakes.border[:] = proof.border
        return stakes, constant

    def _answers(
        self, prices: Floats, best: Ints64, stakes: Stakes, seconds: Callable[[], float]
    ) -> list[Answer] | None:
        """Of all pieces, in order; None when the seconds ran out.  Each writes its own prices into the stakes."""

        def answer(number: int) -> Answer | None:
            if seconds() <= 0:
                return None
            self.relaxations[number].set_prices(best, stakes, SCALE)
            return self._fill(number, self.pieces[number], stakes)

        found: dict[int, Answer | None] = {}
        if self.elsewhere is not None:
            asked = set(self.elsewhere.ask(prices))
            self._catch_up(self._away - asked)
            self._answer([number for number in range(len(self.pieces)) if number not in asked], answer, found)
            found.update(self.elsewhere.collect(stakes, seconds))
            self._catch_up(asked - found.keys())
            self._away = asked & found.keys()
            self._sent.append(prices)
        self._answer([number for number in range(len(self.pieces)) if number not in found], answer, found)
        answers = [each for _, each in sorted(found.items()) if each is not None]
        return answers if len(answers) == len(found) else None

    def _catch_up(self, numbers: Collection[int]) -> None:
        """Have the relaxations of pieces that come back from elsewhere go the way that they went there: where one
        stands decides which of equally good prices it finds next."""
        for prices in self._sent if numbers else ():
            stakes, _ = self._stakes(prices)
            best = self._best_by_class(stakes)
            for number in sorted(numbers):
                self.relaxations[number].set_prices(best, stakes, SCALE)

    def _best_by_class(self, stakes: Stakes) -> Ints64:
        best = np.full(len(self.classes.site), NEVER, dtype=np.int64)
        np.maximum.at(best, self.classes.of[self.case.alive], stakes.own[self.case.alive])
        return best

    def _answer(
        self, numbers: list[int], answer: Callable[[int], Answer | None], found: dict[int, Answer | None]
    ) -> None:
        """Add the answers of these pieces."""
        if self.threads == 1:
            found.update((number, answer(number)) for number in numbers)
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                found.update(zip(numbers, pool.map(answer, numbers), strict=True))

    def _fill(self, number: int, piece: Piece, stakes: Stakes) -> Answer:
        """What no filling of the piece exceeds, and the fillings found on the way."""
        filled = self._best(number, piece, stakes, self._floors[number], self.nodes)
        spent, found, wide = filled.nodes, [filled], max(filled.first_bound - filled.value, 1)
        for part in (2, 4, 8):
            if found[-1].is_proved:
                break
            again = self._best(number, piece, stakes, filled.first_bound - wide // part, self.nodes)
            spent += again.nodes
            found.append(again)
        most = found[-1].most if found[-1].is_proved else filled.first_bound
        return Answer(most, filled.first_bound, spent, [each.placements for each in found])

    def _best(self, number: int, piece: Piece, stakes: Stakes, floor: int, nodes: int) -> Filled:
        """The best filling of the case above the floor, over all ways to place whom it places in the piece."""
        found, spent = Filled(floor, floor, np.zeros(0, dtype=np.int32), 0, True, floor), 0
        for given in self.case.given(self.ground, self.spots, number):
            filled = fill_piece(
                self.ground, piece, self.members, stakes, SCALE, found.most, nodes - spent, self.case.is_held, given
            )
            spent += filled.nodes
            placements = filled.placements if len(filled.placements) else found.placements
            found = Filled(filled.most, filled.value, placements, spent, filled.is_proved, filled.first_bound)
            if not filled.is_proved:
                break
        return found

    def _add(self, number: int, placements: Ints32) -> None:
        held = np.full(len(self.ground.sector), -1, dtype=np.int32)
        held[self.ground.applicant[placements]] = placements
        outer = sum(self._pins_of(placement) for placement in placements.tolist())
        self.master.add(number, placements, plan_value(self.ground, held) + outer)

    def _pins_of(self, placement: int) -> int:
        site, sector = self.ground.site[placement], self.ground.sector[self.ground.applicant[placement]]
        lots = self.ground.site_lots[self.ground.site_start[site] : self.ground.site_start[site + 1]]
        return int(self.outer[lots, sector].sum())

    def _stakes(self, prices: Floats) -> tuple[Stakes, int]:
        """What filling brings at these prices, and what is earned or paid whatever the pieces hold."""
        stakes, constant = stakes_at(self.ground, self.classes, self.master, self.outer, prices)
        return stakes, constant + self.pins_scaled
