"""What a process of its own says of how fair a plan is: plain values, and the facts in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from instances.faults import LANGUAGES
from instances.reading_back import read_stored
from optimizer.fairness import fairness
from optimizer.plan import Plan
from optimizer.why.fact import sentence
from optimizer.why.told import fairness_facts


def seen(job: Mapping[str, Any]) -> dict[str, Any]:
    """The view of the job's plan.

    job: the stored text of the instance as `instance`, its hash as `instance_id`, and the plan as `start`.
    """
    instance = read_stored(job["instance"].encode(), job["instance_id"])
    view = fairness(instance, Plan({each: tuple(lots) for each, lots in job["start"].items()}))
    told = fairness_facts(view)
    return {
        "plan": asdict(view.plan),
        "score_order": asdict(view.score_order),
        "only_here": view.only_here,
        "only_there": view.only_there,
        "envies": [asdict(each) for each in view.envies],
        "ties": [asdict(each) for each in view.ties],
        "lottery_seed": view.draw.seed,
        "roster_sha256": view.draw.roster_sha256,
        "draw": view.draw.order,
        "facts": {
            language: [
                {"code": each.code, "values": each.document(), "text": sentence(each, language, instance.policy)}
                for each in told
            ]
            for language in LANGUAGES
        },
    }
