"""GeoJSON geometry made into outlines of whole 1e-7 degrees, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from instances.faults import Fault, Place, fault
from instances.zone import Outline, Ring

UNIT = 10**7
POLYGONS = ("Polygon", "MultiPolygon")
MOST_CORNERS = 1000
"""Of one lot; what is measured on an outline takes time with the square of its corners and more."""
MOROCCO = ((-173, -9), (207, 360))
"""Longitudes and latitudes of Morocco in tenths of a degree."""


class Misdrawn(ValueError):
    """A geometry that is not a polygon in degrees; `code` is of the catalogue."""

    def __init__(self, code: str, found: object, **values: object) -> None:
        super().__init__(code)
        self.code, self.found, self.values = code, found, values

    def fault(self, where: Place) -> Fault:
        """The fault at a place."""
        return fault(self.code, where, self.found, **self.values)


def outline_of(geometry: object) -> Outline:
    """The outline of a GeoJSON Polygon or MultiPolygon, heights dropped; () for null or an empty geometry.

    Raises Misdrawn: wrong_geometry, bad_coordinates, ring_too_short, ring_not_closed, projected_coordinates,
    coordinates_swapped, too_many_corners.
    """
    if geometry is None:
        return ()
    if not isinstance(geometry, Mapping) or geometry.get("type") not in POLYGONS:
        kind = geometry.get("type") if isinstance(geometry, Mapping) else geometry
        raise Misdrawn("wrong_geometry", kind)
    polygons = geometry.get("coordinates")
    if geometry["type"] == "Polygon":
        polygons = [polygons] if polygons else []
    corners = sum(len(_list(ring)) for polygon in _list(polygons) for ring in _list(polygon))
    if corners > MOST_CORNERS:
        raise Misdrawn("too_many_corners", corners, most=MOST_CORNERS)
    return tuple(tuple(_ring(ring) for ring in _list(polygon)) for polygon in _list(polygons) if polygon)


def geometry_of(outline: Outline) -> dict[str, Any] | None:
    """The GeoJSON geometry of an outline, rings closed; None for an empty one."""
    if not outline:
        return None
    polygons = [[_closed(ring) for ring in rings] for rings in outline]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def looks_swapped(outline: Outline) -> bool:
    """The outline begins outside Morocco, and inside it when longitude and latitude trade places."""
    x, y = outline[0][0][0]
    return not _in_morocco(x, y) and _in_morocco(y, x)


def swapped(outline: Outline) -> Outline:
    """The outline with longitude and latitude exchanged."""
    return tuple(tuple(tuple((y, x) for x, y in ring) for ring in rings) for rings in outline)


def _in_morocco(x: int, y: int) -> bool:
    (west, east), (south, north) = MOROCCO
    return west * UNIT <= 10 * x <= east * UNIT and south * UNIT <= 10 * y <= north * UNIT


def _ring(positions: object) -> Ring:
    points = [_point(position) for position in _list(positions)]
    if len(points) < 4:
        raise Misdrawn("ring_too_short", len(points))
    if points[0] != points[-1]:
        raise Misdrawn("ring_not_closed", _degrees(points[-1]), first=_degrees(points[0]))
    ring = [point for point, before in zip(points[1:], points, strict=False) if point != before]
    if len(ring) < 3:
        raise Misdrawn("ring_too_short", len(ring) + 1)
    return tuple(ring)


def _point(position: object) -> tuple[int, int]:
    if not isinstance(position, (list, tuple)) or not 2 <= len(position) <= 4:
        raise Misdrawn("bad_coordinates", position)
    x, y = (_fine(number, position) for number in position[:2])
    if abs(y) > 90 * UNIT and abs(x) <= 90 * UNIT and abs(y) <= 180 * UNIT:
        raise Misdrawn("coordinates_swapped", _degrees((x, y)))
    if abs(x) > 180 * UNIT or abs(y) > 90 * UNIT:
        raise Misdrawn("projected_coordinates", _degrees((x, y)))
    return x, y


def _fine(number: object, position: Sequence[Any]) -> int:
    if isinstance(number, bool) or not isinstance(number, (int, float, Decimal)):
        raise Misdrawn("bad_coordinates", position)
    if not -(10**12) < number < 10**12:
        raise Misdrawn("bad_coordinates" if number != number else "projected_coordinates", number)
    return round(float(number) * UNIT)


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise Misdrawn("bad_coordinates", value)
    return value


def _degrees(point: tuple[int, int]) -> str:
    return f"{point[0] / UNIT:.7f}, {point[1] / UNIT:.7f}"


def _closed(ring: Ring) -> list[list[float]]:
    return [[x / UNIT, y / UNIT] for x, y in (*ring, ring[0])]
