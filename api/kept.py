"""What is kept of a run whose solver was killed: the best plan that it told of, recounted, without a proof."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.explain import explain
from optimizer.fitting_sites import fitting_sites
from optimizer.outcome import Claim, Limits, Outcome
from optimizer.plan import Plan
from optimizer.waitlist import waitlist


def kept_outcome(instance: Instance, limits: Limits, plan: Plan, claimed_bound: int | None) -> Outcome:
    """The outcome that a stored plan makes by itself: value, waitlist and reasons, counted anew; none_found when it
    breaks a rule.

    claimed_bound: what the run told of its bound; its certificate died with it, so it proves nothing.
    """
    counted = audit(instance, plan)
    claim = Claim("feasible", claimed_bound)
    if not counted.is_feasible:
        return Outcome(instance, "none_found", limits, claim, versions=_versions())
    fitting = fitting_sites(instance)
    return Outcome(
        instance,
        "plan",
        limits,
        claim,
        plan,
        counted.value_millipoints,
        counted.goals_millipoints,
        waitlist(instance, plan, fitting.fitting()),
        explain(instance, plan, fitting),
        versions=_versions(),
    )


def _versions() -> Mapping[str, str]:
    return {"lotwise": version("lotwise"), "python": platform.python_version()}
