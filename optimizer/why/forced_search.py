"""The forced search: for a question with a wide interval, a better plan that grants the applicant and a better bound.

The applicant is given so many more direct jobs that plans which grant it a site are worth more than all others.  These
jobs add the same points to each such plan, so what bounds the changed instance bounds those plans too, once the points
are taken off again.  Prices of pieces give the bound, and the fillings met on the way are combined into a plan.
"""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
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
from optimizer.search.annealing import MOVES_PER_WORK, Annealing
from optimizer.search.dual import Dual
from optimizer.search.fitting import Ints32
from optimizer.search.generation import Generation
from optimizer.search.ground import Ground, ground_of, held_of, is_within_limits, plan_of
from optimizer.search.mixing import combine
from optimizer.search.tenancy import plan_value
from optimizer.stages import has_stages

SMOOTH_STEPS = 300
"""Steps to the prices that the pieces begin with; more would take longer than they save."""
WORK, STEP_WORK = 3.0, 0.5
"""For the bound, and between looks at whether it still falls: two to three seconds of a core."""
NODES = 200_000
"""For each try to combine the fillings: a tenth of a second of a core at most."""
NEAR_PART = 250
"""Nothing more is looked for when bound and plan differ by one part in so many of what all plans are bounded by."""
WIDE_PART, TURNS, MOVES = 110, 2, 50_000
"""While they differ by more than one part in so many of it, local searches of so many moves follow, each half a
second of a core, and what they meet is combined with the rest."""
NEAR_POINTS, HEAT = 100.0, (100e3, 6e3)
"""They move placements that cost so many points at most, at these temperatures in millipoints."""
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
    board, dual = _board(trial, ground), Dual(trial, ground)
    points_in_all = bound_millipoints / 1000.0
    found = _descended(dual, held_of(trial, ground, start), board, points_in_all / NEAR_PART)
    with ThreadPoolExecutor(1) as pool:  # the proof is checked while the plan is made
        proved = pool.submit(_proved, trial, board)
        found = found if found is not None else _combined(dual, points_in_all / WIDE_PART)
        best = _better(instance, applicant_id, known, None if found is None else plan_of(trial, ground, found))
        bounded = proved.result()
    if best is None:
        return None
    if bounded is not None:
        bound_millipoints = min(bound_millipoints, bounded - 1000 * points * jobs)
    return Forced(best, bound_millipoints)


def _proved(instance: Instance, board: Board) -> int | None:
    """What the checker makes of the last proof; None where there is none, or it takes too many steps to check."""
    with suppress(CertificateError):
        return proved_bound_millipoints(instance, board.certificates[0]) if board.certificates else None
    return None


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


def _descended(dual: Dual, held: Ints32, board: Board, near_points: float) -> Ints32 | None:
    """Bring the bound down; a plan of the fillings that is so near it that nothing more need be looked for, or None."""
    dual.smooth.steps = SMOOTH_STEPS
    spent, tried_points = 0.0, math.inf
    while spent < WORK and not dual.is_done and not (dual.generation is not None and dual.generation.is_at_its_end):
        dual.advance(held, STEP_WORK, board)
        spent += STEP_WORK
        if dual.generation is None or dual.bound_points is None or dual.bound_points >= tried_points:
            continue
        tried_points = dual.bound_points
        if tried_points - dual.generation.master_points < near_points / 2:
            found = combine(dual.generation, NODES, tried_points - near_points)
            if found is not None and is_within_limits(dual.ground, found):
                return found
    return None


def _combined(dual: Dual, wide_points: float) -> Ints32 | None:
    """The plan that the fillings make, mended where it is far from the bound; None when they make none.

    It oversteps no limit.
    """
    if dual.generation is None or dual.generation.proof is None:
        return None
    found = combine(dual.generation, NODES)
    if found is None or not is_within_limits(dual.ground, found):
        return None
    for turn in range(TURNS):
        value_points = int(plan_value(dual.ground, found)) / 1000.0
        if dual.generation.proof.bound_points - value_points <= wide_points:
            break
        found = _moved(dual, dual.generation, found, 1 + turn)
    return found


def _moved(dual: Dual, generation: Generation, held: Ints32, seed: int) -> Ints32:
    """What a short local search makes of the plan, or the fillings that it met together with all others."""
    ground, cost = dual.ground, dual.cost
    assert cost is not None, "there are prices once there is a proof"
    searches = Annealing(ground, seed)
    moved = searches.improve(held, cost <= NEAR_POINTS, dual.charge, HEAT, MOVES / MOVES_PER_WORK, 0, dual.prospects)
    generation.learn(moved)
    plans = [held, moved, combine(generation, NODES)]
    usable = [each for each in plans if each is not None and is_within_limits(ground, each)]
    return max(usable, key=lambda each: int(plan_value(ground, each)))
