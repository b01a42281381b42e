"""How far each weight can move alone, and what is known then: exact statements, without any solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.plan import Plan
from optimizer.policy_help.quantities import WEIGHTS, Weight, quantities, weights_of

TOLERANCE_MILLIONTHS = 10_000
"""How much of the plan's value the proved gap may grow by inside the range that is told: one percent."""


@dataclass(frozen=True, slots=True)
class Turn:
    """From this whole weight on, away from the present one, the other plan is worth more than this one: a fact."""

    weight: int
    plan: str


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """One weight, alone.

    below, above: where one of the plans seen overtakes, the nearest on either side; None: none of them ever does.
    least, most: while the weight stays within them, no plan at all is worth over `within_millipoints` more than this
    one: proved from the bound.  None without a bound; most is None too where there is no upper end.
    """

    weight: Weight
    now: int
    below: Turn | None
    above: Turn | None
    within_millipoints: int | None
    least: int | None
    most: int | None


def sensitivities(
    instance: Instance, plan: Plan, bound_millipoints: int | None, others: Mapping[str, Plan]
) -> tuple[list[Sensitivity], list[str]]:
    """Each weight; and of the other plans those that are worth more already.

    others: by a name for people; those that break a rule are left out.  bound_millipoints: proved, at the present
    weights.
    """
    held, now = quantities(instance, plan), weights_of(instance.policy)
    value = audit(instance, plan).value_millipoints
    rivals: dict[str, tuple[int, dict[Weight, int]]] = {}
    better = []
    for name, other in sorted(others.items()):
        counted = audit(instance, other)
        if not counted.is_feasible:
            continue
        lead = counted.value_millipoints - value
        if lead > 0:
            better.append(name)
        else:
            rivals[name] = (lead, quantities(instance, other))
    found = []
    for weight in WEIGHTS:
        leads = {name: (lead, theirs[weight] - held[weight]) for name, (lead, theirs) in rivals.items()}
        below, above = _turns(leads, now[weight])
        within, least, most = _proved(now[weight], held[weight], value, bound_millipoints)
        found.append(Sensitivity(weight, now[weight], below, above, within, least, most))
    return found, better


def _turns(leads: Mapping[str, tuple[int, int]], now: int) -> tuple[Turn | None, Turn | None]:
    """lead: how much more the rival is worth now (0 or less); more: what it gains on this plan with each point."""
    below, above = [], []
    for name, (lead, more) in leads.items():
        if more == 0:
            continue
        step = -lead // abs(more) + 1
        if more > 0:
            above.append((now + step, name))
        elif now - step >= 0:
            below.append((-(now - step), name))
    lower, upper = min(below, default=None), min(above, default=None)
    return (
        None if lower is None else Turn(-lower[0], lower[1]),
        None if upper is None else Turn(upper[0], upper[1]),
    )


def gap_at(now: int, to: int, held: int, value_millipoints: int, bound_millipoints: int) -> int:
    """Millipoints by which a plan can be worth more than this one when the weight is `to`: no plan exceeds it.

    held: this plan's millipoints for each point of the weight.  Less weight lifts no plan's value, so the bound
    stands; more weight lifts a value by no more than it lifts every part of it alike, (to / now) times the bound.
    """
    here = value_millipoints + (to - now) * held
    if to <= now:
        return bound_millipoints - here
    return -(-bound_millipoints * to // now) - here


def _proved(now: int, held: int, value: int, bound: int | None) -> tuple[int | None, int | None, int | None]:
    """The gap that is allowed, and the whole weights between which it is not exceeded; the gap grows linearly."""
    if bound is None:
        return None, None, None
    within = bound - value + value * TOLERANCE_MILLIONTHS // 1_000_000
    room = within - (bound - value)
    least = 0 if held == 0 else max(now - room // held, 0)
    if now == 0:
        return within, least, 0
    slope = bound - now * held
    most = None if slope <= 0 else now + now * room // slope
    while most is not None and gap_at(now, most, held, value, bound) > within:
        most -= 1
    return within, least, most
