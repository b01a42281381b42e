"""Large-neighbourhood search: free some lots, hold the rest, solve what is free exactly, keep what is better.

Kinds of neighbourhoods, drawn in turn: a connected region; two regions; the lots of two sectors; the lots whose tenants
the prices like least; the whole zone with the placements that cost next to nothing.  Each kind keeps a size of its own,
which grows while its neighbourhoods are solved to the end and shrinks when they are not.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from instances.instance import Instance
from optimizer.assemble import assemble
from optimizer.exact import maximise
from optimizer.search.fitting import Flags, Ints32
from optimizer.search.ground import Floats, Ground
from optimizer.search.tenancy import plan_value
from optimizer.sites import Placement, site_of

KINDS = ("region", "sectors", "disliked", "two regions", "whole")
WHOLE_WORK, WHOLE_POINTS = 4.0, 50.0
"""The whole zone at once gets so much work, and placements that cost at most so many points at first."""
FIRST_LOTS = 24
LEAST_LOTS, MOST_LOTS = 8, 120
FIRST_PART, LEAST_PART, LARGEST_PART, PART_STEP = 0.5, 0.1, 0.75, 0.8
LEAST_WORK, MOST_WORK = 1.5, 3.0
"""Of a dive that makes a part of a plan anew: when it takes less work the next part is larger, when more, smaller."""
SLACKS_POINTS = (60.0, 150.0, 400.0)
"""How many points a placement may cost against the bound, at the best prices, and be tried."""
MOST_PLACEMENTS = 6_000
"""Neighbourhoods that leave more to choose are left out: handing them to the solver takes longer than they are
worth."""


@dataclass
class Lane:
    """The state of one sequence of neighbourhoods: its random draws and the size that each kind has reached."""

    seed: int
    lots: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, float(FIRST_LOTS)))
    whole_points: float = WHOLE_POINTS
    part: float = FIRST_PART
    turn: int = 0
    draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)

    def took(self, work: float) -> None:
        """Learn from a dive that took so much work how large the next one may be."""
        if work > MOST_WORK:
            self.part = max(LEAST_PART, self.part * PART_STEP)
        elif work < LEAST_WORK:
            self.part = min(LARGEST_PART, self.part / PART_STEP)


@dataclass(frozen=True, eq=False)
class Neighbourhoods:
    """Improves plans of one instance, given as the placement number of each applicant, or -1."""

    instance: Instance
    ground: Ground

    def improve(
        self,
        held: Ints32,
        lane: Lane,
        slack: Floats,
        work: float,
        seconds: Callable[[], float],
        publish: Callable[[Ints32], None],
        is_close: bool = False,
    ) -> Ints32:
        """The best plan reached from `held` within deterministic work; never worse than `held`.

        slack: points of each placement.  seconds: how many are left; the search ends when none are.  publish: called
        with each better plan.  is_close: the plan is near the bound, so that the whole zone is worth its time.
        """
        best, value = held, int(plan_value(self.ground, held))
        while work > 0 and seconds() > 0 and len(self.ground.site):
            kind = KINDS[lane.turn % len(KINDS)]
            lane.turn += 1
            is_whole = kind == "whole"
            if is_whole and not is_close:
                continue
            points = lane.whole_points if is_whole else lane.draw.choice(SLACKS_POINTS)
            free = self._free(best, self._draw(best, lane, slack, kind), slack <= points)
            effort = WHOLE_WORK if is_whole else min(work, 1.0)
            found, spent, is_done = self._solve(best, free, effort, seconds(), lane.draw.randrange(2**31))
            work -= max(spent, 0.02)
            if is_whole:
                lane.whole_points *= 1.4 if is_done else 0.8
            else:
                lane.lots[kind] = min(MOST_LOTS, max(LEAST_LOTS, lane.lots[kind] * (1.1 if is_done else 0.85)))
            found_value = int(plan_value(self.ground, found))
            if found_value > value:
                best, value = found, found_value
                publish(best)
        return best

    def _draw(self, held: Ints32, lane: Lane, slack: Floats, kind: str) -> Flags:
        lots = len(self.ground.edge_start) - 1
        if kind == "whole":
            return np.ones(lots, dtype=np.bool_)
        count = min(int(lane.lots[kind]), lots)
        if kind == "two regions":
            one = self._region(lane, count // 2, lane.draw.randrange(lots))
            return one | self._region(lane, count - count // 2, lane.draw.randrange(lots))
        if kind == "disliked":
            cost = self._by_lot(held, slack, 0.0)
            weak = np.flatnonzero(cost > np.quantile(cost, 0.7)).tolist()
            if weak:
                return self._region(lane, count, lane.draw.choice(weak), frozenset(weak))
        if kind == "sectors":
            sectors = self._by_lot(held, self.ground.sector[self.ground.applicant].astype(float), -1.0)
            present = sorted(set(sectors.tolist()) - {-1.0})
            chosen = lane.draw.sample(present, min(2, len(present)))
            wanted = np.flatnonzero(np.isin(sectors, [*chosen, -1.0])).tolist()
            if wanted:
                return self._region(lane, count, lane.draw.choice(wanted), frozenset(wanted))
        return self._region(lane, count, lane.draw.randrange(lots))

    def _region(self, lane: Lane, count: int, first: int, wanted: frozenset[int] | None = None) -> Flags:
        """About `count` lots reached from `first` in random order; only wanted ones count, others lead the way."""
        ground = self.ground
        free = np.zeros(len(ground.edge_start) - 1, dtype=np.bool_)
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
            for other in ground.edge_to[ground.edge_start[lot] : ground.edge_start[lot + 1]].tolist():
                if other not in seen:
                    seen.add(other)
                    edge.append(other)
        return free

    def _by_lot(self, held: Ints32, of_placement: Floats, empty: float) -> Floats:
        """What the tenant of each lot has, or `empty`."""
        ground = self.ground
        found = np.full(len(ground.edge_start) - 1, empty)
        for placement in held[held >= 0].tolist():
            found[self._lots(placement)] = of_placement[placement]
        return found

    def _lots(self, placement: int) -> Ints32:
        site = self.ground.site[placement]
        return self.ground.site_lots[self.ground.site_start[site] : self.ground.site_start[site + 1]]

    def _free(self, held: Ints32, free_lots: Flags, is_near: Flags) -> tuple[Ints32, Ints32]:
        """(placements that stay, placements that may be chosen), in order."""
        ground = self.ground
        pinned = ground.is_pinned[ground.applicant]
        is_free = np.logical_and.reduceat(free_lots[ground.site_lots], ground.site_start[:-1])
        inside = is_free[ground.site] & ~pinned
        staying = held[(held >= 0) & ~inside[held]]
        moving = held[(held >= 0) & inside[held]]
        open_lots = free_lots.copy()
        for placement in staying.tolist():
            open_lots[self._lots(placement)] = False
        is_open = np.logical_and.reduceat(open_lots[ground.site_lots], ground.site_start[:-1])
        allowed = is_open[ground.site] & ~pinned
        allowed &= is_near
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
        if not len(free) or len(free) > MOST_PLACEMENTS:
            return held, 0.0, not len(free)
        numbers = np.sort(np.concatenate([staying, free]))
        kept = [self._placement(number) for number in numbers.tolist()]
        _, program = assemble(self.instance, kept)
        fixed = np.flatnonzero(np.isin(numbers, staying)).tolist()
        hint = set(np.flatnonzero(np.isin(numbers, held)).tolist())
        answer = maximise(program, fixed, hint, work, seconds, seed)
        if answer is None:
            return held, work, False
        found = np.full(len(held), -1, dtype=np.int32)
        chosen = numbers[[number for number in answer.chosen if number < len(numbers)]]
        found[self.ground.applicant[chosen]] = chosen
        return found, answer.work, answer.claims_best

    def _placement(self, number: int) -> Placement:
        lots = tuple(self.instance.lots[lot].lot_id for lot in self._lots(number).tolist())
        return Placement(self.instance.applicants[self.ground.applicant[number]], site_of(self.instance, lots))
