"""Large-neighbourhood search: free some lots, hold the rest, solve what is free exactly, keep what is better.

Kinds of neighbourhoods, drawn in turn: a connected region; two regions; the lots of two sectors in one part of the
zone; the lots on which the plan and the relaxation disagree.  Each kind keeps a size of its own, which grows while
its neighbourhoods are solved to the end and shrinks when they are not.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from optimizer.anneal import plan_value
from optimizer.assemble import assemble
from optimizer.columns import Columns
from optimizer.exact import maximise
from optimizer.ground import Flags, Ground, Ints32
from optimizer.matrix import Floats

KINDS = ("region", "sectors", "disagreement", "two regions")
FIRST_LOTS = 24
LEAST_LOTS, MOST_LOTS = 8, 120
SLACKS_POINTS = (150.0, 400.0, 1000.0)
"""How many points worse than its applicant's best, at the relaxation's prices, a placement may look and be tried."""


@dataclass(frozen=True, eq=False)
class Guide:
    """What the relaxation says: slack in points of each placement against its applicant's best, and its x."""

    slack: Floats
    x: Floats


@dataclass
class Lane:
    """The state of one sequence of neighbourhoods: its random draws and the size that each kind has reached."""

    seed: int
    lots: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, float(FIRST_LOTS)))
    turn: int = 0
    draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)


