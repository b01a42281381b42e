"""The trade-off of jobs against clustering: plans on the curve, and what is proved about what lies beyond it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from instances.instance import Instance
from optimizer.certificates import AnyCertificate
from optimizer.lines import Line, chord, most_given
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.price_changes import deadlines, share
from optimizer.probe import WeightedProbe, probe_weights
from optimizer.weights import EXTREMES, Weights

POINTS = 5


@dataclass(frozen=True)
class TradeoffPoint:
    """A plan found under some weights.

    most_clustering_millipoints: what no plan with at least as many jobs exceeds; most_jobs_millipoints: what no plan
    with at least as much clustering exceeds.  Both follow from the certificates of all points together.  certificate:
    of the weighted instance, its bound on jobs * weight + clustering * weight.
    """

    weights: Weights
    plan: Plan
    jobs_millipoints: int
    clustering_millipoints: int
    most_jobs_millipoints: int | None
    most_clustering_millipoints: int | None
    certificate: AnyCertificate


def tradeoff(
    instance: Instance,
    limits: Limits,
    points: int = POINTS,
    stop: threading.Event | None = None,
    deadline: float | None = None,
) -> tuple[TradeoffPoint, ...]:
    """Points of the curve by rising clustering; preferred lots are left out of the measure.

    Weights begin nearly at the one and the other goal, then stand where two neighbouring plans are worth the same.
    Plans that another one beats in one goal without losing in the other are left out.
    """
    probes: list[WeightedProbe] = []
    for number, until in enumerate(deadlines(deadline, points)):
        weights = EXTREMES[number] if number < len(EXTREMES) else _next_weights(probes)
        if weights is None or (stop is not None and stop.is_set() and probes):
            break
        start = _nearest(probes, weights)
        probes.append(probe_weights(instance, weights, share(limits, points), stop, start, until))
    return points_of(probes)


def points_of(probes: Sequence[WeightedProbe]) -> tuple[TradeoffPoint, ...]:
    """The points that the probes make together."""
    lines = [Line(each.weights.jobs, each.weights.clustering, each.bound) for each in probes]
    mirrored = [Line(line.weight_b, line.weight_a, line.bound) for line in lines]
    made = []
    for each in probes:
        if each.plan is None:
            continue
        jobs, clustering = measures(each)
        best = min(each.certificates, key=lambda one: one.bound_millipoints)
        most = most_given(mirrored, clustering), most_given(lines, jobs)
        made.append(TradeoffPoint(each.weights, each.plan, jobs, clustering, *most, best))
    made.sort(key=lambda point: (point.clustering_millipoints, -point.jobs_millipoints))
    return tuple(point for point in made if not any(_beats(other, point) for other in made))


def measures(probe: WeightedProbe) -> tuple[int, int]:
    """Jobs and clustering of the probe's plan, in millipoints."""
    return probe.goals_millipoints["jobs"], probe.goals_millipoints["clustering"]


def _next_weights(probes: Sequence[WeightedProbe]) -> Weights | None:
    """Where the rectangle between two neighbouring plans is widest."""
    ends = sorted({measures(each) for each in probes if each.plan is not None})
    tried = {(each.weights.jobs, each.weights.clustering) for each in probes}
    rooms = []
    for one, two in pairwise(ends):
        pair = chord(one, two)
        if pair is not None and pair not in tried:
            rooms.append(((two[0] - one[0]) * (one[1] - two[1]), pair))
    if not rooms:
        return None
    jobs, clustering = max(rooms)[1]
    return Weights(jobs=jobs, clustering=clustering)


def _nearest(probes: Sequence[WeightedProbe], weights: Weights) -> Plan | None:
    """The plan found so far that is worth most under the weights."""
    known = [each for each in probes if each.plan is not None]
    if not known:
        return None
    return max(known, key=lambda each: weights.jobs * measures(each)[0] + weights.clustering * measures(each)[1]).plan


def _beats(one: TradeoffPoint, other: TradeoffPoint) -> bool:
    better = (one.jobs_millipoints - other.jobs_millipoints, one.clustering_millipoints - other.clustering_millipoints)
    if better == (0, 0):
        return (one.weights.jobs, one.weights.clustering) < (other.weights.jobs, other.weights.clustering)
    return min(better) >= 0
