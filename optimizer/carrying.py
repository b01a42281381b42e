"""Carrying over: the instance of the next round, made of this one's instance and plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.waitlist import carried


def carried_over(instance: Instance, plan: Mapping[str, Any], carry: str) -> Instance | None:
    """The instance of the next round: grants become pins, and others stay as `carry` says; None when nobody stays.

    carry: "policy" (those who wait stay as the policy's waitlist says), "granted", "waitlist" (those who wait stay too)
    or "all".  Who gave up its site does not stay.
    """
    granted, gone, setting = plan["assignments"], set(plan.get("gone", ())), instance.policy.waitlist
    holding = [
        replace(each, pinned_lots=tuple(granted[each.applicant_id]), earlier_lots=(), rounds_waited=0)
        for each in instance.applicants
        if each.applicant_id in granted
    ]
    others = [each for each in instance.applicants if each.applicant_id not in {*granted, *gone}]
    others = [replace(each, pinned_lots=(), earlier_lots=()) for each in others]
    waiting = [each for each in others if each.applicant_id in plan["waitlist"]]
    staying: Iterable[Applicant] = ()
    if carry == "policy":
        staying = carried(waiting, setting)
    elif carry != "granted":
        # Who is carried over by hand waits just as long as by the policy's setting.
        longer = {each.applicant_id: each for each in carried(waiting, "standing") if setting != "none"}
        chosen = others if carry == "all" else waiting
        staying = [longer.get(each.applicant_id, each) for each in chosen]
    policy = replace(instance.policy, most_changes=None)  # of this round's revision only
    applicants = (*holding, *staying)
    return Instance(instance.lots, instance.neighbours, applicants, policy) if applicants else None
