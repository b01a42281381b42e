"""The search: primal and dual work side by side, sharing what they find.

The first lane looks for plans: local search, guided by the best prices so far, and exact neighbourhoods.  The second
brings the bound down: first the smoothed dual, then column generation over pieces, whose fillings are also made into
plans; when nothing is left to bring down it looks for plans too, also by making parts of the best one anew.  Plans of
large instances are made otherwise (large.py).  Under a work limit the lanes go in steps: tasks are sized in work, draw
from seeds of their own and exchange results only between steps, so that one worker or two give the same plan.  Without
one, each lane goes on as soon as it can.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from instances.instance import Instance
from optimizer.board import Board
from optimizer.outcome import Limits
from optimizer.search.annealing import MOVES_PER_WORK, Annealing
from optimizer.search.dive import dive_from
from optimizer.search.dual import Dual
from optimizer.search.fitting import Flags, Ints32
from optimizer.search.generation import Generation
from optimizer.search.ground import Floats, Ground, is_within_limits, starting_plan
from optimizer.search.large import BEGUN_HEAT, FRESH_HEAT, NEAR_POINTS, STEP_WORK, LargePlans
from optimizer.search.long import Pace
from optimizer.search.neighbourhoods import Lane, Neighbourhoods
from optimizer.search.tenancy import plan_value
from optimizer.search.zone_ground import districts_of
from optimizer.search.zone_shares import ZoneShares
from optimizer.zone_jobs import ZoneJobs

SOON_WORK, SOON_TURNS = 0.2, 4
"""In one task of a run that begins from an earlier plan, so that somebody who waits sees it mended at once."""
FRESH_SLACKS = (100.0, 150.0, 250.0)
"""Points that placements may cost against the bound, at the best prices, and be moved by a search from nothing."""
WARM, AGAIN_COLD = (60e3, 120e3, 250e3), 6e3
"""First temperatures in turn, and the last, of a search from the best plan, in millipoints."""
DIVED_POINTS, DIVED_MOVES_PER_LOT, AGAIN_HEAT = 150.0, 350, (30e3, 6e3)
"""After a dive from a part of a plan: what placements may cost and be moved, the moves for each lot, their
temperatures."""
ALONE_TURNS = 4
"""While both lanes tell cases apart, the first looks for plans in one of so many turns."""
LOOK_EVERY_SECONDS = 0.05


def search(
    instance: Instance,
    ground: Ground,
    limits: Limits,
    board: Board,
    start: Ints32 | None = None,
    zone_jobs: ZoneJobs | None = None,
) -> None:
    """Look for plans and bounds until a limit, a stop or a closed gap; whatever is found is on the board, at least one
    certificate.

    start: placement of each applicant, or -1, to begin from; without it the search begins from the pins.
    zone_jobs: may fill pieces of a large instance; what is found is the same.
    """
    Portfolio(instance, ground, limits, board, zone_jobs).run(starting_plan(ground) if start is None else start)


class Guide(NamedTuple):
    """What leads a search for plans, taken once for each task: what placements cost in points, None as long as nobody
    knows; what limits and quotas are charged, in millipoints; the best prices of pieces, None before there are any."""

    cost: Floats | None
    charge: Floats
    center: Floats | None


@dataclass
class Portfolio:
    """One run of the search.  late: turns of the first lane until there were prices, besides the first."""

    instance: Instance
    ground: Ground
    limits: Limits
    board: Board
    zone_jobs: ZoneJobs | None = None
    dual: Dual = field(init=False)
    neighbourhoods: Neighbourhoods = field(init=False)
    annealing: Annealing = field(init=False)
    best: Ints32 = field(init=False)
    halt: Flags = field(init=False)
    is_small: bool = field(init=False)
    is_begun: bool = False
    is_close: bool = False
    late: int | None = None
    large: LargePlans = field(init=False)
    paces: list[Pace] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.halt = np.zeros(1, dtype=np.bool_)
        self.dual = Dual(self.instance, self.ground, threads=self.limits.workers)
        self.is_small = not self.dual.is_large
        self.dual.shares = self._shares()
        self.neighbourhoods = Neighbourhoods(self.instance, self.ground)
        self.annealing = Annealing(self.ground, self.limits.seed, self.halt)
        self.large = LargePlans(
            self.ground, self.limits, self.board, self.dual, self._anneal, self.paces, shares=self.dual.shares
        )

    def _shares(self) -> ZoneShares | None:
        """Zone jobs asked to come, one for each district besides the run's own; none for one that stands alone."""
        if self.zone_jobs is None or self.is_small:
            return None
        zones = {zone: number for number, zone in enumerate(sorted({lot.zone for lot in self.instance.lots}))}
        zone = np.array([zones[lot.zone] for lot in self.instance.lots], dtype=np.int32)
        district = districts_of(self.ground, zone)
        self.zone_jobs.begin(int(district.max(initial=0)))
        return ZoneShares(self.zone_jobs, district)

    def run(self, held: Ints32) -> None:
        """Until a limit, a stop or a closed gap.  In steps under a work limit; else both lanes at their own pace."""
        self._show(held, "start")
        self.is_begun = self.large.is_begun = not bool((held == starting_plan(self.ground)).all())
        lanes = [Lane(2 * self.limits.seed + number) for number in range(2)]
        with self._watch():
            turn = 1 if self.is_begun else 0
            if self.limits.work is None and self.limits.workers > 1:
                held, turn = self._run_freely(held, lanes, turn)
            self._run_in_steps(held, lanes, turn)
        self.dual.show_last(self.board)

    @contextmanager
    def _watch(self) -> Iterator[None]:
        """Halt the compiled search when the time is up or somebody asks to stop."""
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(LOOK_EVERY_SECONDS):
                for pace in self.paces:
                    pace.tell()
                if self.board.seconds_left() <= 0:
                    self.halt[0] = True
                    return

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()

    def _run_in_steps(self, held: Ints32, lanes: list[Lane], first: int) -> None:
        done, turn = 0.0, first
        most = float("inf") if self.limits.work is None else float(self.limits.work)
        with ThreadPoolExecutor(min(self.limits.workers, 2), thread_name_prefix="lane") as pool:
            while done < most and self._goes_on:
                self.large.work_left = most - done
                work = min(most - done, self._next_work(turn))
                guide, self.is_close = self._guide, self._is_near_bound()
                if self.dual.takes_both(held) and turn % ALONE_TURNS:
                    running = [pool.submit(self._second, held, work, 2)]
                else:
                    running = [pool.submit(self._primal, held, lanes[0], guide, work, 2 * turn)]
                    if self.dual.rests(held):
                        running.append(pool.submit(self._primal, held, lanes[1], guide, work, 2 * turn + 1))
                    else:
                        running.append(pool.submit(self._second, held, work))
                found = [each.result() for each in running]
                for each in found:
                    self.dual.mixer.meet(each)
                self.large.exchange()
                held = min((held, *found), key=self._order)
                done += work
                turn += 1

    def _run_freely(self, held: Ints32, lanes: list[Lane], first: int) -> tuple[Ints32, int]:
        """Each lane at its own pace, until cases are to be told apart by both: the best plan, and the turn to go on
        with."""
        self.best = held

        def lane(number: int) -> int:
            turn = first
            while self._goes_on and not self.dual.takes_both(self.best):
                guide, self.is_close, before = self._guide, self._is_near_bound(), self.best
                if number == 1 and not self.dual.rests(before):
                    found = self._second(before, STEP_WORK)
                else:
                    found = self._primal(before, lanes[number], guide, self._next_work(turn), 2 * turn + number)
                self.large.exchange()
                if found is not before:
                    self.dual.mixer.meet(found)
                    with self._lock:
                        self.best = min((self.best, found), key=self._order)
                turn += 1
            return turn

        with ThreadPoolExecutor(2, thread_name_prefix="lane") as pool:
            turns = [ended.result() for ended in [pool.submit(lane, number) for number in range(2)]]
        return self.best, max(turns)

    def _next_work(self, turn: int) -> float:
        """Of a lane's next task; short ones first where an earlier plan is to be mended."""
        if self.is_begun and turn <= SOON_TURNS:
            return SOON_WORK
        return STEP_WORK if self.is_small or not self.dual.is_telling else self.large.next_work

    @property
    def _goes_on(self) -> bool:
        return self.board.seconds_left() > 0 and not self.board.is_closed

    @property
    def _guide(self) -> Guide:
        """What leads a search; beyond small instances the smoothed dual's prices, which lead to better plans there than
        those of a few rounds of column generation."""
        return Guide(self.dual.cost if self.is_small else self.dual.first_cost, self.dual.charge, self.dual.center)

    def _is_near_bound(self) -> bool:
        """Whether the best plan is within half a percent of the bound; asked between tasks only."""
        bound = self.dual.bound_points
        return (
            bound is not None and 1000.0 * bound - self.board.value_millipoints <= 0.005 * self.board.value_millipoints
        )

    def _second(self, held: Ints32, work: float, sides: int = 1) -> Ints32:
        """The dual's task, and the plan that it leads to, or the one given."""
        found = self.dual.advance(held, work, self.board, sides)
        if found is None:
            return held
        self._show(found, "fillings")
        return found

    def _primal(self, held: Ints32, lane: Lane, guide: Guide, work: float, turn: int) -> Ints32:
        """One task for plans: local search from nothing or from the best plan, or exact neighbourhoods, in turn; in the
        second lane, once there are prices of pieces, a dive from a part of the best plan every other time."""
        cost, charge, center = guide
        if cost is None or not (self.is_small or self.dual.is_telling):
            if self.dual.is_vast and turn > 1:
                return self.large.wait(held)
            if self.is_begun:
                return self._anneal(held, None, charge, BEGUN_HEAT, work, turn)
            return self._anneal(starting_plan(self.ground), None, charge, FRESH_HEAT, work, turn)
        if not self.is_small:
            return self.large.improve(held, cost, charge, work, turn)
        if turn % 4 == 1 and center is not None and self.dual.generation is not None:
            return self._dive_again(held, lane, self.dual.generation, center, charge, turn)
        if self.late is None and turn % 2 == 0:  # the first search that prices lead is one from nothing
            self.late = 0 if self.is_begun else max(0, turn - 2)
        kind, patience = (turn - (self.late or 0)) // 2 % 4, 0.0 if turn // 8 % 2 else math.inf
        if kind == 2 and self.dual.told is None:  # which makes plans itself, and would share the interpreter
            seconds = self.board.seconds_left
            return self.neighbourhoods.improve(held, lane, cost, work, seconds, self._publish, self.is_close)
        if kind == 1:
            limit = FRESH_SLACKS[turn // 8 % len(FRESH_SLACKS)]
            return self._anneal(starting_plan(self.ground), cost <= limit, charge, FRESH_HEAT, work, turn, patience)
        limit = FRESH_SLACKS[turn % len(FRESH_SLACKS)]
        warm = (WARM[turn // 4 % len(WARM)], AGAIN_COLD)
        return self._anneal(held, cost <= limit, charge, warm, work, turn, patience)

    def _dive_again(
        self, held: Ints32, lane: Lane, generation: Generation, center: Floats, charge: Floats, turn: int
    ) -> Ints32:
        """A plan of which a part was given up and made anew by a dive, and a short local search of the whole; and what
        its fillings, and all others known, make of the best plan."""
        first_cost, seed = self.dual.first_cost, self.limits.seed * 7919 + turn
        assert first_cost is not None, "prices of pieces come after those of the smoothed dual"
        dive = dive_from(generation, center, first_cost <= NEAR_POINTS, held, lane.part, seed)
        work = 0.0
        while not dive.is_done and self.board.seconds_left() > 0:
            work += dive.advance(self.board.seconds_left)
        lane.took(work)
        work = DIVED_MOVES_PER_LOT * (len(self.ground.edge_start) - 1) / MOVES_PER_WORK
        found = self._anneal(dive.held, first_cost <= DIVED_POINTS, charge, AGAIN_HEAT, work, turn)
        self.dual.mixer.meet(found)
        best = min((held, found), key=self._order)
        best = self.dual.mixer.mixed_while_resting(generation, best, turn, self.board.seconds_left)
        self._show(best, "fillings")
        return best

    def _anneal(
        self,
        held: Ints32,
        allowed: Flags | None,
        charge: Floats,
        heat: tuple[float, float],
        work: float,
        turn: int,
        patience: float = math.inf,
        pace: Pace | None = None,
    ) -> Ints32:
        usable = np.ones(len(self.ground.site), dtype=np.bool_) if allowed is None else allowed
        best = self.annealing.improve(held, usable, charge, heat, work, turn, self.dual.prospects, patience, pace)
        self._show(best, "local search")
        return best

    def _publish(self, held: Ints32) -> None:
        self._show(held, "neighbourhoods")

    def _show(self, held: Ints32, step: str) -> None:
        if is_within_limits(self.ground, held):
            self.board.show_plan(held, int(plan_value(self.ground, held)), step)

    def _order(self, held: Ints32) -> tuple[bool, int, list[int]]:
        """Better plans first: within limits, then by value, then by placement numbers so that ties have one answer."""
        return not is_within_limits(self.ground, held), -int(plan_value(self.ground, held)), held.tolist()
