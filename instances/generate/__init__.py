"""Synthetic instances: zones and demand drawn from a seed, in ranges seen in practice.

What the ranges rest on, and what is assumed, is told in data/ait-kamra-168/README.md.
"""

from __future__ import annotations

from dataclasses import replace

from instances.faults import Fault, InstanceError, Place, fault
from instances.generate.demand import Market, draw_applicants
from instances.generate.draws import Draws
from instances.generate.lots import draw_lots
from instances.instance import Instance
from instances.policy import Limit, Policy
from instances.zone import Lot

FAMILIES = ("zoned", "open", "plots")
MODEL = "ait-kamra-168"
POWER_PERCENT, WATER_PERCENT = 55, 60
"""Share of what the lots could draw together that the station delivers: low enough to bind."""


def generate(*, lots: int, applicants: int, seed: int, zones: int = 1, family: str = "zoned") -> Instance:
    """A valid synthetic instance; the same arguments always give the same fingerprint.

    lots, applicants: how many in all, at least 1; lots are spread evenly over `zones`, at least one in each.
    family: "zoned" streets of back-to-back lots in five sub-zones that admit their own sectors; "open" the same
    streets, every lot open to all sectors; "plots" irregular plots without blocks, hence without street neighbours.
    The policy is that of the bundled instance; its limits are 55 % of the power and 60 % of the water of all lots.
    Every draw is of whole numbers from random.Random(seed).
    Raises InstanceError: "out_of_range", "unknown_choice".
    """
    _refuse_arguments(lots, applicants, zones, seed, family)
    draws = Draws(seed)
    drawn = tuple(draw_lots(draws, lots, zones, family))
    policy = _policy(f"{family}-{lots}-seed-{seed}" + (f"-zones-{zones}" if zones > 1 else ""), seed, drawn)

    from instances.geometry import neighbours_of

    neighbours = neighbours_of(drawn, policy)
    demand = draw_applicants(draws, applicants, Market(drawn, neighbours, policy))
    return Instance(drawn, neighbours, tuple(demand), policy)


def _refuse_arguments(lots: int, applicants: int, zones: int, seed: int, family: str) -> None:
    faults: list[Fault] = []
    for name, found, most in (
        ("lots", lots, 100_000),
        ("applicants", applicants, 1_000_000),
        ("zones", zones, min(max(lots, 1), 1_000)),
    ):
        if not 1 <= found <= most:
            faults.append(fault("out_of_range", Place(field=name), found, least=1, most=most))
    if not 0 <= seed < 2**53:
        faults.append(fault("out_of_range", Place(field="seed"), seed, least=0, most=2**53 - 1))
    if family not in FAMILIES:
        faults.append(fault("unknown_choice", Place(field="family"), family, choices=" | ".join(FAMILIES)))
    if faults:
        raise InstanceError(faults)


def _policy(name: str, seed: int, lots: tuple[Lot, ...]) -> Policy:
    from instances.library import path
    from instances.reading import read_instance

    limit = Limit(
        power_kw=POWER_PERCENT * sum(lot.power_kw for lot in lots) // 100,
        water_hl_day=WATER_PERCENT * sum(lot.water_hl_day for lot in lots) // 100,
    )
    return replace(read_instance(path(MODEL)).policy, name=name, lottery_seed=seed, limits=(limit,))
