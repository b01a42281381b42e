"""The dual side: the smoothed dual first, then prices of pieces, by descent where these are many and by column
generation; each with bounds and guidance."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from instances.instance import Instance
from optimizer.board import Board
from optimizer.pace import pace
from optimizer.search.cases import Cases
from optimizer.search.certify import STEPS as MOST_CHECKED_NODES
from optimizer.search.certify import certify
from optimizer.search.descent import TIMED_ROUNDS, Descent
from optimizer.search.dive import DivePrices, prices_at
from optimizer.search.fitting import Ints32
from optimizer.search.generation import Generation
from optimizer.search.generation_start import generation_of
from optimizer.search.ground import Floats, Ground, is_within_limits
from optimizer.search.mixing import MIX_NODES, Mixer
from optimizer.search.priced import priced_certificate
from optimizer.search.prospects import NO_PROSPECTS, Prospects, prospects_of
from optimizer.search.smooth import SmoothDual, no_prices, slacks, smooth_dual
from optimizer.search.soft_bound import Prices
from optimizer.search.step_count import planned_steps, timed_steps
from optimizer.search.tenancy import keeps_apart, plan_value
from optimizer.search.zone_shares import ZoneShares

PLACEMENT_STEPS_PER_WORK = 40e6
"""Calibration: placements times steps of the smoothed dual in one unit of work."""
TELLING_PART = 0.4
"""After this part of its steps the smoothed dual's prices lead to plans within 2 % of the best known.  Of a
vast instance all steps are waited for: searches beside them would take the memory's time from both."""
SOON_SECONDS = 5.0
"""A first bound is shown early, though it is poor, unless the time is nearly up."""
SLOW_SECONDS, FEWEST_ROUNDS = 2.0, 16
"""Rounds of column generation that take longer are not begun when fewer could follow: they would bring nothing."""
STALLED_WORK, CLOSER_PART = 8.0, 0.9
"""When so much work has neither proved more nor left this part of what lies between the bound and the master's,
column generation rests."""
CLOSE_PART, BOTH_PART = 0.004, 0.003
"""Cases are told apart when the value lies so near the bound, as a part of it, and on both lanes when it is still
nearer; else there would be too many."""
CHECKED_SECONDS_PER_NODE, PIECES_SECONDS_PER_PLACEMENT, PIECES_SECONDS = 4e-6, 7e-6, 4.5
"""What the check of a proof by pieces takes for a node, and for each placement up to so much in all, at the usual pace
and besides what is kept back for any proof."""
CHECKED_SHARE = 0.1
"""The part of the whole time that nodes may take."""
PIECES_TIMES = 3
"""Prices of pieces are not begun when less is left than so many times what their check takes."""
MANY_CLASSES = 5_000
"""Of placements; with more, prices of pieces descend before columns are generated."""
MOST_PLACEMENTS = 1_500_000
"""Instances with more are left to the smoothed dual: a round of their pieces would take too long."""
VAST_SIDES = 2
"""Of their smoothed dual, each with a thread of its own."""
MOST_LOTS = 600
"""With more, columns are not generated, which would take longer than a run, and searches are long."""
DESCENT_SHARE = 2
"""Under a time limit the descent takes one part in so many of what is left."""
LANE = -1
"""Of the descent, where zone jobs serve several lanes of a run; dives have those from 0."""
FALLEN_PART = 0.001
"""A bound is shown again during the descent when it has fallen by so much: making a certificate takes a while."""


