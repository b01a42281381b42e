"""The placements of a ground as values with ids, made when somebody looks at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from instances.instance import Instance
from optimizer.search.ground import Ground
from optimizer.sites import Placement, Site, site_of


class Placements(Sequence[Placement]):
    """All placements of an instance in canonical order, by the numbers of its ground; millions of them take no
    memory."""

    def __init__(self, instance: Instance, ground: Ground) -> None:
        self._instance, self._ground = instance, ground
        self._sites: dict[int, Site] = {}

    def __len__(self) -> int:
        return len(self._ground.site)

    @overload
    def __getitem__(self, number: int) -> Placement: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Placement]: ...
    def __getitem__(self, number: int | slice) -> Placement | Sequence[Placement]:
        if isinstance(number, slice):
            return [self[each] for each in range(len(self))[number]]
        applicant = self._instance.applicants[self._ground.applicant[number]]
        return Placement(applicant, self._site(int(self._ground.site[number])))

    def __iter__(self) -> Iterator[Placement]:
        applicants = self._instance.applicants
        pairs = zip(self._ground.applicant.tolist(), self._ground.site.tolist(), strict=True)
        return (Placement(applicants[applicant], self._site(site)) for applicant, site in pairs)

    def _site(self, number: int) -> Site:
        if number not in self._sites:
            lots = self._ground.site_lots[self._ground.site_start[number] : self._ground.site_start[number + 1]]
            self._sites[number] = site_of(self._instance, [self._instance.lots[lot].lot_id for lot in lots.tolist()])
        return self._sites[number]
