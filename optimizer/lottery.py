"""The lottery: equal plans are told apart by the published draw only (spec section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from instances.instance import Instance
from optimizer.certificate import Certificate
from optimizer.plan import Plan
from optimizer.sites import Placement


@dataclass(frozen=True, slots=True)
class Settled:
    """A plan after the draw, and whether it is proved that no other plan is as good."""

    plan: Plan
    is_unique: bool


def settle(
    instance: Instance, placements: Sequence[Placement], plan: Plan, certificate: Certificate | None
) -> Settled:
    """Stub."""
    return Settled(plan, False)
