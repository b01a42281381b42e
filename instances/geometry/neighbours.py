"""The neighbours of a zone, computed from its outlines."""

from __future__ import annotations

from collections.abc import Sequence

from instances.geometry.borders import border_lengths
from instances.geometry.plane import flat, mended
from instances.geometry.streets import street_lengths
from instances.policy import Policy
from instances.zone import Kind, Lot, Neighbours

LEAST_DM: dict[Kind, int] = {"border": 10, "street": 30}
"""Pairs with fewer whole decimetres do not count: a border of a metre, a facing of three."""


def neighbours_of(lots: Sequence[Lot], policy: Policy) -> tuple[Neighbours, ...]:
    """Every pair of lots that share a border or face each other across a street, sorted by id.

    border: length of the shared boundary after cleaning (corners and gaps within 0.3 m are closed), at least 1 m.
    street: lots of different blocks, in sight of each other within policy.street_width_m, length of the overlap,
    at least 3 m; a lot whose block is empty has none, for a block is what streets bound.  A pair that shares a
    border is not a street pair as well.  A lot inside another whose hole was not drawn shares no border with it.
    Lots without an outline have no neighbours.
    Depends neither on the order of the lots nor on how their rings are written.
    """
    outlined = sorted((lot for lot in lots if lot.outline), key=lambda lot: lot.lot_id)
    if not outlined:
        return ()
    polygons = mended(flat([lot.outline for lot in outlined]))
    borders = _whole(border_lengths(polygons), "border")
    blocks = [(lot.zone, lot.block) if lot.block else None for lot in outlined]
    streets = _whole(street_lengths(polygons, blocks, policy.street_width_m), "street")
    found: list[tuple[tuple[int, int], int, Kind]] = [(pair, length, "border") for pair, length in borders.items()]
    found += [(pair, length, "street") for pair, length in streets.items() if pair not in borders]
    made = (Neighbours(outlined[i].lot_id, outlined[j].lot_id, dm, kind) for (i, j), dm, kind in found)
    return tuple(sorted(made, key=lambda pair: (pair.lot_a, pair.lot_b)))


def _whole(lengths: dict[tuple[int, int], float], kind: Kind) -> dict[tuple[int, int], int]:
    rounded = {pair: round(10 * length) for pair, length in lengths.items()}
    return {pair: length for pair, length in rounded.items() if length >= LEAST_DM[kind]}
