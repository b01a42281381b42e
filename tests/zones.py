"""Small instances written by hand: a row of lots, each bordering the next for 20 metres."""

from itertools import pairwise
from typing import Any

from instances.applicant import Applicant
from instances.instance import Instance
from instances.policy import Policy, Sector
from instances.zone import Lot, Neighbours

BREAD = Sector("bread", sensitive_to=("dust",))
STONE = Sector("stone", emits=("dust",))
WOOD = Sector("wood")


def lot(lot_id: str, area_m2: int = 100, **more: Any) -> Lot:
    return Lot(lot_id, area_m2, **{"power_kw": 10, "water_hl_day": 10, **more})


def asks(applicant_id: str, sector: str = "bread", **more: Any) -> Applicant:
    """An applicant whom any single lot fits and who brings one direct job, unless said otherwise."""
    return Applicant(applicant_id, sector, **{"area_min_m2": 0, "area_max_m2": 1000, "jobs_direct": 1, **more})


def row_of(
    lots: int | tuple[Lot, ...], *applicants: Applicant, kind: str = "border", length_dm: int = 200, **policy: Any
) -> Instance:
    """Lots L1, L2, ... in a row, or these lots; the policy of three sectors in which stone disturbs bread."""
    parcels = tuple(lot(f"L{number + 1}") for number in range(lots)) if isinstance(lots, int) else lots
    pairs = tuple(
        Neighbours(one.lot_id, two.lot_id, length_dm, kind)  # type: ignore[arg-type]
        for one, two in pairwise(parcels)
    )
    settings = {"sectors": (BREAD, STONE, WOOD), **policy}
    return Instance(parcels, pairs, applicants, Policy("row", **settings))
