"""The curve of value against number of changes: for each number the best plan found and a bound that is proved."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.certificates import AnyCertificate
from optimizer.fill import fill
from optimizer.lines import most_given
from optimizer.lottery import draw_order
from optimizer.merge import few_placements, merge
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.price_changes import (
    Probe,
    certificates_at,
    deadlines,
    earlier_plan,
    price_between,
    probe,
    share,
    with_limit,
    without_limit,
)
from optimizer.rules.changes import changed, earlier_holders
from optimizer.search.start import still_standing

PROBES = 5
MERGE_SECONDS = 5.0


@dataclass(frozen=True)
class ChangePoint:
    """With at most so many changes: the best plan found (None: none) and what no such plan exceeds, by a certificate
    of the instance with that limit."""

    most_changes: int
    plan: Plan | None
    changes: int
    value_millipoints: int
    bound_millipoints: int
    certificate: AnyCertificate


def change_curve(
    instance: Instance,
    limits: Limits,
    numbers: Sequence[int] = (),
    stop: threading.Event | None = None,
    deadline: float | None = None,
) -> tuple[ChangePoint, ...]:
    """One point for each number of changes, the fewest first; by default those where the curve is seen to bend.

    The instance names the earlier plan by its applicants' earlier lots; its own limit on changes is left aside.
    """
    free = without_limit(instance)
    probes = _probes(free, limits, stop, deadline)
    plans = [each.plan for each in probes if each.plan is not None]
    standing = still_standing(free, probes[0].placements, earlier_plan(free))
    plans += [standing, fill(free, probes[0].placements.free_of(standing), standing)]
    plans = [plan for plan in plans if audit(free, plan).is_feasible]
    wanted = sorted(set(numbers) or _bends(free, plans))
    tiny = few_placements(free, len(probes[0].placements))
    points: list[ChangePoint] = []
    for most in wanted:
        limited = with_limit(free, most)
        known = [point.plan for point in points if point.plan is not None] + plans
        seconds = MERGE_SECONDS if deadline is None else max(min(MERGE_SECONDS, deadline - time.monotonic()), 0.2)
        known.sort(key=lambda plan: _order(limited, plan))
        merged = merge(limited, known, seconds, limits.seed, placements=tiny)
        points.append(_point(limited, known if merged is None else [*known, merged], probes))
    return tuple(points)


def _probes(free: Instance, limits: Limits, stop: threading.Event | None, deadline: float | None) -> list[Probe]:
    """Without a price, then at the prices where the plans found so far leave the widest room between them."""
    probes: list[Probe] = []
    start = earlier_plan(free)
    for until in deadlines(deadline, PROBES):
        price = 0 if not probes else _next_price(free, probes)
        if price is None or (stop is not None and stop.is_set() and probes):
            break
        probes.append(probe(free, price, share(limits, PROBES), lambda progress: None, stop, start, until))
    return probes


def _next_price(free: Instance, probes: Sequence[Probe]) -> int | None:
    standing = still_standing(free, probes[0].placements, earlier_plan(free))
    known = {(each.kept, each.value_millipoints) for each in probes if each.plan is not None}
    counted = audit(free, standing)
    if counted.is_feasible:
        known.add((earlier_holders(free) - len(changed(free, standing)), counted.value_millipoints))
    ends = sorted(known)
    tried = {each.price_points for each in probes}
    rooms = []
    for less, more in pairwise(ends):
        price = price_between(more, less)
        if price not in tried and more[0] > less[0] and less[1] > more[1]:
            rooms.append(((more[0] - less[0]) * (less[1] - more[1]), price))
    return max(rooms)[1] if rooms else None


def _bends(free: Instance, plans: Sequence[Plan]) -> set[int]:
    """The numbers of changes of the plans found, and a few between none and the most of them."""
    counts = {len(changed(free, plan)) for plan in plans}
    most = max(counts, default=0)
    return counts | {number for number in (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89) if number <= most}


def _order(limited: Instance, plan: Plan) -> tuple[bool, int]:
    counted = audit(limited, plan)
    return not counted.is_feasible, -counted.value_millipoints


def _point(limited: Instance, plans: Sequence[Plan], probes: Sequence[Probe]) -> ChangePoint:
    certificate = certificates_at(limited, probes)[0]
    most = limited.policy.most_changes
    assert most is not None, "the instance limits the changes"
    lines = [each.line for each in probes]
    bound = most_given(lines, earlier_holders(limited) - most)
    assert bound is not None, "every probe weighs the value"
    feasible = [plan for plan in plans if audit(limited, plan).is_feasible]
    if not feasible:
        return ChangePoint(most, None, 0, 0, max(bound, 0), certificate)
    value, best = min(
        ((-audit(limited, plan).value_millipoints, plan) for plan in feasible),
        key=lambda each: (each[0], draw_order(limited, each[1])),
    )
    return ChangePoint(most, best, len(changed(limited, best)), -value, max(bound, 0), certificate)
