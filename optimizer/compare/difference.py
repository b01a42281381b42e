"""The difference of two plans, lot by lot."""

from __future__ import annotations

from typing import Literal

from instances.instance import Instance
from optimizer.plan import Plan

Fate = Literal["same", "same_sector", "other_sector", "gained", "lost", "free"]
FATES: tuple[Fate, ...] = ("same", "same_sector", "other_sector", "gained", "lost", "free")


def fates(first: tuple[Instance, Plan], second: tuple[Instance, Plan]) -> dict[str, Fate]:
    """Lot id -> what became of it from the first plan to the second, for every lot that both instances have."""
    (before, earlier), (after, later) = first, second
    return {
        lot.lot_id: _fate(_holder(before, earlier, lot.lot_id), _holder(after, later, lot.lot_id))
        for lot in before.lots
        if lot.lot_id in after.lot
    }


def _holder(instance: Instance, plan: Plan, lot: str) -> tuple[str, str] | None:
    tenant = plan.tenant.get(lot)
    return None if tenant is None else (tenant, instance.applicant[tenant].sector)


def _fate(one: tuple[str, str] | None, two: tuple[str, str] | None) -> Fate:
    if one is None or two is None:
        return "free" if one is two else "gained" if one is None else "lost"
    if one == two:
        return "same"
    return "same_sector" if one[1] == two[1] else "other_sector"
