"""The columns of the program: placements, what they sum to, and the links between neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from instances.instance import Instance
from instances.zone import Neighbours
from optimizer.program import Name, Row
from optimizer.sites import Placement


@dataclass(frozen=True)
class Columns:
    """Column numbers.  Placements come first, in canonical order; then the sums; then the links.

    cover[lot, sector]: 1 when a tenant of that sector holds the lot.  both[pair, sector]: 1 when one tenant of that
    sector holds both lots of the pair.  link[pair, s, t]: 1 when two different tenants, of sector s on lot_a and t
    on lot_b, hold the pair and earn its border.
    """

    instance: Instance
    placements: Sequence[Placement]
    cover: dict[tuple[str, str], int]
    both: dict[tuple[Neighbours, str], int]
    link: dict[tuple[Neighbours, str, str], int]
    covering: dict[tuple[str, str], tuple[int, ...]]
    covering_both: dict[tuple[Neighbours, str], tuple[int, ...]]

    def names(self) -> Iterator[Name]:
        """The name of every column, in order."""
        for placement in self.placements:
            yield ("placement", placement.applicant.applicant_id, *placement.lots)
        for lot, sector in self.cover:
            yield ("cover", lot, sector)
        for pair, sector in self.both:
            yield ("both", pair.lot_a, pair.lot_b, sector)
        for pair, one, two in self.link:
            yield ("link", pair.lot_a, pair.lot_b, one, two)

    def definitions(self) -> Iterator[Row]:
        """cover and both are sums of placements: one equation each."""
        for (lot, sector), column in self.cover.items():
            yield _sum_row(("cover", lot, sector), column, self.covering[lot, sector])
        for (pair, sector), column in self.both.items():
            yield _sum_row(("both", pair.lot_a, pair.lot_b, sector), column, self.covering_both[pair, sector])

    @cached_property
    def sectors_on(self) -> dict[str, tuple[str, ...]]:
        """For each lot, the sectors, sorted, of which some placement covers it."""
        sectors: dict[str, list[str]] = {lot.lot_id: [] for lot in self.instance.lots}
        for lot, sector in self.cover:
            sectors[lot].append(sector)
        return {lot: tuple(found) for lot, found in sectors.items()}


def _sum_row(name: Name, column: int, parts: tuple[int, ...]) -> Row:
    return Row(name, (column, *parts), (-1, *[1] * len(parts)), 0, is_equal=True)


def columns_for(instance: Instance, placements: Sequence[Placement]) -> Columns:
    """Number the columns that the placements give rise to; pairs that can earn nothing get no link."""
    pair_of = {(pair.lot_a, pair.lot_b): pair for pair in instance.neighbours}
    covering: dict[tuple[str, str], list[int]] = defaultdict(list)
    covering_both: dict[tuple[Neighbours, str], list[int]] = defaultdict(list)
    for number, placement in enumerate(placements):
        sector, lots = placement.applicant.sector, placement.site.lots
        for index, lot in enumerate(lots):
            covering[lot, sector].append(number)
            for other in lots[index + 1 :]:
                pair = pair_of.get((lot, other))
                if pair is not None:
                    covering_both[pair, sector].append(number)
    count = len(placements)
    cover = {key: count + index for index, key in enumerate(sorted(covering))}
    count += len(cover)
    ordered = sorted(covering_both, key=lambda key: (key[0].lot_a, key[0].lot_b, key[1]))
    both = {key: count + index for index, key in enumerate(ordered)}
    count += len(both)
    link = {key: count + index for index, key in enumerate(_links(instance, cover))}
    return Columns(
        instance,
        placements,
        cover,
        both,
        link,
        {key: tuple(covering[key]) for key in cover},
        {key: tuple(covering_both[key]) for key in both},
    )


def _links(instance: Instance, cover: dict[tuple[str, str], int]) -> Iterator[tuple[Neighbours, str, str]]:
    percent = instance.policy.affinity_percent
    partners: dict[str, list[str]] = defaultdict(list)
    for one, two in sorted(percent):
        partners[one].append(two)
    for pair in instance.neighbours:
        if pair.length_dm * instance.policy.metre_points(pair.kind) == 0:
            continue
        for one in sorted(partners):
            if (pair.lot_a, one) in cover:
                for two in partners[one]:
                    if (pair.lot_b, two) in cover:
                        yield pair, one, two
