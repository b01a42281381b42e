"""Borders: lengths of the boundaries that lots share, measured on a cleaned coverage."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from instances.geometry.plane import Coordinates, Polygons

TOLERANCE_M = 0.3
"""Corners nearer than this are one corner, and gaps narrower than this are none: digitising noise."""
SNAPPING_M = 0.2
"""How far the cleaning may still move a line once the corners agree; less than the tolerance, so that the
narrow end of a true lot is not taken for a gap."""


def border_lengths(polygons: Polygons) -> dict[tuple[int, int], float]:
    """Metres of boundary shared by each pair of polygons, by position, the smaller first; touching points count 0.

    polygons: valid, in metres.  The result depends on the order only through the positions.
    """
    clean = cleaned(polygons)
    one, two = shapely.STRtree(clean).query(clean, predicate="intersects")
    keep = one < two
    one, two = one[keep], two[keep]
    edges = shapely.boundary(clean)
    shared = shapely.length(shapely.intersection(edges[one], edges[two]))
    found = zip(one.tolist(), two.tolist(), shared.tolist(), strict=True)
    return {(i, j): length for i, j, length in found if length > 0}


def cleaned(polygons: Polygons) -> Polygons:
    """The polygons as a coverage: shared edges identical, no overlap, no gap narrower than the tolerance.

    Polygons that have no other one within the tolerance come back as they are: there is nothing to clean, and
    shapely.coverage_clean loses some of them.
    """
    tree = shapely.STRtree(polygons)
    one, two = tree.query(polygons, predicate="dwithin", distance=TOLERANCE_M)
    social = np.unique(one[one != two])
    result = polygons.copy()
    if not len(social):
        return result
    agreed = _corners_agreed(polygons[social])
    broken = ~shapely.is_valid(agreed)
    agreed[broken] = polygons[social][broken]
    clean = shapely.coverage_clean(agreed, snapping_distance=SNAPPING_M, gap_width=TOLERANCE_M)
    lost = shapely.is_empty(clean)
    clean[lost] = agreed[lost]
    result[social] = clean
    return result


def _corners_agreed(polygons: Polygons) -> Polygons:
    """Corners of different polygons within the tolerance meet in the mean of them.

    The mean halves the noise of a corner drawn twice, which snapping to either drawing would keep.  A chain of
    corners longer than the tolerance (a densely drawn curve) is left to the cleaning.
    """
    points, owner = shapely.get_coordinates(polygons, return_index=True)
    corners, place = np.unique(np.column_stack((owner, points)), axis=0, return_inverse=True)
    drawn = shapely.points(corners[:, 1:])
    one, two = shapely.STRtree(drawn).query(drawn, predicate="dwithin", distance=TOLERANCE_M)
    apart = (one < two) & (corners[one, 0] != corners[two, 0])
    group = _groups(len(corners), one[apart], two[apart])
    agreed = _means(corners[:, 1:], group)
    return np.asarray(shapely.set_coordinates(polygons.copy(), agreed[place.reshape(-1)]), dtype=object)


def _means(points: Coordinates, group: NDArray[np.int64]) -> Coordinates:
    count = np.bincount(group, minlength=len(points))
    sums = np.column_stack([np.bincount(group, weights=axis, minlength=len(points)) for axis in points.T])
    low, high = np.full(points.shape, np.inf), np.full(points.shape, -np.inf)
    np.minimum.at(low, group, points)
    np.maximum.at(high, group, points)
    compact = (count > 1) & (np.max(high - low, axis=1, initial=-np.inf, where=count[:, None] > 1) <= TOLERANCE_M)
    means = sums / np.maximum(count, 1)[:, None]
    return np.where(compact[group][:, None], means[group], points)


def _groups(size: int, one: NDArray[np.int64], two: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each item, the least item that links lead to."""
    label = np.arange(size)
    while True:
        least = label.copy()
        np.minimum.at(least, one, label[two])
        np.minimum.at(least, two, label[one])
        if (least == label).all():
            return label
        label = least[least]
