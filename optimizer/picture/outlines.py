"""Outlines of lots as shapes in metres, with their middles and boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import cos, radians
from typing import TYPE_CHECKING

from instances.zone import Lot

if TYPE_CHECKING:
    from matplotlib.path import Path

METRES_PER_DEGREE = 111_320

Point = tuple[float, float]
Shape = tuple[Sequence[Sequence[Point]], ...]
"""Polygons, each an outer ring followed by its holes; points in metres."""
Box = tuple[float, float, float, float]


def projected(lots: list[Lot]) -> dict[str, Shape]:
    """Outlines in metres about the middle of the zone: exact enough for a picture a few kilometres wide."""
    ends = [point for lot in lots for rings in lot.outline for point in rings[0]]
    west, south = min(x for x, _ in ends), min(y for _, y in ends)
    middle = (south + max(y for _, y in ends)) / 2e7
    down = METRES_PER_DEGREE / 1e7
    across = down * cos(radians(middle))
    return {
        lot.lot_id: tuple(
            [[((x - west) * across, (y - south) * down) for x, y in ring] for ring in rings] for rings in lot.outline
        )
        for lot in lots
    }


def box(shapes: Iterable[Shape]) -> Box:
    """Least x, least y, largest x, largest y of the shapes, in metres."""
    ends = [point for shape in shapes for rings in shape for point in rings[0]]
    return min(x for x, _ in ends), min(y for _, y in ends), max(x for x, _ in ends), max(y for _, y in ends)


def path(shape: Shape) -> Path:
    """The shape as one drawable path; holes stay holes."""
    from matplotlib.path import Path

    return Path.make_compound_path(*(Path([*ring, ring[0]], closed=True) for rings in shape for ring in rings))


def middle(shape: Shape) -> tuple[tuple[float, float], float]:
    """Centroid of the largest outer ring in metres, and the side of a square as wide as the ring is narrow."""
    largest = max((rings[0] for rings in shape), key=lambda ring: abs(_doubled_area(ring)))
    doubled = _doubled_area(largest)
    following = [*largest[1:], largest[0]]
    x = sum((a + c) * (a * d - c * b) for (a, b), (c, d) in zip(largest, following, strict=True)) / (3 * doubled)
    y = sum((b + d) * (a * d - c * b) for (a, b), (c, d) in zip(largest, following, strict=True)) / (3 * doubled)
    longest = max((((a - c) ** 2 + (b - d) ** 2) ** 0.5) for (a, b), (c, d) in zip(largest, following, strict=True))
    return (x, y), min(abs(doubled) / 2 / max(longest, 0.1), longest)


def tie(shape: Shape, start: Point, end: Point) -> tuple[Point, Point]:
    """A short piece of the line from start, in the shape, to end, about the place where it leaves the shape."""
    (x, y), (u, v) = start, end
    leaves = max((_meets(start, end, edge) for rings in shape for edge in _edges(rings[0])), default=0.0) or 0.5
    half = min(0.18, leaves * 0.6, (1 - leaves) * 0.6)
    before, after = leaves - half, leaves + half
    return (x + (u - x) * before, y + (v - y) * before), (x + (u - x) * after, y + (v - y) * after)


def _meets(start: Point, end: Point, edge: tuple[Point, Point]) -> float:
    """How far along the line from start to end, from 0 to 1, the edge crosses it; 0 when it does not."""
    (x, y), (u, v), ((a, b), (c, d)) = start, end, edge
    across = (u - x) * (d - b) - (v - y) * (c - a)
    if not across:
        return 0.0
    along = ((a - x) * (d - b) - (b - y) * (c - a)) / across
    beside = ((a - x) * (v - y) - (b - y) * (u - x)) / across
    return along if 0 <= along <= 1 and 0 <= beside <= 1 else 0.0


def _edges(ring: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _doubled_area(ring: Sequence[tuple[float, float]]) -> float:
    return sum(a * d - c * b for (a, b), (c, d) in zip(ring, [*ring[1:], ring[0]], strict=True))
