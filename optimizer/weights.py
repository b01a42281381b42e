"""Weights on goals: the same instance with its points scaled, so that one search serves any mixture of goals.

A weighted instance is an instance like any other: its certificate is checked as always, and proves that the weighted
sum of goals is at most its bound in every plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from instances.instance import Instance


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


EXTREMES = (Weights(jobs=64, clustering=1), Weights(jobs=1, clustering=64))
"""Nearly only the one goal: of plans equal in it, the better in the other."""
DEFAULT_WEIGHTS = (
    *EXTREMES,
    Weights(jobs=1, clustering=1),
    Weights(jobs=1, clustering=4),
    Weights(jobs=1, clustering=16),
)
"""The mixtures of a curve of jobs against clustering, unless others are asked for."""