@dataclass(frozen=True, eq=False)
class Neighbourhoods:
    """Improves plans of one instance, given as the placement number of each applicant, or -1."""

    columns: Columns
    ground: Ground

    def improve(
        self,
        held: Ints32,
        lane: Lane,
        guide: Guide | None,
        work: float,
        seconds: Callable[[], float],
        publish: Callable[[Ints32], None],
    ) -> Ints32:
        """The best plan reached from `held` within deterministic work; never worse than `held`.

        seconds: how many are left; the search ends when none are.  publish: called with each better plan.
        """
        best, value = held, int(plan_value(self.ground, held))
        while work > 0 and seconds() > 0:
            kind = KINDS[lane.turn % len(KINDS)]
            lane.turn += 1
            free_lots = self._draw(best, lane, guide, kind)
            effort = min(work, 1.0)
            placements = self._free(best, free_lots, guide, lane)
            found, spent, is_done = self._solve(best, placements, effort, seconds(), lane.draw.randrange(2**31))
            work -= max(spent, 0.02)
            lane.lots[kind] = min(MOST_LOTS, max(LEAST_LOTS, lane.lots[kind] * (1.1 if is_done else 0.85)))
            found_value = int(plan_value(self.ground, found))
            if found_value > value:
                best, value = found, found_value
                publish(best)
        return best

    def _draw(self, held: Ints32, lane: Lane, guide: Guide | None, kind: str) -> Flags:
        count = min(int(lane.lots[kind]), len(self.ground.beside_start) - 1)
        if kind == "two regions":
            one = self._region(lane, count // 2, self._any_lot(lane))
            return one | self._region(lane, count - count // 2, self._any_lot(lane))
        if kind == "disagreement" and guide is not None:
            weak = [lot for lot, x in enumerate(self._support(held, guide)) if x < 0.5]
            if weak:
                return self._region(lane, count, lane.draw.choice(weak), frozenset(weak))
        if kind == "sectors":
            sectors = self._sectors(held)
            present = sorted(set(sectors.tolist()) - {-1})
            chosen = lane.draw.sample(present, min(2, len(present)))
            wanted = frozenset(np.flatnonzero(np.isin(sectors, [*chosen, -1])).tolist())
            if wanted:
                return self._region(lane, count, lane.draw.choice(sorted(wanted)), wanted)
        return self._region(lane, count, self._any_lot(lane))

    def _any_lot(self, lane: Lane) -> int:
        return lane.draw.randrange(len(self.ground.beside_start) - 1)

    def _region(self, lane: Lane, count: int, first: int, wanted: frozenset[int] | None = None) -> Flags:
        """About `count` lots reached from `first` in random order; only wanted ones count, others lead the way."""
        ground = self.ground
        free = np.zeros(len(ground.beside_start) - 1, dtype=np.bool_)
        seen, edge, taken = {first}, [first], 0
        while taken < count:
            if not edge:
                rest = [lot for lot in range(len(free)) if lot not in seen]
                if not rest:
                    break
                edge = [lane.draw.choice(rest)]
                seen.add(edge[0])
            lot = edge.pop(lane.draw.randrange(len(edge)))
            if wanted is None or lot in wanted:
                free[lot] = True
                taken += 1
            for other in ground.beside[ground.beside_start[lot] : ground.beside_start[lot + 1]].tolist():
                if other not in seen:
                    seen.add(other)
                    edge.append(other)
        return free

    def _sectors(self, held: Ints32) -> Ints32:
        """The sector on each lot, or -1."""
        sectors = np.full(len(self.ground.beside_start) - 1, -1, dtype=np.int32)
        for placement in held[held >= 0]:
            lots = self.ground.lots[self.ground.lots_start[placement] : self.ground.lots_start[placement + 1]]
            sectors[lots] = self.ground.sector[placement]
        return sectors

    def _support(self, held: Ints32, guide: Guide) -> Floats:
        """For each lot, how much of its tenant's placement the relaxation holds too."""
        support = np.zeros(len(self.ground.beside_start) - 1)
        for placement in held[held >= 0]:
            lots = self.ground.lots[self.ground.lots_start[placement] : self.ground.lots_start[placement + 1]]
            support[lots] = guide.x[placement]
        return support

    def _free(self, held: Ints32, free_lots: Flags, guide: Guide | None, lane: Lane) -> tuple[Ints32, Ints32]:
        """(placements that stay, placements that may be chosen), in order."""
        ground = self.ground
        inside = np.logical_and.reduceat(free_lots[ground.lots], ground.lots_start[:-1])
        inside &= ~ground.is_pin
        staying = held[(held >= 0) & ~inside[held]]
        taken_lots = free_lots.copy()
        for placement in staying:
            taken_lots[ground.lots[ground.lots_start[placement] : ground.lots_start[placement + 1]]] = False
        allowed = np.logical_and.reduceat(taken_lots[ground.lots], ground.lots_start[:-1]) & ~ground.is_pin
        if guide is not None:
            allowed &= guide.slack <= SLACKS_POINTS[lane.draw.randrange(len(SLACKS_POINTS))]
        moving = held[(held >= 0) & inside[held]]
        allowed[moving] = True
        is_staying = np.zeros(len(held), dtype=np.bool_)
        is_staying[ground.applicant[staying]] = True
        allowed &= ~is_staying[ground.applicant]
        return np.sort(staying), np.flatnonzero(allowed).astype(np.int32)

    def _solve(
        self, held: Ints32, placements: tuple[Ints32, Ints32], work: float, seconds: float, seed: int
    ) -> tuple[Ints32, float, bool]:
        """(plan, deterministic work spent, whether CP-SAT says it is the best of the neighbourhood)."""
        staying, free = placements
        if not len(free):
            return held, 0.0, True
        numbers = np.sort(np.concatenate([staying, free]))
        kept = [self.columns.placements[number] for number in numbers.tolist()]
        _, program = assemble(self.columns.instance, kept)
        fixed = np.flatnonzero(np.isin(numbers, staying)).tolist()
        hint = set(np.flatnonzero(np.isin(numbers, held)).tolist())
        answer = maximise(program, fixed, hint, work, seconds, seed)
        if answer is None:
            return held, work, False
        found = np.full(len(held), -1, dtype=np.int32)
        chosen = numbers[[number for number in answer.chosen if number < len(numbers)]]
        found[self.ground.applicant[chosen]] = chosen
        return found, answer.work, answer.claims_best
