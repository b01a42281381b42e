"""The search: primal and dual work side by side, in steps whose results do not depend on the machine's speed.

A step runs two tasks, one a lane, and waits for both: the first lane looks for better plans; the second tightens the
relaxation while that pays and then looks for better plans too.  Tasks are sized in work, draw from seeds of their own
and exchange results only between steps, so that a run with a work limit gives the same plan with one worker or two.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from instances.instance import Instance
from optimizer.anneal import anneal, is_within_limits, plan_value, starting_plan, starting_prices
from optimizer.board import Board
from optimizer.columns import Columns
from optimizer.dual import Dual
from optimizer.ground import Ground, Ints32, ground_of
from optimizer.matrix import Matrix
from optimizer.neighbourhoods import Guide, Lane, Neighbourhoods
from optimizer.outcome import Limits

MOVES_PER_WORK = 2_500_000
"""Calibration: moves of the local search in one unit of work, about a second of a core."""
STEP_WORK = 1.5
HOT, COLD = 1.0, 0.04
"""First and last temperature of the local search, in mean gains of a placement."""
GUIDED_HOT, GUIDED_COLD = 0.5, 0.02
GUIDED_SLACK_POINTS = 250.0
"""The guided search tries placements that look at most this much worse than their applicant's best."""


def search(
    instance: Instance,
    columns: Columns,
    matrix: Matrix,
    limits: Limits,
    board: Board,
    start: Ints32 | None = None,
) -> None:
    """Look for plans and bounds until a limit, a stop or a closed gap; whatever is found is on the board.

    start: placement of each applicant, or -1, to begin from; without it the search begins from the pins.
    """
    runner = _Runner(ground_of(columns, matrix), Dual(instance, columns, matrix), columns, limits, board)
    runner.run(starting_plan(runner.ground) if start is None else start)


@dataclass
class _Runner:
    ground: Ground
    dual: Dual
    columns: Columns
    limits: Limits
    board: Board

    def run(self, held: Ints32) -> None:
        neighbourhoods = Neighbourhoods(self.columns, self.ground)
        lanes = [Lane(2 * self.limits.seed + number) for number in range(2)]
        self._show(held, "start")
        guide: Guide | None = None
        step, done = 0, 0.0
        most = float("inf") if self.limits.work is None else float(self.limits.work)
        with ThreadPoolExecutor(min(self.limits.workers, 2)) as pool:
            while done < most and self.board.seconds_left() > 0 and not self.board.is_closed:
                is_due = self.dual.is_due(done)
                work = min(most - done, self.dual.next_work if is_due else STEP_WORK)
                is_fresh = step == 0 or (guide is not None and step <= 2)
                primal = pool.submit(self._primal, neighbourhoods, held, lanes[0], guide, work, is_fresh, step)
                if not is_due:
                    other = pool.submit(self._improve, neighbourhoods, held, lanes[1], guide, work)
                    found = [held, primal.result(), other.result()]
                else:
                    learned = pool.submit(self.dual.tighten, self.board)
                    found = [held, primal.result()]
                    guide = learned.result() or guide
                held = min(found, key=self._order)
                done += work
                step += 1

    def _primal(
        self,
        neighbourhoods: Neighbourhoods,
        held: Ints32,
        lane: Lane,
        guide: Guide | None,
        work: float,
        is_fresh: bool,
        step: int,
    ) -> Ints32:
        """Local search where the step has something new to start from, then neighbourhoods."""
        if is_fresh:
            annealing = min(work / 2, 2.0)
            work -= annealing
            held = min((held, self._anneal(guide, annealing, step)), key=self._order)
        return self._improve(neighbourhoods, held, lane, guide, work)

    def _anneal(self, guide: Guide | None, work: float, step: int) -> Ints32:
        ground = self.ground
        allowed = ~ground.is_pin
        if guide is not None:
            allowed &= guide.slack <= GUIDED_SLACK_POINTS
        mean = float(ground.gain.mean()) if len(ground.gain) else 1.0
        hot, cold = (HOT, COLD) if guide is None else (GUIDED_HOT, GUIDED_COLD)
        best, _ = anneal(
            ground,
            starting_plan(ground),
            np.flatnonzero(allowed).astype(np.int32),
            int(work * MOVES_PER_WORK),
            max(mean * hot, 1.0),
            max(mean * cold, 0.5),
            self.limits.seed * 7919 + step,
            starting_prices(ground),
        )
        self._show(best, "local search")
        return best

    def _improve(
        self, neighbourhoods: Neighbourhoods, held: Ints32, lane: Lane, guide: Guide | None, work: float
    ) -> Ints32:
        publish: Callable[[Ints32], None] = lambda plan: self._show(plan, "neighbourhoods")  # noqa: E731
        return neighbourhoods.improve(held, lane, guide, work, self.board.seconds_left, publish)

    def _show(self, held: Ints32, step: str) -> None:
        if is_within_limits(self.ground, held):
            self.board.show_plan(held, int(plan_value(self.ground, held)), step)

    def _order(self, held: Ints32) -> tuple[bool, int, list[int]]:
        """Better plans first: within limits, then by value, then by placement numbers so that ties have one answer."""
        return not is_within_limits(self.ground, held), -int(plan_value(self.ground, held)), held.tolist()
