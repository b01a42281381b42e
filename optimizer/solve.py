"""The story on one page: Instance and Limits in, Outcome out."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from instances.instance import Instance
from optimizer.conflict.beside import screened
from optimizer.conflict.explained import explained, is_ruled_out, without_plan
from optimizer.one_search import finished, look
from optimizer.outcome import Limits, Listener, Outcome
from optimizer.plan import Plan
from optimizer.revise import revise
from optimizer.rules import changes
from optimizer.search.zone_threads import ZoneThreads
from optimizer.stages import has_stages, solve_stages
from optimizer.zone_jobs import ZoneJobs

LANES = 2
"""Threads of a run by itself; workers beyond them do zone jobs."""


def solve(
    instance: Instance,
    limits: Limits,
    listen: Listener = lambda progress: None,
    stop: threading.Event | None = None,
    start: Plan | None = None,
    zone_jobs: ZoneJobs | None = None,
) -> Outcome:
    """Allocate: the best plan found within the limits, with a proof of how far from the best it can be.

    Where a screen proves that no plan keeps the rules the search is ended, or not begun; the outcome then says what is
    in conflict, and so does one without a plan, or whose plan grants nothing.  A policy that asks for stages is solved
    stage by stage, one that limits the changes of an earlier plan by prices on changes; the same limits hold for all of
    it together.

    listen: called from the search's threads with each better plan or bound.  stop: when set, the search ends within
    about a second and what it has is returned, proved as usual.  start: an earlier plan to begin from; what of it does
    not fit this instance is left out, and the outcome is never worth less than what remains, if that is feasible.
    zone_jobs: do a part of the work of a large instance with several zones, when they come; what they find is what the
    run would have found, sooner.  Without them a run of more than two workers has threads for it.  They are let go at
    the end.  Runs of stages or with a limit of changes do without.

    The outcome's value is recounted by the audit and its bound by the checker; nothing that a solver said is passed on
    but as a claim.
    """
    deadline = None if limits.seconds is None else time.monotonic() + limits.seconds
    is_plain = not has_stages(instance) and not changes.concerns(instance)
    if not is_plain and is_ruled_out(instance):
        return without_plan(instance, limits, deadline, limits.seed)

    jobs = zone_jobs or (ZoneThreads(limits.workers - LANES) if limits.workers > LANES else None)

    def begun_from(plan: Plan | None, given: Limits) -> Outcome:
        if has_stages(instance):
            return solve_stages(instance, given, listen, stop, plan, deadline)
        if changes.concerns(instance):
            return revise(instance, given, listen, stop, plan, deadline)
        with screened(instance, listen, stop) as (hear, halt):
            found = look(instance, given, hear, halt, plan, deadline, jobs)
        return finished(found, given)

    try:
        return explained(begun_from(start, limits), deadline, lambda plan: begun_from(plan, replace(limits, work=1)))
    finally:
        if jobs is not None:
            jobs.end()
