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

import numpy as np

from instances.instance import Instance
from optimizer.board import Board
from optimizer.outcome import Limits
from optimizer.search.annealing import Annealing
from optimizer.search.dual import Dual
from optimizer.search.fitting import Flags, Ints32
from optimizer.search.ground import Floats, Ground, is_within_limits, starting_plan
from optimizer.search.large import BEGUN_HEAT, FRESH_HEAT, STEP_WORK, LargePlans
from optimizer.search.long import Pace
from optimizer.search.neighbourhoods import Lane
from optimizer.search.small import Guide, SmallPlans
from optimizer.search.tenancy import order_of, plan_value
from optimizer.search.zone_ground import districts_of
from optimizer.search.zone_shares import ZoneShares
from optimizer.zone_jobs import ZoneJobs

SOON_WORK, SOON_TURNS = 0.2, 4
"""In one task of a run that begins from an earlier plan, so that somebody who waits sees it mended at once."""
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


@dataclass
class Portfolio:
    """One run of the search."""

    instance: Instance
    ground: Ground
    limits: Limits
    board: Board
    zone_jobs: ZoneJobs | None = None
    dual: Dual = field(init=False)
    annealing: Annealing = field(init=False)
    best: Ints32 = field(init=False)
    halt: Flags = field(init=False)
    is_small: bool = field(init=False)
    is_begun: bool = False
    is_close: bool = False
    small: SmallPlans = field(init=False)
    large: LargePlans = field(init=False)
    paces: list[Pace] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.halt = np.zeros(1, dtype=np.bool_)
        self.dual = Dual(self.instance, self.ground, threads=self.limits.workers)
        self.is_small = not self.dual.is_large
        self.dual.shares = self._shares()
        self.annealing = Annealing(self.ground, self.limits.seed, self.halt)
        self.small = SmallPlans(
            self.instance, self.ground, self.limits, self.board, self.dual, self._anneal, self._show
        )
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
        self.is_begun = self.small.is_begun = self.large.is_begun = not bool((held == starting_plan(self.ground)).all())
        lanes = [Lane(2 * self.limits.seed + number) for number in range(2)]
        with self._watch():
            turn = 1 if self.is_begun else 0
            if self.limits.work is None and self.limits.workers > 1:
                if self.is_small and not self.is_begun:
                    held, turn = self._run_in_steps(held, lanes, turn, 1)  # until there are prices
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

    def _run_in_steps(self, held: Ints32, lanes: list[Lane], first: int, steps: float = math.inf) -> tuple[Ints32, int]:
        """So many steps at most: the best plan, and the turn to go on with."""
        done, turn = 0.0, first
        most = float("inf") if self.limits.work is None else float(self.limits.work)
        with ThreadPoolExecutor(min(self.limits.workers, 2), thread_name_prefix="lane") as pool:
            while done < most and turn < first + steps and self._goes_on:
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
        return held, turn

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
        if self.is_small:
            return self.small.next_work(turn)
        return self.large.next_work if self.dual.is_telling else STEP_WORK

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
        """One task for plans; as long as there are no prices, a local search from nothing or from the earlier plan."""
        cost, charge, _ = guide
        if cost is None or not (self.is_small or self.dual.is_telling):
            if self.dual.is_vast and turn > 1:
                return self.large.wait(held)
            if self.is_begun:
                return self._anneal(held, None, charge, BEGUN_HEAT, work, turn)
            return self._anneal(starting_plan(self.ground), None, charge, FRESH_HEAT, work, turn)
        if not self.is_small:
            return self.large.improve(held, cost, charge, work, turn)
        return self.small.improve(held, lane, guide, work, turn, self.is_close)

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

    def _show(self, held: Ints32, step: str) -> None:
        if is_within_limits(self.ground, held):
            self.board.show_plan(held, int(plan_value(self.ground, held)), step)

    def _order(self, held: Ints32) -> tuple[bool, int, list[int]]:
        return order_of(self.ground, held)
