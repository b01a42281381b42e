"""Weights on goals: the same instance with its points scaled, so that one search serves any mixture of goals.

A weighted instance is an instance like any other: its certificate is checked as always, and proves that the weighted
sum of goals is at most its bound in every plan.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.fill import fill
from optimizer.found import FINISHING_SECONDS, AnyCertificate, look
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.search.placements import Placements


@dataclass(frozen=True, slots=True)
class Weights:
    """How many times each goal counts: whole numbers from 0, of which one at least is positive."""

    jobs: int = 0
    preferred: int = 0
    clustering: int = 0

    def __post_init__(self) -> None:
        for name in ("jobs", "preferred", "clustering"):
            if type(getattr(self, name)) is not int or getattr(self, name) < 0:
                raise ValueError(f"the weight of {name} is {getattr(self, name)!r}; give a whole number from 0")
        if not (self.jobs or self.preferred or self.clustering):
            raise ValueError("all weights are 0; give one that is positive")

    def of(self, goal: str) -> int:
        """The weight of a goal; 0 for one that is not weighed."""
        return int(getattr(self, goal, 0))


def weighted(instance: Instance, weights: Weights) -> Instance:
    """The instance whose value is the weighted sum of the goals.  Raises ValueError where the changes are limited."""
    policy = instance.policy
    if policy.most_changes is not None:
        raise ValueError("goals are not weighed where the policy limits the changes of an earlier plan")
    scaled = replace(
        policy,
        objective=(("value", 0),),
        job_direct=policy.job_direct * weights.jobs,
        job_indirect=policy.job_indirect * weights.jobs,
        preferred_lot=policy.preferred_lot * weights.preferred,
        border_metre=policy.border_metre * weights.clustering,
        street_metre=policy.street_metre * weights.clustering,
        kept_site=0,
    )
    return replace(instance, policy=scaled)


@dataclass(frozen=True)
class WeightedProbe:
    """What a search under some weights found.  goals: of the plan, in millipoints of the instance without weights."""

    weights: Weights
    plan: Plan | None
    goals_millipoints: dict[str, int]
    certificates: Sequence[AnyCertificate]
    placements: Placements

    @property
    def bound(self) -> int:
        """What the weighted sum of goals cannot exceed."""
        return min(each.bound_millipoints for each in self.certificates)


def probe_weights(
    instance: Instance,
    weights: Weights,
    limits: Limits,
    stop: threading.Event | None,
    start: Plan | None,
    deadline: float | None,
) -> WeightedProbe:
    """Search under the weights; the plan is filled with whoever brings the instance itself something."""
    until = None if deadline is None else deadline + FINISHING_SECONDS
    found = look(weighted(instance, weights), limits, lambda progress: None, stop, start, until)
    if found.plan is None:
        return WeightedProbe(weights, None, {}, found.certificates, found.placements)
    plan = fill(instance, found.placements.free_of(found.plan), found.plan)
    return WeightedProbe(weights, plan, audit(instance, plan).goals_millipoints, found.certificates, found.placements)