@dataclass
class Dual:
    """The bound of one run as it falls, and what it teaches once it is known: slack, the points that a plan with the
    placement loses against it at least; cost, the points that the placement costs at the prices, a better guide;
    first_cost, the same at the prices of the smoothed dual; center, the best prices of pieces.  threads: on which cases
    are told apart at most."""

    instance: Instance
    ground: Ground
    shares: ZoneShares | None = None
    threads: int = 2
    mixer: Mixer = field(init=False)
    smooth: SmoothDual = field(init=False)
    generation: Generation | None = None
    descent: Descent | None = None
    told: Cases | None = None
    slack: Floats | None = None
    cost: Floats | None = None
    first_cost: Floats | None = None
    center: Floats | None = None
    charge: Floats = field(init=False)
    prospects: Prospects = NO_PROSPECTS
    is_done: bool = False
    _unbettered: float = 0.0
    _between_points: float = float("inf")
    _shown_points: float = field(default=float("inf"))
    _shown_scaled: int | None = None

    def __post_init__(self) -> None:
        self.mixer = Mixer(self.ground)
        self.smooth = smooth_dual(self.ground, planned_steps(len(self.ground.site)))
        self.smooth.sides = VAST_SIDES if self.is_vast else 1
        self.charge = np.zeros(len(self.ground.most))
        self.is_done = not len(self.ground.site)

    @property
    def is_telling(self) -> bool:
        """Whether the prices are good enough to lead a long search."""
        enough = 1.0 if self.is_vast else TELLING_PART
        return self.cost is not None and self.smooth.done >= enough * self.smooth.steps

    @property
    def first_work(self) -> float:
        """Of all steps of the smoothed dual."""
        return self.smooth.steps * self._work_per_step

    @property
    def _work_per_step(self) -> float:
        return (len(self.ground.site) + 4_000) / PLACEMENT_STEPS_PER_WORK

    @property
    def bound_points(self) -> float | None:
        """The bound of column generation over all plans, once there is one."""
        if self.told is not None:
            return self.told.root_points
        proof = None if self.generation is None else self.generation.proof
        return None if proof is None else proof.bound_points

    def rests(self, held: Ints32) -> bool:
        """Whether there is nothing to bring down at present: nothing more was proved for a while, or what is left is to
        tell cases apart, and these would be too many as long as no better plan than this one is known."""
        is_stalled = self._unbettered >= STALLED_WORK and self.told is None
        if is_stalled and not (self.generation is not None and self.generation.is_at_its_end):
            return True
        if self.is_done or self.generation is None or not self.generation.is_at_its_end or self.told is not None:
            return self.is_done
        return not self._is_near(held, CLOSE_PART)

    def takes_both(self, held: Ints32) -> bool:
        """Whether telling cases apart is worth both lanes: the plan lies so near the bound that they may all close."""
        return self.told is not None and not self.is_done and self._is_near(held, BOTH_PART)

    def _is_near(self, held: Ints32, part: float) -> bool:
        """Whether this is a plan that lies so near the bound, as a part of it."""
        near_millipoints = (1 - part) * 1000.0 * (self.bound_points or 0.0)
        return is_within_limits(self.ground, held) and int(plan_value(self.ground, held)) >= near_millipoints

    def advance(self, held: Ints32, work: float, board: Board, sides: int = 1) -> Ints32 | None:
        """Bring the bound down by so much work and show it; a plan made of fillings, when there is one.

        held: the best plan; its fillings are learned.  sides: on which cases are told apart at once.
        """
        before = self.smooth.done
        if not before and board.is_timed:
            self.smooth.steps = timed_steps(self.smooth, board.seconds_left(), self.is_large, self.is_vast)
        if not self.smooth.is_done:
            self.smooth.descend(max(1, math.ceil(work / self._work_per_step - 1e-6)))
            work -= (self.smooth.done - before) * self._work_per_step
            if self.smooth.is_done or not self.is_vast:
                self._learn_smooth(board)
            if work <= 0 or not self.smooth.is_done:
                return None
        if self.generation is None:
            self.is_done = self.is_vast or board.seconds_left() < PIECES_TIMES * self._pieces_seconds
            if self.is_done:
                return None
            self.generation = generation_of(self.ground, self.smooth.classes, self.smooth.best)
            if len(self.smooth.classes.site) > MANY_CLASSES:
                self.descent = Descent(self.generation)
                if self.shares is not None and self.is_large:
                    self.shares.share_out(self.generation, LANE)
        if self.descent is not None and not self.descent.is_done:
            self._descend(self.generation, self.descent, work, board)
            return None
        if self.descent is not None and self.is_large:
            self.is_done = True
            return None
        if self.generation.is_at_its_end or self.told is not None:
            self.told = self.told or Cases(self.instance, self.generation, self._pieces_seconds, self.threads)
            return self._tell_apart(self.told, held, work, board, sides)
        return self._generate(self.generation, held, work, board)

    def _descend(self, generation: Generation, descent: Descent, work: float, board: Board) -> None:
        while work > 0 and not descent.is_done and board.seconds_left() > 0:
            work -= descent.advance(board.seconds_left)
            if board.is_timed and descent.done == TIMED_ROUNDS:
                descent.plan_rounds(board.seconds_left() / DESCENT_SHARE)
        if self._shown_scaled is None and generation.proof is not None:
            self._learn_pieces(generation, board)
        elif self._is_news(generation, 0.0 if descent.is_done else FALLEN_PART):
            self._show_pieces(generation, board)  # the first prices guide searches better than those on the way

    @property
    def is_large(self) -> bool:
        """Whether searches are long and no exact neighbourhoods drawn; up to so many lots they are short."""
        return len(self.ground.edge_start) - 1 > MOST_LOTS

    @property
    def is_vast(self) -> bool:
        """Whether the smoothed dual is all that there is time for."""
        return len(self.ground.site) > MOST_PLACEMENTS

    @property
    def _pieces_seconds(self) -> float:
        """What the check of a proof by pieces takes longer than that of prices, about, besides its nodes."""
        return pace() * min(PIECES_SECONDS, PIECES_SECONDS_PER_PLACEMENT * len(self.ground.site))

    @property
    def dive_prices(self) -> DivePrices:
        """The best prices to begin a dive with: those of pieces, else those of the smoothed dual."""
        if self.generation is not None and self.generation.proof is not None:
            return prices_at(self.generation, self.generation.center)
        best = self.smooth.best
        return DivePrices(self.prospects.applicant / 1000.0, best.row, best.border)

    def _is_news(self, generation: Generation, part: float) -> bool:
        """Whether more is proved than was shown, by more than this part of it."""
        if generation.proof is None or self._shown_scaled is None:
            return generation.proof is not None
        return generation.proof.bound_scaled < (1 - part) * self._shown_scaled

    def show_last(self, board: Board) -> None:
        """At the end of a run: show what is proved of the cases or by the descent, and the smoothed dual's bound, if it
        never was; of a run that had no time for a step, that of no prices."""
        if self.told is not None:
            self.told.show(board, board.value_millipoints)
        elif self.generation is not None and self._is_news(self.generation, 0.0):
            self._show_pieces(self.generation, board)
        if self._shown_points == float("inf"):
            self._show_priced(board, self.smooth.best if self.smooth.done else no_prices(self.smooth.best))

    def _show_priced(self, board: Board, prices: Prices) -> None:
        self._shown_points = self.smooth.bound_points
        board.show_certificate(priced_certificate(self.instance, self.ground, self.smooth.classes, prices), "prices")

    def _learn_smooth(self, board: Board) -> None:
        prices = self.smooth.best
        self.slack = self.cost = self.first_cost = slacks(self.ground, self.smooth.classes, prices)
        self.charge = prices.row * 1000.0
        self.prospects = prospects_of(self.ground, self.smooth.classes, prices)
        if self.smooth.is_done or self._is_soon(board):
            self._show_priced(board, prices)

    def _is_soon(self, board: Board) -> bool:
        return self._shown_points == float("inf") and board.seconds_left() > SOON_SECONDS

    def _generate(self, generation: Generation, held: Ints32, work: float, board: Board) -> Ints32 | None:
        self.mixer.learn(generation, held)
        before = None if generation.proof is None else generation.proof.bound_scaled
        plan = None
        while work > 0 and not generation.is_at_its_end and board.seconds_left() > 0:
            began = time.monotonic()
            done = generation.advance(board.seconds_left)
            work, self._unbettered = work - done, self._unbettered + done
            took = time.monotonic() - began
            self.is_done = took > SLOW_SECONDS and board.seconds_left() < FEWEST_ROUNDS * took
            if self.is_done:
                break
            if self.mixer.is_due(done):
                plan = self._better([plan, self.mixer.mixed(generation, held, MIX_NODES, board.seconds_left)])
        if generation.is_at_its_end and self.rests(held):
            plan = self._better([plan, self.mixer.mixed(generation, held, MIX_NODES * 5, board.seconds_left)])
        if generation.proof is None:
            return plan
        is_better = before is None or generation.proof.bound_scaled < before
        between_points = generation.proof.bound_points - generation.master_points
        if is_better or between_points < CLOSER_PART * self._between_points:
            self._unbettered, self._between_points = 0.0, between_points
        if is_better:
            self._learn_pieces(generation, board)
        return plan

    def _learn_pieces(self, generation: Generation, board: Board) -> None:
        self.slack, self.cost, self.center = generation.slack, generation.cost, generation.center
        rows = generation.master
        self.charge = generation.center[rows.rows_at : rows.ends_at] * 1000.0
        self._show_pieces(generation, board)

    def _show_pieces(self, generation: Generation, board: Board) -> None:
        assert generation.proof is not None
        self._shown_scaled = generation.proof.bound_scaled
        seconds = CHECKED_SHARE * board.seconds_in_all if board.is_timed else math.inf
        steps = min(MOST_CHECKED_NODES, seconds / (pace() * CHECKED_SECONDS_PER_NODE))
        certificate, nodes = certify(self.instance, generation, int(steps))
        board.keep_back(self._pieces_seconds + pace() * CHECKED_SECONDS_PER_NODE * nodes)
        board.show_certificate(certificate, "pieces")

    def _tell_apart(self, cases: Cases, held: Ints32, work: float, board: Board, sides: int) -> Ints32 | None:
        """Go into cases; the plan met on the way, when there is one."""
        value = int(plan_value(self.ground, held))
        plan = self._better(cases.advance(value, work, board, sides))
        if plan is None and cases.is_done:
            self.is_done = True
            cases.show(board, value)
        return plan

    def _better(self, plans: Sequence[Ints32 | None]) -> Ints32 | None:
        """The best of these plans that keeps the rules: a case's may overstep what its pieces do not know of."""
        usable = [
            each
            for each in plans
            if each is not None and is_within_limits(self.ground, each) and keeps_apart(self.ground, each)
        ]
        return max(usable, key=lambda each: int(plan_value(self.ground, each)), default=None)
