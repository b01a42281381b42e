"""What a plan of stages shows, and how it is checked: exactly, from instance, plan and certificate alone.

Each stage has a floor that its best plan sets: no later stage may cost more than the policy's percent of it.  The bound
of a stage is on its goal, over all plans that keep the floors of the stages before.  It follows from the certificate of
a weighted instance: with weights w and floors F, goal <= (bound - sum of w * F over the stages before) / w of the goal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from instances.instance import Instance
from instances.policy import STAGES
from optimizer.audit import audit
from optimizer.certificate import CertificateError
from optimizer.certificates import AnyCertificate, any_certificate_from
from optimizer.check import proved_bound_millipoints
from optimizer.plan import Plan
from optimizer.weights import Weights, weighted

FORMAT = "lotwise-stages-1"


@dataclass(frozen=True)
class Stage:
    """One stage: its plan, what that plan has of the goal, the floor that follows, and what no plan exceeds."""

    goal: str
    loss_percent: int
    plan: Plan
    value_millipoints: int
    floor_millipoints: int
    bound_millipoints: int
    weights: Weights
    certificate: AnyCertificate

    def document(self) -> dict[str, Any]:
        """What a checker needs."""
        return {
            "stage": self.goal,
            "loss_percent": self.loss_percent,
            "assignments": {each: list(lots) for each, lots in self.plan.assignments.items()},
            "value_millipoints": self.value_millipoints,
            "floor_millipoints": self.floor_millipoints,
            "bound_millipoints": self.bound_millipoints,
            "weights": {name: self.weights.of(name) for name in STAGES},
            "certificate": self.certificate.document(),
        }


def stage_lines(stages: Sequence[Stage]) -> tuple[dict[str, Any], ...]:
    """What plan.json says of the stages."""
    return tuple(
        {
            "stage": stage.goal,
            "loss_percent": stage.loss_percent,
            "value_millipoints": stage.value_millipoints,
            "floor_millipoints": stage.floor_millipoints,
            "bound_millipoints": stage.bound_millipoints,
        }
        for stage in stages
    )


def floor_of(value_millipoints: int, loss_percent: int) -> int:
    """What must be left of a goal: value * (100 - loss) / 100, rounded up."""
    return -(-value_millipoints * (100 - loss_percent) // 100)


def bound_of(goal: str, weights: Weights, weighted_bound: int, floors: Mapping[str, int]) -> int:
    """What the goal cannot exceed where the floors are kept, by a bound on the weighted sum."""
    if not weights.of(goal):
        raise CertificateError("bad_stage", f"The weights of the stage {goal} leave the goal itself out.")
    spent = sum(weights.of(name) * floor for name, floor in floors.items())
    return max(0, (weighted_bound - spent) // weights.of(goal))


def stages_document(stages: Sequence[Stage]) -> dict[str, Any]:
    """The document that certificate.json holds for a plan of stages."""
    return {"format": FORMAT, "stages": [stage.document() for stage in stages]}


def check_stages(instance: Instance, plan: Plan, document: object) -> list[Stage]:
    """The stages of a document, each recomputed; the plan keeps every floor and is the last stage's.

    Raises CertificateError for anything that does not follow from the instance and the document.
    """
    stages = _read(document)
    if [(stage.goal, stage.loss_percent) for stage in stages] != list(instance.policy.objective):
        raise CertificateError("bad_stage", "The stages are not those of the policy's objective.")
    floors: dict[str, int] = {}
    for number, stage in enumerate(stages):
        _check_stage(instance, stage, floors, number)
        floors[stage.goal] = stage.floor_millipoints
    goals = audit(instance, plan).goals_millipoints
    if stages[-1].plan != plan:
        raise CertificateError("bad_stage", "The last stage's plan is not the plan that was published.")
    for goal, floor in list(floors.items())[:-1]:
        if goals[goal] < floor:
            raise CertificateError("bad_stage", f"The plan has {goals[goal]} millipoints of {goal}, under its floor.")
    return stages


def _check_stage(instance: Instance, stage: Stage, floors: Mapping[str, int], number: int) -> None:
    said = f"Stage {number} ({stage.goal})"
    if stage.goal not in STAGES:
        raise CertificateError("bad_stage", f"{said}: this is no goal of a stage.")
    counted = audit(instance, stage.plan)
    if counted.breaches:
        raise CertificateError("plan_breaks_rule", f"{said}: its plan is not feasible: {counted.breaches[0].says}.")
    if counted.goals_millipoints[stage.goal] != stage.value_millipoints:
        raise CertificateError("value_differs", f"{said}: its plan has another value than it says.")
    if any(counted.goals_millipoints[goal] < floor for goal, floor in floors.items()):
        raise CertificateError("bad_stage", f"{said}: its plan is under the floor of a stage before.")
    if floor_of(stage.value_millipoints, stage.loss_percent) != stage.floor_millipoints:
        raise CertificateError("bad_stage", f"{said}: the floor does not follow from value and loss.")
    try:
        there = weighted(instance, stage.weights)
    except ValueError as error:
        raise CertificateError("bad_stage", f"{said}: its weights do not suit the policy: {error}") from None
    if stage.certificate.instance != there.fingerprint():
        raise CertificateError("other_instance", f"{said}: the certificate is for other weights or another instance.")
    proved = proved_bound_millipoints(there, stage.certificate)
    if proved > stage.certificate.bound_millipoints:
        raise CertificateError("bound_too_low", f"{said}: the prices prove only {proved} millipoints.")
    if stage.bound_millipoints < bound_of(stage.goal, stage.weights, stage.certificate.bound_millipoints, floors):
        raise CertificateError("bound_too_low", f"{said}: the bound does not follow from the certificate.")


def _read(document: object) -> list[Stage]:
    try:
        if not isinstance(document, dict) or document["format"] != FORMAT or set(document) != {"format", "stages"}:
            raise CertificateError("unknown_format", f"This is not a document of the format {FORMAT}.")
        return [_stage(each) for each in document["stages"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, CertificateError):
            raise
        raise CertificateError("bad_stage", f"A stage does not have its form: {str(error)[:80]}.") from None


def _stage(found: Mapping[str, Any]) -> Stage:
    value, floor, bound = (found[name] for name in ("value_millipoints", "floor_millipoints", "bound_millipoints"))
    if any(type(number) is not int for number in (value, floor, bound, found["loss_percent"])):
        raise CertificateError("not_whole", "A number of a stage is not a whole number.")
    sites = found["assignments"]
    if not all(isinstance(lots, list) and all(isinstance(lot, str) for lot in lots) for lots in sites.values()):
        raise CertificateError("bad_stage", "The plan of a stage is not an object of lists of lot ids.")
    plan = Plan({str(each): tuple(lots) for each, lots in sites.items()})
    certificate = any_certificate_from(found["certificate"])
    weights = Weights(**found["weights"])
    return Stage(found["stage"], found["loss_percent"], plan, value, floor, bound, weights, certificate)
