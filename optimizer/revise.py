"""Revise: the best plan that changes at most so many sites of an earlier one, by prices on changes and a merge."""

from __future__ import annotations

import threading
import time

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.fill import fill
from optimizer.lottery import draw_order
from optimizer.merge import few_placements, merge
from optimizer.one_search import Found, finished
from optimizer.outcome import Limits, Listener, Outcome, Progress
from optimizer.plan import Plan
from optimizer.price_changes import (
    Probe,
    certificates_at,
    deadlines,
    earlier_plan,
    price_between,
    probe,
    share,
    without_limit,
)
from optimizer.rules.changes import changed, earlier_holders, least_kept
from optimizer.search.start import still_standing

PROBES = 4
MERGE_SECONDS = 20.0
FIRST_SHARE = 32
"""The first price is at least this part of what the largest applicant's jobs bring."""


def revise(
    instance: Instance,
    limits: Limits,
    listen: Listener,
    stop: threading.Event | None,
    start: Plan | None,
    deadline: float | None,
) -> Outcome:
    """The best plan found with at most `most_changes` changes, and a certificate of the instance with that limit.

    start: a plan to begin from besides the earlier one.  The bound is that of the best price tried; between two prices
    there may be a gap that no price closes.
    """
    teller = _Teller(instance, listen)
    free, need = without_limit(instance), least_kept(instance)
    earlier = earlier_plan(instance)
    probes: list[Probe] = []
    plans: list[Plan] = [] if start is None else [start]
    anchor: Plan | None = None
    for until in deadlines(deadline, PROBES):
        price = _next_price(instance, free, anchor, probes, need)
        if price is None or (stop is not None and stop.is_set() and probes):
            break
        begin = anchor or (plans[-1] if plans and not probes else earlier)
        made = probe(free, price, share(limits, PROBES), teller.hear, stop, begin, until)
        probes.append(made)
        if made.plan is not None:
            plans.append(made.plan)
        if anchor is None:
            standing = still_standing(free, made.placements, earlier)
            plans.append(standing)
            plans.append(fill(instance, made.placements.free_of(standing), standing))
        anchor = _best(instance, plans)
    placements = probes[0].placements
    plans.sort(key=lambda plan: plan != anchor)
    seconds = MERGE_SECONDS if deadline is None else max(deadline - time.monotonic(), 0.1)
    merged = merge(instance, plans, seconds, limits.seed, placements=few_placements(instance, len(placements)))
    best = _best(instance, plans if merged is None else [*plans, merged])
    return finished(Found(instance, placements, best, certificates_at(instance, probes)), limits)


def _next_price(instance: Instance, free: Instance, anchor: Plan | None, probes: list[Probe], need: int) -> int | None:
    """No price first; then one between the largest that keeps too little and the least that keeps enough; None: done.

    There the price is tried at which the best plan that keeps enough and the nearest one that does not are worth the
    same; where nothing keeps enough yet, at least four times the largest price tried.
    """
    if not probes:
        return 0
    outside = [each for each in probes if each.plan is not None and each.kept < need]
    if not outside:
        return None
    too_low = max(each.price_points for each in outside)
    enough = [each.price_points for each in probes if each.plan is not None and each.kept >= need]
    even = 0
    if anchor is not None:
        nearest = max(outside, key=lambda each: (each.kept, each.value_millipoints))
        kept = earlier_holders(free) - len(changed(free, anchor))
        value = audit(free, anchor).value_millipoints
        even = price_between((kept, value), (nearest.kept, nearest.value_millipoints))
    if not enough:
        return max(even, 4 * too_low, _largest_worth_points(instance) // FIRST_SHARE)
    most = min(enough)
    if most - too_low <= 1:
        return None
    return even if too_low < even < most else (too_low + most) // 2


def _largest_worth_points(instance: Instance) -> int:
    """More points than any one applicant's jobs bring."""
    policy = instance.policy
    jobs = [
        policy.job_direct * each.jobs_direct + policy.job_indirect * each.jobs_indirect for each in instance.applicants
    ]
    return 1 + max(jobs)


def _best(instance: Instance, plans: list[Plan]) -> Plan | None:
    """The feasible plan of most value; of equal ones the one that the draw prefers."""
    counted = [(audit(instance, plan), plan) for plan in plans]
    feasible = [
        (-each.value_millipoints, draw_order(instance, plan), plan) for each, plan in counted if each.is_feasible
    ]
    return min(feasible, key=lambda each: each[:2])[2] if feasible else None


class _Teller:
    """Passes on what the searches at prices find, recounted; bounds at prices are not bounds of the instance."""

    def __init__(self, instance: Instance, listen: Listener) -> None:
        self._instance, self._listen = instance, listen
        self._started, self._best = time.monotonic(), -1
        self._lock = threading.Lock()

    def hear(self, progress: Progress) -> None:
        """Called from the search's threads."""
        if progress.plan is None:
            return
        counted = audit(self._instance, progress.plan)
        with self._lock:
            if counted.is_feasible and counted.value_millipoints > self._best:
                self._best = counted.value_millipoints
                elapsed = int((time.monotonic() - self._started) * 1000)
                self._listen(Progress(elapsed, progress.step, self._best, None, progress.plan))
