"""What a run of stages tells on the way: where the stage stands, and the best plan so far by all stages."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.outcome import Listener, Progress, StageProgress
from optimizer.plan import Plan
from optimizer.stage_proof import bound_of, floor_of
from optimizer.weights import Weights

COUNT_EVERY_SECONDS = 0.2
"""Plans that a search finds sooner after one another are not all recounted; the last of a search always is."""

Goals = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Known:
    """A feasible plan and what the audit counts of the goals that are stages."""

    plan: Plan
    goals_millipoints: Goals
    value_millipoints: int


def best_by_stages(objective: Sequence[tuple[str, int]], known: Sequence[Known]) -> Known | None:
    """Of some plans the one that the stages choose: each stage leaves those that keep its floor over what is known.

    The last stage's goal decides, then the value, then who was known first.
    """
    left = list(known)
    for goal, loss in objective:
        floor = floor_of(max((each.goals_millipoints[goal] for each in left), default=0), loss)
        left = [each for each in left if each.goals_millipoints[goal] >= floor]
    last = objective[-1][0]
    return max(left, key=lambda each: (each.goals_millipoints[last], each.value_millipoints), default=None)


@dataclass
class StageTeller:
    """Passes on what the searches of the stages find, recounted.  Safe to use from the searches' threads."""

    instance: Instance
    listen: Listener
    started: float = field(default_factory=time.monotonic)
    _known: list[Known] = field(default_factory=list)
    _told: Plan | None = None
    _stage: StageProgress | None = None
    _floors: Goals = field(default_factory=dict)
    _counted_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, number: int, floors: Goals) -> None:
        """A stage begins, counted from 1; floors: of the stages before it."""
        objective = self.instance.policy.objective
        with self._lock:
            self._floors = dict(floors)
            self._stage = StageProgress(number, len(objective), objective[number - 1][0], None, None)
            self._tell("stage")

    def listener(self, weights: Weights) -> Listener:
        """Hears a search under these weights."""

        def hear(progress: Progress) -> None:
            if progress.bound_millipoints is not None:
                self._hear_bound(weights, progress)
            now = time.monotonic()
            if progress.plan is not None and now - self._counted_at >= COUNT_EVERY_SECONDS:
                self._counted_at = now
                self.note(progress.plan, progress.step)

        return hear

    def note(self, plan: Plan, step: str) -> None:
        """A plan that may be better; one that breaks a rule is passed over."""
        counted = audit(self.instance, plan)
        if not counted.is_feasible:
            return
        objective = self.instance.policy.objective
        goals = {goal: counted.goals_millipoints[goal] for goal, _ in objective}
        with self._lock:
            self._keep(Known(plan, goals, counted.value_millipoints))
            stage = self._now()
            best = best_by_stages(objective, self._known)
            if stage != self._stage or (best is not None and best.plan != self._told):
                self._stage = stage
                self._tell(step)

    def _keep(self, new: Known) -> None:
        """Only plans that none exceeds in every goal can ever be chosen."""
        if not any(_covers(each, new) for each in self._known):
            self._known = [each for each in self._known if not _covers(new, each)] + [new]

    def _now(self) -> StageProgress:
        assert self._stage is not None, "a stage has begun"
        stage = self._stage
        goals = [each.goals_millipoints for each in self._known]
        kept = [each for each in goals if all(each[goal] >= floor for goal, floor in self._floors.items())]
        value = max((each[stage.goal] for each in kept), default=None)
        return StageProgress(stage.number, stage.of, stage.goal, value, stage.bound_millipoints)

    def _hear_bound(self, weights: Weights, progress: Progress) -> None:
        assert progress.bound_millipoints is not None
        with self._lock:
            stage = self._now()
            bound = bound_of(stage.goal, weights, progress.bound_millipoints, self._floors)
            if stage.bound_millipoints is None or bound < stage.bound_millipoints:
                self._stage = StageProgress(stage.number, stage.of, stage.goal, stage.value_millipoints, bound)
                self._tell(progress.step)

    def _tell(self, step: str) -> None:
        """The value is that of the plan told last; its whole value is not what was asked for and has no bound."""
        best = best_by_stages(self.instance.policy.objective, self._known)
        plan = None if best is None or best.plan == self._told else best.plan
        if plan is not None:
            self._told = plan
        value = None if best is None else best.value_millipoints
        elapsed_ms = int((time.monotonic() - self.started) * 1000)
        self.listen(Progress(elapsed_ms, step, value, None, plan, self._stage))


def _covers(one: Known, other: Known) -> bool:
    return one.value_millipoints >= other.value_millipoints and all(
        one.goals_millipoints[goal] >= millipoints for goal, millipoints in other.goals_millipoints.items()
    )
