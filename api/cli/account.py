"""The account of a plan: value, jobs, bound, gap and what was granted, as labels and values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.cli.phrases import say
from instances.faults import Language
from instances.instance import Instance
from optimizer.plan import Plan
from optimizer.wording import percent, points, whole


def account(instance: Instance, plan: Plan, document: dict[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    """Lines about the plan; document is that of plan.json.  Nothing is shown of what was merely claimed."""

    def in_points(millipoints: int) -> str:
        return say("points", language, points=points(millipoints, language))

    goals, proof = document["goals_millipoints"], document["proof"]
    granted = [instance.applicant[each] for each in plan.assignments]
    jobs = {
        "direct": whole(sum(each.jobs_direct for each in granted), language),
        "indirect": whole(sum(each.jobs_indirect for each in granted), language),
        "points": points(goals["jobs"], language),
    }
    counts = {
        "lots": len(plan.tenant),
        "all_lots": len(instance.lots),
        "tenants": len(plan.assignments),
        "applicants": len(instance.applicants),
    }
    yield say("value", language), in_points(document["value_millipoints"])
    yield say("jobs", language), say("jobs_count", language, **jobs)
    yield say("clustering", language), in_points(goals["clustering"])
    yield say("preferred", language), in_points(goals["preferred"])
    if "stages" in document:
        yield from _stages(document["stages"], language)
    elif proof is None:
        yield say("gap", language), say("no_proof", language)
    else:
        yield say("bound", language), in_points(proof["bound_millipoints"])
        yield say("gap", language), gap_text(proof["gap"], bool(document["unique"]), language)
    yield (
        say("granted", language),
        say("granted_count", language, **{name: whole(count, language) for name, count in counts.items()}),
    )


def _stages(stages: list[dict[str, Any]], language: Language) -> Iterator[tuple[str, str]]:
    """A line for each stage: what the plan reached, what no plan exceeds that keeps the floors before, the floor."""
    for number, stage in enumerate(stages, start=1):
        value, bound = stage["value_millipoints"], stage["bound_millipoints"]
        said = {
            "points": points(value, language),
            "bound": points(bound, language),
            "gap": percent(-(-1_000_000 * max(0, bound - value) // max(value, 1)), language),
            "floor": points(stage["floor_millipoints"], language),
        }
        goal = say(stage["stage"], language)
        is_last = number == len(stages)
        yield (
            say("stage", language, number=number, goal=goal),
            say("stage_last" if is_last else "stage_reached", language, **said),
        )


def gap_text(gap: float, unique: bool, language: Language) -> str:
    """The proven gap of plan.json as people read it."""
    millionths = round(gap * 1_000_000)
    if millionths:
        return percent(millionths, language)
    return say("optimal_unique" if unique else "optimal", language)
