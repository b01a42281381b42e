"""Lots of synthetic zones: site plans placed on the map, with supplies and prices."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, radians, sqrt

from instances.generate.draws import Draws
from instances.generate.plans import Corners, Plot, plot_plan, street_plan
from instances.zone import Lot, Outline

WEST, SOUTH = -39_360_000, 351_720_000
"""South-west corner of the first zone in 1e-7 degrees: the plain of Ait Kamra."""
COSINE, SINE, ONE = 970_296, 241_922, 10**6
"""The streets run 14 degrees off the parallels."""
ZONES_IN_A_ROW = 10
APART_DM = 10_000
AXIS_M, FLATTENING = 6_378_137.0, 1 / 298.257223563
"""The ellipsoid of WGS 84."""


def draw_lots(draws: Draws, count: int, zones: int, family: str) -> Iterator[Lot]:
    """`count` lots in zones Z1, Z2 ... that lie at least a kilometre apart; ids L001 ..., or Z1-L001 ... ."""
    plan = plot_plan if family == "plots" else street_plan
    sizes = [count // zones + (index < count % zones) for index in range(zones)]
    plans = [plan(draws, size) for size in sizes]
    pitch = max(max(x + y for plot in plots for x, y in plot.corners) for plots in plans) + APART_DM
    digits = max(3, len(str(max(sizes))))
    for index, plots in enumerate(plans):
        row, column = divmod(index, ZONES_IN_A_ROW)
        zone = f"Z{index + 1}"
        prefix = f"{zone}-" if zones > 1 else ""
        price = draws.between(10, 30) * 10 if index else 300
        for number, plot in enumerate(plots, start=1):
            outline = _outline(plot.corners, column * pitch, row * pitch)
            yield _lot(draws, f"{prefix}L{number:0{digits}d}", zone, prefix, plot, outline, price, family)


def _lot(
    draws: Draws, lot_id: str, zone: str, prefix: str, plot: Plot, outline: Outline, price: int, family: str
) -> Lot:
    area = plot.area_m2
    sub_zone = plot.sub_zone
    # Supplies are assumed: 120 to 280 kW for 1,000 m2, and 30 to 80 m3 a day for a hectare.
    return Lot(
        lot_id,
        area,
        power_kw=10 * max(1, area * draws.between(120, 280) // 10_000),
        water_hl_day=max(1, area * draws.between(30, 80) // 1_000),
        zone=zone,
        block=prefix + plot.block if plot.block else "",
        subzone=sub_zone.name if sub_zone else "",
        sectors=sub_zone.sectors if sub_zone and family == "zoned" else (),
        price_mad_m2=price,
        outline=outline,
    )


def _outline(corners: Corners, east_dm: int, north_dm: int) -> Outline:
    """Corners turned by 14 degrees and laid on the ellipsoid at the latitude of the zone's corner."""
    longitude, latitude = _per_kilometre(SOUTH + north_dm * _per_kilometre(SOUTH)[1] // 10_000)
    ring = []
    for x, y in corners:
        east = east_dm * ONE + x * COSINE - y * SINE
        north = north_dm * ONE + x * SINE + y * COSINE
        ring.append((WEST + _scaled(east, longitude), SOUTH + _scaled(north, latitude)))
    return ((tuple(ring),),)


def _scaled(millionths_of_dm: int, per_kilometre: int) -> int:
    whole = ONE * 10_000
    return (2 * millionths_of_dm * per_kilometre + whole) // (2 * whole)


def _per_kilometre(latitude: int) -> tuple[int, int]:
    """Units of 1e-7 degrees in a kilometre eastwards and northwards; rounded, so that no machine differs."""
    angle = radians(latitude / 10**7)
    eccentric = FLATTENING * (2 - FLATTENING)
    narrow = 1 - eccentric * (1 - cos(angle) ** 2)
    east_m = AXIS_M / sqrt(narrow) * cos(angle) * pi / 180
    north_m = AXIS_M * (1 - eccentric) / narrow**1.5 * pi / 180
    return round(10**10 / east_m), round(10**10 / north_m)
