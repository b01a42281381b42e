"""The forced search: for a question with a wide interval, a better plan that grants the applicant and a better bound.

The applicant is given so many more direct jobs that plans which grant it a site are worth more than all others.  These
jobs add the same points to each such plan, so what bounds the changed instance bounds those plans too, once the points
are taken off again.  Prices of pieces give the bound, and the fillings met on the way are combined into a plan.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace

from instances.instance import Instance
from instances.zone import LARGEST
from optimizer.audit import audit
from optimizer.board import NO_LIMIT_SECONDS, Board
from optimizer.certificate import CertificateError
from optimizer.check import proved_bound_millipoints
from optimizer.kept_sites import with_kept_sites
from optimizer.plan import Plan
from optimizer.rules import changes
from optimizer.search.dual import Dual
from optimizer.search.fitting import Ints32
from optimizer.search.ground import Ground, ground_of, held_of, is_within_limits, plan_of
from optimizer.stages import has_stages

SMOOTH_STEPS = 300
"""Steps to the prices that the pieces begin with; more would take longer than they save."""
WORK, STEP_WORK = 3.0, 0.5
"""For the bound, and between looks at whether it still falls: two to three seconds of a core."""
NODES = 12
"""In which the fillings are combined: about a second of a core."""
MOST_PLACEMENTS = 20_000
"""Of instances with more the bound would not fall far enough in so much work: do not ask then."""


@dataclass(frozen=True)
class Forced:
    """The best plan found that grants the applicant, and what no such plan is worth more than: proved."""

    plan: Plan
    most_millipoints: int


def forced_search(
    instance: Instance,
    applicant_id: str,
    known: Plan | None,
    without: Plan,
    bound_millipoints: int,
) -> Forced | None:
    """A plan that grants the applicant and a bound; None where none is found, or the search does not apply.

    known: a feasible plan that grants the applicant a site, for the one found to be worth no less, or None; without: a
    feasible plan to begin from in that case.  bound_millipoints: what no plan of the instance exceeds, granting the
    applicant or not.  The plan was audited and the bound recomputed by the checker.  Limited by work: the same
    arguments give the same answer.
    """
    points = instance.policy.job_direct
    if points == 0 or has_stages(instance) or changes.concerns(instance):
        return None
    start = without if known is None else known
    known_millipoints = 0 if known is None else audit(instance, known).value_millipoints
    jobs = max(0, bound_millipoints - known_millipoints) // (1000 * points) + 1
    if instance.applicant[applicant_id].jobs_direct + jobs > LARGEST:
        return None
    trial = _with_more_jobs(instance, applicant_id, jobs)
    ground = with_kept_sites(trial, ground_of(trial))
    board = _board(trial, ground)
    found = _searched(Dual(trial, ground), held_of(trial, ground, start), board)
    best = _better(instance, applicant_id, known, None if found is None else plan_of(trial, ground, found))
    if best is None:
        return None
    most = bound_millipoints
    if board.certificates:
        # A proof that the checker refuses, for taking too many steps, proves nothing.
        with suppress(CertificateError):
            most = min(most, proved_bound_millipoints(trial, board.certificates[0]) - 1000 * points * jobs)
    return Forced(best, most)


def _better(instance: Instance, applicant_id: str, known: Plan | None, found: Plan | None) -> Plan | None:
    """The plan found if it grants the applicant, breaks no rule and is worth more than the one known; else that one."""
    if found is None or applicant_id not in found.assignments:
        return known
    counted = audit(instance, found)
    if not counted.is_feasible:
        return known
    return found if known is None or counted.value_millipoints > audit(instance, known).value_millipoints else known


def _with_more_jobs(instance: Instance, applicant_id: str, jobs: int) -> Instance:
    applicants = [
        replace(each, jobs_direct=each.jobs_direct + jobs) if each.applicant_id == applicant_id else each
        for each in instance.applicants
    ]
    return replace(instance, applicants=tuple(applicants))


def _board(instance: Instance, ground: Ground) -> Board:
    now = time.monotonic()
    never = now + NO_LIMIT_SECONDS
    return Board(lambda told: None, threading.Event(), now, never, lambda held: plan_of(instance, ground, held))


def _searched(dual: Dual, held: Ints32, board: Board) -> Ints32 | None:
    """The plan that the fillings make; None when they make none within the limits."""
    dual.smooth.steps = SMOOTH_STEPS
    spent, found = 0.0, None
    while spent < WORK and not dual.is_done and not (dual.generation is not None and dual.generation.is_settled):
        found = dual.advance(held, STEP_WORK, board)
        spent += STEP_WORK
    if found is None and dual.generation is not None and dual.generation.proof is not None:
        found = dual.generation.combine(NODES, NO_LIMIT_SECONDS)
    return found if found is not None and is_within_limits(dual.ground, found) else None
