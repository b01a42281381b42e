"""Site plans of a zone in whole decimetres: streets of back-to-back lots, or irregular plots."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

from instances.generate.draws import Draws

Corners = tuple[tuple[int, int], ...]
"""Corners east and north of the zone's south-west corner, in whole decimetres, counter-clockwise."""

COLUMN_GAP_DM = 200
STREETS_DM = (120, 150, 200)
BLOCK_SIZES = (8, 10, 12, 14)
NARROWEST_DM, WIDEST_DM = 90, 900


@dataclass(frozen=True, slots=True)
class SubZone:
    """A part of a zone: its share of the lots, its usual frontage and depths, the sectors that it admits."""

    name: str
    code: str
    share_percent: int
    front_dm: int
    depths_dm: tuple[int, ...]
    sectors: tuple[str, ...]


SUB_ZONES = (
    SubZone("agrofood", "AG", 40, 280, (250, 300, 400), ("pulses", "fish", "aquaculture", "bakery", "logistics")),
    SubZone(
        "artisan",
        "AR",
        26,
        200,
        (300, 400),
        ("marble", "building_materials", "carpentry", "engraving", "crafts"),
    ),
    SubZone(
        "commerce", "CO", 14, 170, (300, 350, 400), ("commerce", "building_materials", "crafts", "carpentry", "bakery")
    ),
    SubZone("logistics", "LO", 8, 450, (440, 500), ("logistics", "fish", "building_materials", "bakery")),
    SubZone("offices", "OF", 12, 150, (240, 280), ("it_services", "commerce", "crafts", "engraving")),
)
"""The five sub-zones of the master plan of Ait Kamra; shares, sizes and admitted sectors are assumed."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A lot on a site plan."""

    corners: Corners
    block: str = ""
    sub_zone: SubZone | None = None

    @property
    def area_m2(self) -> int:
        """Whole square metres enclosed by the corners."""
        pairs = zip(self.corners, self.corners[1:] + self.corners[:1], strict=True)
        return (sum(x * v - u * y for (x, y), (u, v) in pairs) + 100) // 200


def street_plan(draws: Draws, count: int) -> list[Plot]:
    """`count` lots: each sub-zone in columns of blocks, each block two rows back to back between two streets."""
    plots: list[Plot] = []
    tallest = max(6, isqrt(count // 5))
    east = 0
    for sub_zone, wanted in zip(SUB_ZONES, _shares(count), strict=True):
        number = 0
        while wanted:
            north = reach = 0
            for _ in range(tallest):
                size = min(wanted, draws.one_of(BLOCK_SIZES))
                if not size:
                    break
                number += 1
                block = _block(draws, sub_zone, f"{sub_zone.code}{number:02d}", size, (east, north))
                plots += block
                reach = max(reach, *(x for plot in block for x, _ in plot.corners))
                north = max(y for plot in block for _, y in plot.corners) + draws.one_of(STREETS_DM)
                wanted -= size
            east = reach + COLUMN_GAP_DM
    return plots


def _shares(count: int) -> list[int]:
    """The lots of each sub-zone; what rounding leaves goes to the first ones."""
    shares = [count * each.share_percent // 100 for each in SUB_ZONES]
    for index in range(count - sum(shares)):
        shares[index] += 1
    return shares


def _block(draws: Draws, sub_zone: SubZone, name: str, size: int, corner: tuple[int, int]) -> list[Plot]:
    depth = draws.one_of(sub_zone.depths_dm)
    plots = []
    for row, count in enumerate(((size + 1) // 2, size // 2)):
        east, south = corner[0], corner[1] + row * depth
        for _ in range(count):
            width = min(max(draws.spread(sub_zone.front_dm), NARROWEST_DM), WIDEST_DM)
            corners = ((east, south), (east + width, south), (east + width, south + depth), (east, south + depth))
            plots.append(Plot(corners, name, sub_zone))
            east += width
    return plots


def plot_plan(draws: Draws, count: int) -> list[Plot]:
    """`count` irregular plots: patches of crooked quadrilaterals that share their corners, with lanes in between."""
    plots: list[Plot] = []
    per_row = max(3, isqrt(count // 12))
    east = north = reach = patches = 0
    while count:
        rows, columns = draws.between(2, 4), draws.between(3, 7)
        patch = _patch(draws, rows, columns, (east, north))[:count]
        plots += patch
        count -= len(patch)
        patches += 1
        reach = max(reach, *(y for plot in patch for _, y in plot.corners))
        east = max(x for plot in patch for x, _ in plot.corners) + draws.one_of(STREETS_DM)
        if patches % per_row == 0:
            east, north = 0, reach + draws.one_of(STREETS_DM)
    return plots


def _patch(draws: Draws, rows: int, columns: int, corner: tuple[int, int]) -> list[Plot]:
    xs, ys = [corner[0] + 60], [corner[1] + 60]
    for _ in range(columns):
        xs.append(xs[-1] + min(max(draws.spread(220), 150), 600))
    for _ in range(rows):
        ys.append(ys[-1] + draws.between(180, 420))
    # Corners move by at most 6 m where sides are at least 15 m long: no side can cross another.
    knots = {
        (i, j): (x + draws.between(-60, 60), y + draws.between(-60, 60))
        for i, x in enumerate(xs)
        for j, y in enumerate(ys)
    }
    return [
        Plot((knots[i, j], knots[i + 1, j], knots[i + 1, j + 1], knots[i, j + 1]))
        for j in range(rows)
        for i in range(columns)
    ]
