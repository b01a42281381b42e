"""Streets: how much of two lots of different blocks face each other, with nothing in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.geometry.plane import Coordinates, Polygons

STRAIGHT_M = 0.3
"""Outlines are straightened to this before their sides are taken, so that jagged digitising is one side."""
STEEPEST_DEGREES = 30.0
"""Sides that turn further than this from facing each other squarely do not face each other."""
MARGIN_M = 0.3
"""Sight is tested this far off both sides, so that noise at a side does not block it."""

Interval = tuple[float, float]


@dataclass(frozen=True)
class _Sides:
    """The sides of all outlines: n rows each; the inside of a lot is on the left of start -> end."""

    start: Coordinates
    end: Coordinates
    owner: NDArray[np.int64]


@dataclass(frozen=True)
class _Facings:
    """Pairs of sides that face each other: the lots, and the strip between the sides (n x 4 x 2, metres).

    Corners 0 and 1 of a strip lie on the first lot's side, 2 and 3 across the street, opposite 1 and 0.
    """

    one: NDArray[np.int64]
    two: NDArray[np.int64]
    strip: Coordinates


def street_lengths(
    polygons: Polygons, blocks: Sequence[Hashable | None], width_m: float
) -> dict[tuple[int, int], float]:
    """Metres over which each pair of polygons of different blocks face each other, by position, the smaller first.

    Two sides face each other when each is in front of the other, their directions differ by at most 30 degrees,
    and the distance between them, square to the street, is at most width_m.  Length is measured along the street,
    over the part where the sides overlap and no polygon of `polygons` stands between them.
    blocks: one for each polygon, None for a polygon that faces no street (it may still stand in between).
    """
    facings = _facing(_sides(polygons, blocks), blocks, width_m)
    lengths: dict[tuple[int, int], float] = defaultdict(float)
    for one, two, length in zip(facings.one.tolist(), facings.two.tolist(), _seen(facings, polygons), strict=True):
        lengths[min(one, two), max(one, two)] += length
    return dict(lengths)


def _sides(polygons: Polygons, blocks: Sequence[Hashable | None]) -> _Sides:
    concerned = np.flatnonzero([block is not None for block in blocks])
    plain = shapely.orient_polygons(shapely.simplify(polygons[concerned], STRAIGHT_M))
    parts, lot = shapely.get_parts(plain, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    along = np.flatnonzero(ring[:-1] == ring[1:])
    return _Sides(points[along], points[along + 1], concerned[lot[part[ring[along]]]])


def _facing(sides: _Sides, blocks: Sequence[Hashable | None], width_m: float) -> _Facings:
    lines = shapely.linestrings(np.stack((sides.start, sides.end), axis=1))
    first, second = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=width_m)
    number = {block: place for place, block in enumerate(dict.fromkeys(blocks))}
    block = np.array([number[each] for each in blocks], dtype=np.int64)
    one, two = sides.owner[first], sides.owner[second]
    keep = (one < two) & (block[one] != block[two])
    first, second, one, two = first[keep], second[keep], one[keep], two[keep]

    towards = sides.end[first] - sides.start[first]
    back = sides.end[second] - sides.start[second]
    square = _dot(_unit(towards), _unit(back)) <= -np.cos(np.radians(STEEPEST_DEGREES))
    first, second, one, two = first[square], second[square], one[square], two[square]

    along = _unit(_unit(towards[square]) - _unit(back[square]))
    across = np.column_stack((along[:, 1], -along[:, 0]))
    return _overlaps(sides, first, second, one, two, along, across, width_m)


def _overlaps(
    sides: _Sides,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    along: Coordinates,
    across: Coordinates,
    width_m: float,
) -> _Facings:
    """Where the sides overlap along the street and the second is in front of the first, at most width_m away."""
    near = (sides.start[first], sides.end[first])
    far = (sides.end[second], sides.start[second])
    low = np.maximum(_dot(near[0], along), _dot(far[0], along))
    high = np.minimum(_dot(near[1], along), _dot(far[1], along))
    here = [_at(near, along, across, position) for position in (low, high)]
    there = [_at(far, along, across, position) for position in (low, high)]
    from_low, from_high = there[0] - here[0], there[1] - here[1]
    # The distance changes evenly from one end to the other: keep the shares of the overlap where it is 0..width.
    begin, finish = _shares(from_low, from_high, width_m)
    good = (high > low) & (finish > begin)
    span = high - low
    low, high = low + span * begin, low + span * finish
    corners = [
        _point(_at(line, along, across, position), position, along, across)
        for line, position in ((near, low), (near, high), (far, high), (far, low))
    ]
    return _Facings(one[good], two[good], np.stack(corners, axis=1)[good])


def _shares(start: Coordinates, end: Coordinates, most: float) -> tuple[Coordinates, Coordinates]:
    """The part of 0..1 over which a line from start to end lies in 0..most (empty: not begin < finish)."""
    slope = end - start
    level = np.abs(slope) < 1e-9
    steep = np.where(level, 1.0, slope)
    at_zero, at_most = -start / steep, (most - start) / steep
    begin = np.where(level, 0.0, np.clip(np.minimum(at_zero, at_most), 0.0, 1.0))
    finish = np.where(level, 1.0, np.clip(np.maximum(at_zero, at_most), 0.0, 1.0))
    inside = (start >= 0) & (start <= most)
    return begin, np.where(level & ~inside, 0.0, finish)


def _seen(facings: _Facings, polygons: Polygons) -> list[float]:
    """Metres along the street of each facing that no polygon hides."""
    strip = facings.strip
    along = _unit(_unit(strip[:, 1] - strip[:, 0]) + _unit(strip[:, 2] - strip[:, 3]))
    across = np.column_stack((along[:, 1], -along[:, 0]))
    low, high = _dot(strip[:, 0], along), _dot(strip[:, 1], along)
    inner = strip.copy()
    inner[:, :2] += MARGIN_M * across[:, None]
    inner[:, 2:] -= MARGIN_M * across[:, None]
    open_way = (_dot(inner[:, 3] - inner[:, 0], across) > 0) & (_dot(inner[:, 2] - inner[:, 1], across) > 0)
    ways = shapely.polygons(inner)
    ways[~open_way] = shapely.Polygon()
    facing, polygon = shapely.STRtree(polygons).query(ways, predicate="intersects")
    between = shapely.intersection(ways[facing], polygons[polygon])
    hidden: dict[int, list[Interval]] = defaultdict(list)
    for place, piece in zip(facing.tolist(), between, strict=True):
        positions = shapely.get_coordinates(piece) @ along[place]
        hidden[place].append((float(positions.min()), float(positions.max())))
    spans = zip(low.tolist(), high.tolist(), strict=True)
    return [span[1] - span[0] - _covered(hidden.get(place, []), span) for place, span in enumerate(spans)]


def _covered(intervals: list[Interval], span: Interval) -> float:
    """How much of a span a union of intervals covers."""
    total, reached = 0.0, span[0]
    for low, high in sorted(intervals):
        upto = min(high, span[1])
        if upto > reached:
            total += upto - max(low, reached)
            reached = upto
    return total


def _at(
    line: tuple[Coordinates, Coordinates], along: Coordinates, across: Coordinates, position: Coordinates
) -> Coordinates:
    """How far across a line is at a position along."""
    begin, end = _dot(line[0], along), _dot(line[1], along)
    share = (position - begin) / (end - begin)
    return _dot(line[0], across) + share * (_dot(line[1], across) - _dot(line[0], across))


def _point(over: Coordinates, position: Coordinates, along: Coordinates, across: Coordinates) -> Coordinates:
    return over[:, None] * across + position[:, None] * along


def _dot(one: Coordinates, two: Coordinates) -> Coordinates:
    product: Coordinates = np.einsum("ij,ij->i", one, two)
    return product


def _unit(vectors: Coordinates) -> Coordinates:
    scaled: Coordinates = vectors / np.hypot(vectors[:, :1], vectors[:, 1:])
    return scaled
