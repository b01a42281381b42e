"""The map of a zone as shapes for SVG: whole decimetres, north up, several zones beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import NamedTuple

from instances.instance import Instance
from instances.zone import Lot
from optimizer.picture.outlines import Shape as Outline
from optimizer.picture.outlines import box, middle, projected

MARGIN = 60
"""Decimetres around a zone."""
FOOT = 160
"""Room for the scale bar under the zones."""
UNDRAWN_SIDE, UNDRAWN_STEP = 300, 340
"""A lot without outline is a square of 30 m in a grid: its place means nothing, but it can be looked at."""
FAR = 31_000
"""Decimetres: on a map wider than this letters would be two pixels high, until it is zoomed (`FAR` in map.js)."""
SCALES_M = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


class LotShape(NamedTuple):
    """One lot: its path, its middle and the side of the square that has room there, in decimetres."""

    lot_id: str
    path: str
    x: int
    y: int
    room: int


@dataclass(frozen=True, slots=True)
class ZoneMap:
    """All lots of an instance, in order of their ids.  captions: zone id and the place for its name."""

    width: int
    height: int
    shapes: tuple[LotShape, ...]
    captions: tuple[tuple[str, int, int], ...]

    @property
    def is_far(self) -> bool:
        """Whether no letter could be read on the whole map: then browsers need not lay out thousands of them."""
        return self.width > FAR

    @property
    def scale_m(self) -> int:
        """The length of the scale bar in metres: about an eighth of the width."""
        return next((each for each in SCALES_M if each * 80 >= self.width), SCALES_M[-1])


def zone_map(instance: Instance) -> ZoneMap:
    """The map of an instance; zones lie in a grid, each in its own scale-true frame."""
    zones: dict[str, list[Lot]] = {}
    for lot in instance.lots:
        zones.setdefault(lot.zone, []).append(lot)
    panels = {zone: _panel(lots) for zone, lots in sorted(zones.items())}
    columns = ceil(sqrt(len(panels)))
    wide = max(width for _, width, _ in panels.values())
    shapes: dict[str, LotShape] = {}
    captions = []
    top = row_height = 0
    for at, (zone, (placed, _, height)) in enumerate(panels.items()):
        if at and at % columns == 0:
            top, row_height = top + row_height, 0
        left = at % columns * wide
        row_height = max(row_height, height)
        captions.append((zone, left + MARGIN, top + MARGIN))
        shapes |= {lot_id: _moved(placed_shape, lot_id, left, top) for lot_id, placed_shape in placed.items()}
    ordered = tuple(shapes[lot.lot_id] for lot in instance.lots)
    return ZoneMap(columns * wide, top + row_height + FOOT, ordered, tuple(captions) if len(panels) > 1 else ())


Rings = list[list[tuple[int, int]]]
Placed = tuple[Rings, int, int, int]
"""Rings, middle and room of a lot, in decimetres from the corner of its panel."""


def _panel(lots: Sequence[Lot]) -> tuple[dict[str, Placed], int, int]:
    """The lots of one zone with the panel's width and height."""
    drawn = [lot for lot in lots if lot.outline]
    placed: dict[str, Placed] = {}
    width = height = 2 * MARGIN
    if drawn:
        outlines = projected(drawn)
        west, south, east, north = box(outlines.values())
        width, height = ceil((east - west) * 10) + 2 * MARGIN, ceil((north - south) * 10) + 2 * MARGIN
        placed = {lot_id: _placed(outline, west, north) for lot_id, outline in outlines.items()}
    undrawn = [lot for lot in lots if not lot.outline]
    columns = max(ceil(sqrt(2 * len(undrawn))), (width - 2 * MARGIN) // UNDRAWN_STEP)
    for at, lot in enumerate(undrawn):
        x, y = MARGIN + at % columns * UNDRAWN_STEP, height - MARGIN + at // columns * UNDRAWN_STEP
        u, v = x + UNDRAWN_SIDE, y + UNDRAWN_SIDE
        half = UNDRAWN_SIDE // 2
        placed[lot.lot_id] = ([[(x, y), (u, y), (u, v), (x, v)]], x + half, y + half, UNDRAWN_SIDE)
    if undrawn:
        width = max(width, columns * UNDRAWN_STEP + 2 * MARGIN)
        height += ceil(len(undrawn) / columns) * UNDRAWN_STEP
    return placed, width, height


def _placed(outline: Outline, west: float, north: float) -> Placed:
    rings = [[_decimetres(point, west, north) for point in ring] for rings in outline for ring in rings]
    try:
        centre, room = middle(outline)
    except ZeroDivisionError:
        # An outline without area, which is a warning of the input.
        centre, room = outline[0][0][0], 1.0
    x, y = _decimetres(centre, west, north)
    return rings, x, y, max(round(room * 10), 1)


def _decimetres(point: tuple[float, float], west: float, north: float) -> tuple[int, int]:
    return round((point[0] - west) * 10) + MARGIN, round((north - point[1]) * 10) + MARGIN


def _moved(placed: Placed, lot_id: str, left: int, top: int) -> LotShape:
    rings, x, y, room = placed
    return LotShape(lot_id, "".join(_path(ring, left, top) for ring in rings), x + left, y + top, room)


def _path(ring: Sequence[tuple[int, int]], left: int, top: int) -> str:
    """The ring as a path of whole steps, which is short."""
    (x, y), *rest = ring
    steps = [f"M{x + left} {y + top}l"]
    for u, v in rest:
        steps.append(f"{u - x} {v - y} ")
        x, y = u, v
    return "".join(steps).rstrip() + "z"
