"""Outcomes without a plan, or with one that grants nothing, explained by what is in conflict."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.conflict.case import case_of
from optimizer.conflict.find import Conflict, conflict_of
from optimizer.conflict.screens import screens
from optimizer.conflict.settling import Effort
from optimizer.one_search import versions_used
from optimizer.outcome import Claim, Limits, Outcome
from optimizer.plan import Plan

LEAST_SECONDS, MOST_SECONDS = 5.0, 30.0
"""What looking for the conflict may take, whatever is left of the run's time; a run limited by work has the most."""
MOST_PAIRS = 1_000_000
"""Lots times applicants up to which the screens take less than half a second or so."""
Again = Callable[[Plan], Outcome]
"""The run once more, beginning from a plan."""


def is_doubtful(instance: Instance) -> bool:
    """Whether there may be no plan, and screens can tell while a search is on: pins break a rule by themselves.

    A large instance is searched to the end: a plan comes sooner than the screens' answer, and without one they are
    asked afterwards.
    """
    if not instance.pins or len(instance.lots) * len(instance.applicants) > MOST_PAIRS:
        return False
    return not audit(instance, Plan(instance.pins)).is_feasible


def is_ruled_out(instance: Instance) -> bool:
    """Whether a screen proves at once that no plan keeps the rules, so that there is nothing to search for."""
    return is_doubtful(instance) and next(screens(case_of(instance)), None) is not None


def without_plan(instance: Instance, limits: Limits, deadline: float | None, seed: int = 1) -> Outcome:
    """The outcome of an instance that is ruled out, with what stands in the way."""
    found = conflict_of(instance, _effort(deadline, seed))
    return _told(Outcome(instance, "none_found", limits, Claim("none_found", None), versions=versions_used()), found)


def explained(outcome: Outcome, deadline: float | None, again: Again) -> Outcome:
    """The outcome, with what stands in the way where its plan is missing or grants nothing.

    A plan that the search has not met and that keeps the rules is begun from anew.
    """
    if outcome.plan is not None and (outcome.plan.assignments or not outcome.instance.applicants):
        return outcome
    found = conflict_of(outcome.instance, _effort(deadline, outcome.limits.seed))
    if isinstance(found, Plan) and outcome.plan is None:
        return replace(again(found), limits=outcome.limits)
    return _told(outcome, found)


def _told(outcome: Outcome, found: Conflict | Plan | None) -> Outcome:
    if not isinstance(found, Conflict):
        return outcome
    is_proved = found.is_proved and found.kind == "no_plan" and outcome.plan is None
    kind = "infeasible_proved" if is_proved else outcome.kind
    return replace(outcome, kind=kind, conflict=found.document())


def _effort(deadline: float | None, seed: int) -> Effort:
    left = MOST_SECONDS if deadline is None else deadline - time.monotonic()
    return Effort(deadline=time.monotonic() + min(max(left, LEAST_SECONDS), MOST_SECONDS), seed=seed)
