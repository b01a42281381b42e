"""Stages: one goal after the other, each costing those before it no more than the policy allows."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.explain import explain
from optimizer.lines import chord
from optimizer.lottery import draw_order
from optimizer.merge import few_placements, merge
from optimizer.one_search import versions_used
from optimizer.outcome import Claim, Limits, Listener, Outcome
from optimizer.plan import Plan
from optimizer.price_changes import deadlines, share
from optimizer.probe import WeightedProbe, probe_weights
from optimizer.search.placements import Placements
from optimizer.search.start import still_standing
from optimizer.settle import settle
from optimizer.stage_progress import StageTeller
from optimizer.stage_proof import Stage, bound_of, check_stages, floor_of, stage_lines, stages_document
from optimizer.waitlist import waitlist
from optimizer.weights import Weights

PROBES = 3
MERGE_SECONDS, STOPPED_SECONDS = 10.0, 0.5
"""How long plans of a stage are merged without a deadline, and after somebody asked to stop."""
FIRM = 64
"""How much more than the stage's own the goals of the stages before count where nothing else is known."""


def has_stages(instance: Instance) -> bool:
    """Whether the policy asks for stages rather than for the value."""
    return instance.policy.objective != (("value", 0),)


def solve_stages(
    instance: Instance,
    limits: Limits,
    listen: Listener,
    stop: threading.Event | None,
    start: Plan | None,
    deadline: float | None,
) -> Outcome:
    """The plan of the last stage, every stage with its floor and its proved bound.

    The outcome has no proof of the value, which is not what was asked for; its stages have theirs, recomputed.
    listen: hears where each stage stands, with the best plan so far by all stages.
    """
    work = _Stages(instance, limits, StageTeller(instance, listen), stop)
    parts = 1 + PROBES * (len(instance.policy.objective) - 1)
    ends = deadlines(deadline, parts)
    for number, (goal, loss) in enumerate(instance.policy.objective):
        first = 0 if number == 0 else 1 + PROBES * (number - 1)
        work.teller.begin(number + 1, work.floors)
        if not work.add(goal, loss, share(limits, parts), start, ends[first : first + (PROBES if number else 1)]):
            return Outcome(instance, "none_found", limits, Claim("none_found", None), versions=versions_used())
        start = work.stages[-1].plan
    assert work.placements is not None, "a stage was solved"
    return work.outcome(work.placements)


