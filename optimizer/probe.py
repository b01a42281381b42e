"""A search under weights: what one mixture of goals leads to."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.certificates import AnyCertificate
from optimizer.fill import fill
from optimizer.one_search import FINISHING_SECONDS, look
from optimizer.outcome import Limits, Listener
from optimizer.plan import Plan
from optimizer.search.placements import Placements
from optimizer.weights import Weights, weighted


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
    listen: Listener = lambda progress: None,
) -> WeightedProbe:
    """Search under the weights; the plan is filled with whoever brings the instance itself something.

    listen: hears of the search; values and bounds are those of the weighted sum of goals.
    """
    until = None if deadline is None else deadline + FINISHING_SECONDS
    found = look(weighted(instance, weights), limits, listen, stop, start, until)
    if found.plan is None:
        return WeightedProbe(weights, None, {}, found.certificates, found.placements)
    plan = fill(instance, found.placements.free_of(found.plan), found.plan)
    return WeightedProbe(weights, plan, audit(instance, plan).goals_millipoints, found.certificates, found.placements)
