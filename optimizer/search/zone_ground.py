"""The ground of some zones alone, in numbers of its own, and as bytes for a process that has nothing else.

Whatever is numbered keeps its order, so what is worked out of a part has the same order as in the whole.
"""

from __future__ import annotations

import io
import zlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Ground

QUICK = 1
"""Level of compression: most of what there is to gain, at a tenth of the time."""

Arrays = dict[str, NDArray[np.generic]]


class ZoneGround(NamedTuple):
    """ground: of the zones alone.  The others: numbers in the whole of its lots, applicants, placements and edges."""

    ground: Ground
    lots: Ints64
    applicants: Ints64
    placements: Ints64
    edges: Ints64


def zone_ground(whole: Ground, chosen: Flags) -> ZoneGround:
    """The part of the ground on the lots chosen, from which no edge and no site leads to others.

    Limits and quotas stay what they are for all; applicants who have no placement there are left out.
    """
    lots = np.flatnonzero(chosen)
    lot_of = _renumbered(chosen)
    site_chosen = chosen[whole.site_lots[whole.site_start[:-1]]]
    site_of = _renumbered(site_chosen)
    placement_chosen = site_chosen[whole.site]
    applicant_chosen = np.zeros(len(whole.sector), dtype=np.bool_)
    applicant_chosen[whole.applicant[placement_chosen]] = True
    edge_chosen = chosen[whole.edge_from]
    per_applicant = np.bincount(whole.applicant[placement_chosen], minlength=len(whole.sector))
    ground = Ground(
        site_start=_starts(np.diff(whole.site_start)[site_chosen]),
        site_lots=lot_of[whole.site_lots[np.repeat(site_chosen, np.diff(whole.site_start))]],
        lot_start=_starts(np.diff(whole.lot_start)[chosen]),
        lot_sites=site_of[whole.lot_sites[np.repeat(chosen, np.diff(whole.lot_start))]],
        sector=whole.sector[applicant_chosen],
        is_pinned=whole.is_pinned[applicant_chosen],
        start=_starts(per_applicant[applicant_chosen]),
        site=site_of[whole.site[placement_chosen]],
        gain=whole.gain[placement_chosen],
        applicant=_renumbered(applicant_chosen)[whole.applicant[placement_chosen]],
        need=np.ascontiguousarray(whole.need[:, applicant_chosen]),
        per_lot=np.ascontiguousarray(whole.per_lot[:, applicant_chosen]),
        touches=np.ascontiguousarray(whole.touches[:, site_chosen]),
        most=whole.most,
        edge_start=_starts(np.diff(whole.edge_start)[chosen]),
        edge_from=lot_of[whole.edge_from[edge_chosen]],
        edge_to=lot_of[whole.edge_to[edge_chosen]],
        back=_renumbered(edge_chosen)[whole.back[edge_chosen]].astype(np.int64),
        rate=whole.rate[edge_chosen],
        is_apart=whole.is_apart[edge_chosen],
        affinity=whole.affinity,
        hostile=whole.hostile,
    )
    return ZoneGround(
        ground, lots, np.flatnonzero(applicant_chosen), np.flatnonzero(placement_chosen), np.flatnonzero(edge_chosen)
    )


def districts_of(ground: Ground, zone: Ints32) -> Ints32:
    """The district of each lot, from 0: zones between which there is an edge or a site are in one.  zone: of each
    lot."""
    root = list(range(int(zone.max(initial=-1)) + 1))

    def find(each: int) -> int:
        while root[each] != each:
            root[each] = root[root[each]]
            each = root[each]
        return each

    first = np.repeat(ground.site_lots[ground.site_start[:-1]], np.diff(ground.site_start))
    one = np.concatenate([zone[ground.edge_from], zone[first]])
    two = np.concatenate([zone[ground.edge_to], zone[ground.site_lots]])
    for each, other in np.unique(np.stack([one, two])[:, one != two], axis=1).T.tolist():
        each, other = sorted((find(each), find(other)))
        root[other] = each
    of = np.array([find(each) for each in range(len(root))], dtype=np.int64)
    return np.unique(of[zone], return_inverse=True)[1].astype(np.int32)


def packed(arrays: Arrays) -> bytes:
    """Arrays by name as bytes."""
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    return zlib.compress(stream.getvalue(), QUICK)


def unpacked(message: bytes) -> Arrays:
    """Arrays by name from bytes.  Raises ValueError for anything else."""
    try:
        with np.load(io.BytesIO(zlib.decompress(message)), allow_pickle=False) as read:
            return dict(read)
    except (zlib.error, OSError, EOFError, KeyError) as error:
        raise ValueError(f"a message of {len(message)} bytes that holds no arrays: {error}") from error


def _renumbered(chosen: Flags) -> Ints32:
    """The number among those chosen of each that is."""
    return (np.cumsum(chosen) - 1).astype(np.int32)


def _starts(lengths: NDArray[np.int64]) -> Ints64:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
