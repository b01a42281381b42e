"""Rule: what the granted applicants need together stays within the limits, overall and by zone.

An applicant counts towards a zone's limit, with its whole need, when its site holds a lot of that zone.
"""

from __future__ import annotations

from collections.abc import Iterator

from instances.instance import Instance
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row
from optimizer.rules.rule import Breach

name = "limits"
UNITS = ("power_kw", "water_hl_day")


def concerns(instance: Instance) -> bool:
    """Whether the policy limits anything."""
    return bool(instance.policy.limits)


def rows(columns: Columns) -> Iterator[Row]:
    """("limit", zone or "", unit): sum of need * placement <= limit, over the placements that touch the zone."""
    for limit in columns.instance.policy.limits:
        for unit in UNITS:
            most = getattr(limit, unit)
            if most is None:
                continue
            needs = [
                (number, getattr(placement.applicant, unit))
                for number, placement in enumerate(columns.placements)
                if not limit.zone or limit.zone in placement.site.zones
            ]
            needs = [(number, need) for number, need in needs if need]
            columns_of = tuple(number for number, _ in needs)
            yield Row(("limit", limit.zone, unit), columns_of, tuple(need for _, need in needs), most)


def breaches(instance: Instance, plan: Plan) -> Iterator[Breach]:
    """Every limit that the granted needs exceed."""
    for limit in instance.policy.limits:
        inside = [
            instance.applicant[applicant_id]
            for applicant_id, lots in plan.assignments.items()
            if not limit.zone or any(instance.lot[lot].zone == limit.zone for lot in lots)
        ]
        for unit in UNITS:
            most, used = getattr(limit, unit), sum(getattr(applicant, unit) for applicant in inside)
            if most is not None and used > most:
                yield Breach(name, (limit.zone, unit), f"{unit} {limit.zone}: {used} granted, {most} allowed")
