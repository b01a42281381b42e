"""The needs of an applicant one by one (spec section 3): which of them a site fails, and the nearest change.

The nearest change is the smallest one, to the applicant's own figures, that would let some site fit it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.sites import Site, touches
from optimizer.why.fact import Fact, Value, fact

Need = Literal["area_min", "area_max", "max_lots", "power", "water", "zones", "beside", "sector"]
NEEDS: tuple[Need, ...] = ("area_min", "area_max", "max_lots", "power", "water", "zones", "beside", "sector")
"""In the order in which changes are told: what an applicant can change most easily first."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A need that a site does not meet: what is asked, what the site has, and how far they are apart.

    distance: whole units of the need; 0 where there is nothing to measure.
    """

    need: Need
    asked: Value
    has: Value
    distance: int


def shortfalls(instance: Instance, applicant: Applicant, site: Site) -> tuple[Shortfall, ...]:
    """Every need that the site does not meet, in the order of NEEDS; the score is not looked at.

    The site is one of `enumerate_sites`: available, connected, and of no more lots than the policy allows.
    """
    found: list[Shortfall] = []

    def note(need: Need, asked: Value, has: Value, distance: int = 0) -> None:
        found.append(Shortfall(need, asked, has, distance))

    if site.area_m2 < applicant.area_min_m2:
        note("area_min", applicant.area_min_m2, site.area_m2, applicant.area_min_m2 - site.area_m2)
    if site.area_m2 > applicant.area_max_m2:
        note("area_max", applicant.area_max_m2, site.area_m2, site.area_m2 - applicant.area_max_m2)
    if len(site.lots) > applicant.max_lots:
        note("max_lots", applicant.max_lots, len(site.lots), len(site.lots) - applicant.max_lots)
    if site.power_kw < applicant.power_kw:
        note("power", applicant.power_kw, site.power_kw, applicant.power_kw - site.power_kw)
    if site.water_hl_day < applicant.water_hl_day:
        note("water", applicant.water_hl_day, site.water_hl_day, applicant.water_hl_day - site.water_hl_day)
    if applicant.zones and not site.zones <= set(applicant.zones):
        note("zones", applicant.zones, tuple(sorted(site.zones - set(applicant.zones))))
    if applicant.beside_lots and not touches(instance, site.lots, frozenset(applicant.beside_lots)):
        note("beside", applicant.beside_lots, site.lots)
    if site.sectors is not None and applicant.sector not in site.sectors:
        note("sector", applicant.sector, tuple(sorted(site.sectors)))
    return tuple(found)


def nearest_changes(instance: Instance, applicant: Applicant, sites: Sequence[Site]) -> tuple[Fact, ...]:
    """For each need, the smallest change of it alone that would let one of the sites fit; else what all would take.

    The first fact of the latter is `several_needs`, with the site that fails the fewest needs.  Nothing when some site
    fits, or when there is no site at all.
    """
    nearest: dict[Need, tuple[int, Site, Shortfall]] = {}
    fewest: tuple[int, tuple[int, ...], Site, tuple[Shortfall, ...]] | None = None
    for site in sites:
        failing = shortfalls(instance, applicant, site)
        if not failing:
            return ()
        if len(failing) == 1:
            (only,) = failing
            best = nearest.get(only.need)
            if best is None or (only.distance, site.lots) < (best[0], best[1].lots):
                nearest[only.need] = (only.distance, site, only)
        key = (len(failing), tuple(each.distance for each in failing))
        if fewest is None or (*key, site.lots) < (*fewest[:2], fewest[2].lots):
            fewest = (*key, site, failing)
    if nearest:
        return tuple(_told("change", nearest[need][1], nearest[need][2]) for need in NEEDS if need in nearest)
    if fewest is None:
        return ()
    _, _, site, failing = fewest
    return (fact("several_needs", lots=site.lots), *(_told("lacks", site, each) for each in failing))


def _told(kind: Literal["change", "lacks"], site: Site, failing: Shortfall) -> Fact:
    """The shortfall as a fact: what is asked, and what it would have to be, or what the site has."""
    code, asked, has = f"{kind}_{failing.need}", failing.asked, failing.has
    values: dict[str, Value] = {"asked": asked, "has": has}
    if failing.need == "water":
        values = {"asked_hl_day": asked, "has_hl_day": has}
    elif failing.need == "sector":
        values = {"sector": asked, "sectors": has}
    return fact(code, lots=site.lots, **values)
