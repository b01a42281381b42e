"""From longitude and latitude to a metric plane, offline, and never by a ballpark transformation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pyproj
import pyproj.network
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError, ProjError

from instances.faults import InstanceError, Place, fault
from instances.zone import Outline

WGS84 = "EPSG:4326"
PER_DEGREE = 10**7
"""Whole units of an outline in one degree."""

MOROCCO = (
    ("EPSG:26191", (-9.9, 31.5, -0.9, 36.0)),
    ("EPSG:26192", (-13.3, 27.6, -3.4, 31.5)),
)
"""Merchich / Nord Maroc and Sud Maroc, each with the west, south, east and north of its area of use in degrees."""

Polygons = NDArray[np.object_]
Coordinates = NDArray[np.float64]


def metric_crs(longitude: float, latitude: float) -> str:
    """The metric system for a place: the national Lambert systems in Morocco, elsewhere the UTM zone on WGS 84."""
    for code, (west, south, east, north) in MOROCCO:
        if west <= longitude <= east and south <= latitude <= north:
            return code
    zone = min(int((longitude + 180) // 6) + 1, 60)
    return f"EPSG:{326 if latitude >= 0 else 327}{zone:02d}"


@cache
def transformer(source: str, target: str) -> pyproj.Transformer:
    """A transformation between two systems, x before y, without network.

    EPSG:26191 to WGS 84 is a shift of three parameters, good to 7 m in the absolute and to 1 mm there and back.
    Raises InstanceError: "crs_unknown", or "crs_inexact" when only a ballpark transformation is at hand.
    """
    pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    try:
        made = pyproj.Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)
        made.transform(0.0, 0.0)
    except CRSError as error:
        raise InstanceError([fault("crs_unknown", Place(), f"{source} → {target}")]) from error
    except ProjError as error:
        raise InstanceError([fault("crs_inexact", Place(), f"{source} → {target}")]) from error
    return made


def drawn(outlines: Sequence[Outline]) -> Polygons:
    """The outlines in degrees as multipolygons, in the order given; an outline without points is an empty one."""
    made = [
        shapely.multipolygons([_polygon(rings) for rings in outline]) if outline else shapely.MultiPolygon()
        for outline in outlines
    ]
    return np.array(made, dtype=object)


def flat(outlines: Sequence[Outline]) -> Polygons:
    """The outlines in metres, all in one plane: the system of the middle of their extent.

    Lengths are within 0.1 % over a country; outlines further than some 4 degrees from the middle are stretched.
    """
    polygons = drawn(outlines)
    if not len(polygons) or shapely.is_empty(polygons).all():
        return polygons
    west, south, east, north = shapely.total_bounds(polygons)
    onto = transformer(WGS84, metric_crs((west + east) / 2, (south + north) / 2))
    return np.asarray(shapely.transform(polygons, lambda points: moved(onto, points)), dtype=object)


def moved(onto: pyproj.Transformer, points: Coordinates) -> Coordinates:
    """Points through a transformation."""
    return np.column_stack(onto.transform(points[:, 0], points[:, 1]))


def mended(polygons: Polygons) -> Polygons:
    """The same polygons, self-crossings resolved, so that they can be measured; faults are reported elsewhere."""
    wrong = ~shapely.is_valid(polygons)
    if wrong.any():
        polygons = polygons.copy()
        polygons[wrong] = [_polygonal(shape) for shape in shapely.make_valid(polygons[wrong])]
    return polygons


def _polygonal(shape: Any) -> Any:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.MultiPolygon()


def _polygon(rings: tuple[tuple[tuple[int, int], ...], ...]) -> Any:
    shell, *holes = ([(x / PER_DEGREE, y / PER_DEGREE) for x, y in _at_least_three(ring)] for ring in rings)
    return shapely.Polygon(shell, holes)


def _at_least_three(ring: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    # A ring of one or two points cannot be built; repeating a point gives it no area, which is the truth.
    return ring if len(ring) >= 3 else (ring * 3)[:3]
