"""The stages of a plan as pages show them: what each reached, what is proved of it, and what the plan has of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from instances.policy import Policy


@dataclass(frozen=True, slots=True)
class PlanStage:
    """One stage.  here: what the plan itself has of the goal; the rest is None where nothing was proved.

    reached: the most of the goal that was found; bound: what no plan exceeds that keeps the floors of the stages
    before; floor: what later stages keep at least.  loss_percent: what they may cost of it.
    """

    number: int
    goal: str
    loss_percent: int
    here_millipoints: int
    reached_millipoints: int | None = None
    bound_millipoints: int | None = None
    floor_millipoints: int | None = None

    @property
    def gap_millionths(self) -> int | None:
        """(bound - reached) / reached in whole millionths, rounded up; None where nothing was proved."""
        if self.reached_millipoints is None or self.bound_millipoints is None:
            return None
        over = max(0, self.bound_millipoints - self.reached_millipoints)
        return -(-1_000_000 * over // max(self.reached_millipoints, 1))


def plan_stages(
    policy: Policy, goals_millipoints: Mapping[str, int], stages: Sequence[Mapping[str, Any]]
) -> tuple[PlanStage, ...]:
    """The stages that the policy asks for, in order; none where it asks for the value.

    goals_millipoints: what the plan has of each goal; stages: what its outcome says of each.
    """
    objective = policy.objective
    if objective == (("value", 0),):
        return ()
    proved = {line["stage"]: line for line in stages}
    found = []
    for number, (goal, loss) in enumerate(objective, start=1):
        here, line = goals_millipoints[goal], proved.get(goal, {})
        numbers = (line.get(f"{name}_millipoints") for name in ("value", "bound", "floor"))
        found.append(PlanStage(number, goal, loss, here, *numbers))
    return tuple(found)