@dataclass
class _Stages:
    instance: Instance
    limits: Limits
    teller: StageTeller
    stop: threading.Event | None
    stages: list[Stage] = field(default_factory=list)
    floors: dict[str, int] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)
    placements: Placements | None = None

    def add(self, goal: str, loss: int, limits: Limits, start: Plan | None, ends: Sequence[float | None]) -> bool:
        """Solve a stage; whether there is a plan."""
        probes: list[WeightedProbe] = []
        for until in ends:
            weights = self._weights(goal, probes)
            if weights is None or (self._is_stopped and probes):
                break
            hear = self.teller.listener(weights)
            found = probe_weights(self.instance, weights, limits, self.stop, start, until, hear)
            probes.append(found)
            if self.placements is None and start is not None:
                self._add(still_standing(self.instance, found.placements, start))
            self.placements = found.placements
            self._add(found.plan)
        best = self._best(goal)
        merged = self._merged(goal, best, ends[-1])
        if merged is not None:
            self._add(merged)
            best = self._best(goal)
        if best is None:
            return False
        self._note(goal, loss, best, probes)
        return True

    def _add(self, plan: Plan | None) -> None:
        if plan is not None and audit(self.instance, plan).is_feasible:
            self.plans.append(plan)
            self.teller.note(plan, "stage")

    @property
    def _is_stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    def _weights(self, goal: str, probes: Sequence[WeightedProbe]) -> Weights | None:
        """The goal alone; then beside the goals before it, at the weights where a plan above the floors and one that
        is not are worth the same."""
        if not probes:
            return Weights(**{goal: 1}) if not self.floors else Weights(**{goal: 1} | dict.fromkeys(self.floors, FIRM))
        if not self.floors:
            return None
        if len(probes) == 1:
            return Weights(**{goal: 1})
        points = [(self._spent(plan), audit(self.instance, plan).goals_millipoints[goal]) for plan in self.plans]
        needed = sum(self.floors.values())
        above = [point for point in points if point[0] >= needed]
        under = [point for point in points if point[0] < needed]
        if not above or not under:
            return None
        pair = chord(max(above, key=lambda point: point[1]), max(under, key=lambda point: (point[1], point[0])))
        return None if pair is None else Weights(**{goal: pair[1]} | dict.fromkeys(self.floors, pair[0]))

    def _spent(self, plan: Plan) -> int:
        goals = audit(self.instance, plan).goals_millipoints
        return sum(goals[name] for name in self.floors)

    def _best(self, goal: str) -> Plan | None:
        """The feasible plan above the floors with most of the goal; of equals that of most value, then the draw."""
        ranked = []
        for plan in self.plans:
            counted = audit(self.instance, plan)
            goals = counted.goals_millipoints
            if counted.is_feasible and all(goals[name] >= floor for name, floor in self.floors.items()):
                key = (-goals[goal], -counted.value_millipoints, draw_order(self.instance, plan))
                ranked.append((key, plan))
        return min(ranked, key=lambda each: each[0])[1] if ranked else None

    def _merged(self, goal: str, best: Plan | None, until: float | None) -> Plan | None:
        seconds = MERGE_SECONDS if until is None else max(until - time.monotonic(), 0.2)
        if self._is_stopped:
            seconds = min(seconds, STOPPED_SECONDS)
        plans = self.plans if best is None else [best, *self.plans]
        assert self.placements is not None, "a probe was made"
        tiny = few_placements(self.instance, len(self.placements))
        return merge(self.instance, plans, seconds, self.limits.seed, self.floors, goal, tiny)

    def _note(self, goal: str, loss: int, best: Plan, probes: Sequence[WeightedProbe]) -> None:
        value = audit(self.instance, best).goals_millipoints[goal]
        bound, weights, certificate = min(
            (
                (bound_of(goal, each.weights, one.bound_millipoints, self.floors), each.weights, one)
                for each in probes
                for one in each.certificates
            ),
            key=lambda found: found[0],
        )
        floor = floor_of(value, loss)
        self.stages.append(Stage(goal, loss, best, value, floor, bound, weights, certificate))
        self.floors[goal] = floor

    def outcome(self, placements: Placements) -> Outcome:
        """The outcome of the last stage, settled by the draw, with every bound recomputed."""
        instance, last = self.instance, self.stages[-1]
        settled = settle(instance, last.plan, None).plan
        counted = audit(instance, settled)
        if self._keeps(counted.goals_millipoints, last):
            last = Stage(
                last.goal, last.loss_percent, settled, last.value_millipoints, last.floor_millipoints,
                last.bound_millipoints, last.weights, last.certificate,
            )  # fmt: skip
        plan, counted = last.plan, audit(instance, last.plan)
        document = stages_document([*self.stages[:-1], last])
        stages = check_stages(instance, plan, document)
        return Outcome(
            instance,
            "plan",
            self.limits,
            Claim("stages", None),
            plan,
            counted.value_millipoints,
            counted.goals_millipoints,
            waitlist(instance, plan, placements.fitting()),
            explain(instance, plan, placements),
            certificate=document,
            versions=versions_used(),
            stages=stage_lines(stages),
        )

    def _keeps(self, goals: Mapping[str, int], last: Stage) -> bool:
        return goals[last.goal] == last.value_millipoints and all(
            goals[stage.goal] >= stage.floor_millipoints for stage in self.stages[:-1]
        )
