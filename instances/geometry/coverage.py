"""What is wrong with a drawing: crossed outlines, overlaps, gaps between lots, lots too thin to be lots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from instances.faults import Fault, Place, fault
from instances.geometry.borders import TOLERANCE_M
from instances.geometry.plane import Polygons, drawn, flat, mended
from instances.zone import Lot

GAP_M = 1.0
"""Empty ground narrower than this between lots is reported: nobody leaves a passage of half a metre."""
THIN_M = 1.0
"""A lot that is nowhere as wide as this is reported."""
LEAST_M2 = 1
"""Gaps and overlaps that round to less than a square metre are not reported."""
LEAST_BORDER_M = 1.0
"""Lots with less boundary than this in common do not border each other."""
TOUCH_M = 0.02
"""Two positions nearer than this are one: outlines are whole centimetres."""


def coverage_faults(lots: Sequence[Lot]) -> list[Fault]:
    """Everything wrong with the outlines of a zone, each with the ids of the lots and its size in whole units.

    Errors: "outline_invalid" (crosses or touches itself), "outline_without_area", "lots_overlap" (more than 1 m2
    and somewhere wider than 0.3 m).  Warnings: "lots_overlap_thin" (1 m2 or more, nowhere wider than 0.3 m),
    "lot_inside_lot" (no border in common: an enclave whose hole was not drawn), "lots_gap"
    (empty ground of 1 m2 or more, 1 dm to 1 m wide), "lot_too_thin" (nowhere 1 m wide).
    Lots without an outline are passed over.  Sorted by lot; does not depend on the order of the lots.
    """
    outlined = sorted((lot for lot in lots if lot.outline), key=lambda lot: lot.lot_id)
    if not outlined:
        return []
    outlines = [lot.outline for lot in outlined]
    ids = [lot.lot_id for lot in outlined]
    found = list(_outline_faults(drawn(outlines), ids))
    polygons = mended(flat(outlines))
    found += [*_thin_faults(polygons, ids), *_overlap_faults(polygons, ids), *_gap_faults(polygons, ids)]
    return sorted(found, key=lambda each: (each.where.key, each.is_warning, each.code, each.values))


def _outline_faults(polygons: Polygons, ids: Sequence[str]) -> Iterator[Fault]:
    for index in np.flatnonzero(~shapely.is_valid(polygons)).tolist():
        reason = str(shapely.is_valid_reason(polygons[index]))
        where = re.search(r"\[(\S+) (\S+)\]", reason)
        longitude, latitude = (f"{float(number):.7f}" for number in where.groups()) if where else ("", "")
        yield fault("outline_invalid", _at(ids[index]), reason, longitude=longitude, latitude=latitude)


def _thin_faults(polygons: Polygons, ids: Sequence[str]) -> Iterator[Fault]:
    """Lots without ground, and lots that vanish when half the least width is cut off all around."""
    bare = shapely.area(polygons) < LEAST_M2 / 2
    for index in np.flatnonzero(bare).tolist():
        yield fault("outline_without_area", _at(ids[index]))
    for index in np.flatnonzero(shapely.is_empty(shapely.buffer(polygons, -THIN_M / 2)) & ~bare).tolist():
        yield fault("lot_too_thin", _at(ids[index]), _width_dm(polygons[index]), area_m2=_whole_m2(polygons[index]))


def _overlap_faults(polygons: Polygons, ids: Sequence[str]) -> Iterator[Fault]:
    one, two = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    pair = one < two
    one, two = one[pair], two[pair]
    shared = shapely.intersection(polygons[one], polygons[two])
    wide = ~shapely.is_empty(shapely.buffer(shared, -TOLERANCE_M / 2))
    for index in np.flatnonzero(shapely.area(shared) > LEAST_M2 / 2).tolist():
        shape, first, second = shared[index], one[index], two[index]
        size = _whole_m2(shape)
        inner = next(
            (each for each in (first, second) if _inside(polygons[each], polygons[first + second - each])), None
        )
        if inner is not None:
            yield fault("lot_inside_lot", _at(ids[inner]), size, other=ids[first + second - inner])
        elif wide[index] and shapely.area(shape) > LEAST_M2:
            yield fault("lots_overlap", _at(ids[first]), size, other=ids[second], width_dm=_width_dm(shape))
        elif size >= LEAST_M2:
            yield fault("lots_overlap_thin", _at(ids[first]), size, other=ids[second], width_dm=_width_dm(shape))


def _inside(inner: Any, outer: Any) -> bool:
    """Wholly inside, with less than a metre of boundary in common: a lot cut out of another would share more."""
    if not shapely.covers(outer, inner):
        return False
    common = shapely.intersection(shapely.boundary(outer), shapely.buffer(inner, TOUCH_M))
    return bool(shapely.length(common) < LEAST_BORDER_M)


def _gap_faults(polygons: Polygons, ids: Sequence[str]) -> Iterator[Fault]:
    ground = shapely.union_all(polygons)
    swollen = shapely.buffer(ground, GAP_M / 2, join_style="mitre")
    closed = shapely.buffer(swollen, -GAP_M / 2, join_style="mitre")
    # Thinning and thickening again takes off the hair that rounding leaves along the edges.
    thinned = shapely.buffer(shapely.difference(closed, ground), -TOUCH_M, join_style="mitre")
    pieces = shapely.get_parts(shapely.buffer(thinned, TOUCH_M, join_style="mitre"))
    pieces = pieces[shapely.area(pieces) >= LEAST_M2 / 2]
    tree = shapely.STRtree(polygons)
    for piece in pieces:
        beside = np.sort(tree.query(piece, predicate="dwithin", distance=2 * TOUCH_M))
        contact = shapely.length(
            shapely.intersection(shapely.boundary(piece), shapely.buffer(polygons[beside], 2 * TOUCH_M))
        )
        longest = np.argsort(-np.round(contact, 1), kind="stable")
        beside = beside[longest][contact[longest] > GAP_M]
        if len(beside) >= 2 and _whole_m2(piece) >= LEAST_M2 and _width_dm(piece) >= 1:
            first, second = sorted(ids[index] for index in beside[:2].tolist())
            sizes = {"width_dm": _width_dm(piece), "more": len(beside) - 2}
            yield fault("lots_gap", _at(first), _whole_m2(piece), other=second, **sizes)


def _at(lot_id: str) -> Place:
    return Place(part="lot", key=lot_id, field="geometry")


def _whole_m2(shape: Any) -> int:
    return round(float(shapely.area(shape)))


def _width_dm(shape: Any) -> int:
    """The mean width of a long thin shape: its area over half its perimeter."""
    return round(20 * float(shapely.area(shape)) / max(float(shapely.length(shape)), TOUCH_M))
