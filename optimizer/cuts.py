"""Cuts: rows that every plan meets and that the relaxation breaks.

The relaxation earns a border by spreading one applicant half and half over two neighbouring lots.  For a pair of
lots, a sector s and an applicant a of s, a link of s on both lots has a tenant other than a at one end at least:

    link[pair, s, s] <= (cover[l, s] - both[pair, s] - a on l alone) + (cover[m, s] - both[pair, s] - a on m alone).

By the max-flow/min-cut theorem these rows, with the link rows, say all that the pairs of distinct applicants at the
two ends can say about the link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from instances.zone import Neighbours
from optimizer.columns import Columns
from optimizer.matrix import Floats
from optimizer.program import Name, Row

LEAST = 1e-3
"""Fractions under this are taken for noise of the LP solver."""

AtLot = dict[tuple[str, str, str], dict[str, float]]


def apart_cuts(columns: Columns, x: Floats, known: Iterable[Name]) -> list[Row]:
    """The rows ("apart", lot_a, lot_b, sector, applicant) that x breaks and that are not known yet, in order."""
    alone = _alone(columns, x)
    have = set(known)
    found = []
    for (pair, one, two), column in columns.link.items():
        if one != two or x[column] < LEAST:
            continue
        at_a, at_b = alone[pair.lot_a, pair.lot_b, one], alone[pair.lot_b, pair.lot_a, one]
        total = sum(at_a.values()) + sum(at_b.values())
        for applicant in sorted(at_a.keys() & at_b.keys()):
            key = ("apart", pair.lot_a, pair.lot_b, one, applicant)
            if x[column] > total - at_a[applicant] - at_b[applicant] + 10 * LEAST and key not in have:
                found.append(apart_row(columns, pair, one, applicant))
    return found


def apart_row(columns: Columns, pair: Neighbours, sector: str, applicant: str) -> Row:
    """The cut for one pair, sector and applicant of that sector."""
    terms = [(columns.link[pair, sector, sector], 1)]
    terms += [(columns.cover[lot, sector], -1) for lot in (pair.lot_a, pair.lot_b)]
    if (pair, sector) in columns.both:
        terms.append((columns.both[pair, sector], 2))
    at_one_end = set(columns.covering[pair.lot_a, sector]) ^ set(columns.covering[pair.lot_b, sector])
    own = (number for number in at_one_end if columns.placements[number].applicant.applicant_id == applicant)
    terms += [(number, 1) for number in sorted(own)]
    key = ("apart", pair.lot_a, pair.lot_b, sector, applicant)
    return Row(key, tuple(column for column, _ in terms), tuple(each for _, each in terms), 0)


def _alone(columns: Columns, x: Floats) -> AtLot:
    """(lot, other, sector) -> applicant -> how much of it lies on the lot and not on the other."""
    beside: dict[str, list[str]] = defaultdict(list)
    for pair in columns.instance.neighbours:
        beside[pair.lot_a].append(pair.lot_b)
        beside[pair.lot_b].append(pair.lot_a)
    found: AtLot = defaultdict(lambda: defaultdict(float))
    for number in np.flatnonzero(x[: len(columns.placements)] > LEAST / 10).tolist():
        placement = columns.placements[number]
        applicant = placement.applicant
        for lot in placement.lots:
            for other in beside[lot]:
                if other not in placement.lots:
                    found[lot, other, applicant.sector][applicant.applicant_id] += float(x[number])
    return found
