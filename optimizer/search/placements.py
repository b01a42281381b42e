"""The placements of a ground as values with ids, made when somebody looks at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np

from instances.instance import Instance
from optimizer.fitting_sites import Lots, SitesUnder
from optimizer.plan import Plan
from optimizer.search.fitting import Flags, Ints32
from optimizer.search.ground import Ground
from optimizer.sites import Placement, Site, site_of


class Placements(Sequence[Placement]):
    """All placements of an instance in canonical order, by the numbers of its ground; millions of them take no
    memory."""

    def __init__(self, instance: Instance, ground: Ground) -> None:
        self._instance, self._ground = instance, ground
        self._sites: dict[int, Site] = {}
        self._number = {each.applicant_id: number for number, each in enumerate(instance.applicants)}

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

    def fitting(self) -> set[str]:
        """The applicants that some site fits."""
        count = np.diff(self._ground.start)
        return {self._instance.applicants[number].applicant_id for number in np.flatnonzero(count).tolist()}

    def sites_of(self, applicant_id: str) -> list[Lots]:
        """The lots of each site that fits the applicant, in canonical order."""
        return [self._site(site).lots for site in self._sites_of(applicant_id).tolist()]

    def sites_under(self, plan: Plan) -> SitesUnder:
        """The sites of an applicant as a plan leaves them."""
        is_open = self._is_open(plan)

        def sites(applicant_id: str) -> tuple[int, list[Lots]]:
            fitting = self._sites_of(applicant_id)
            return len(fitting), [self._site(site).lots for site in fitting[is_open[fitting]].tolist()]

        return sites

    def _sites_of(self, applicant_id: str) -> Ints32:
        number = self._number[applicant_id]
        return self._ground.site[self._ground.start[number] : self._ground.start[number + 1]]

    def free_of(self, plan: Plan) -> list[Placement]:
        """The placements of which every lot is free under the plan and whose applicant holds nothing."""
        ground, instance = self._ground, self._instance
        is_granted = np.array([each.applicant_id in plan.assignments for each in instance.applicants], dtype=np.bool_)
        is_free = self._is_open(plan)[ground.site] & ~is_granted[ground.applicant]
        return [self[number] for number in np.flatnonzero(is_free).tolist()]

    def _is_open(self, plan: Plan) -> Flags:
        """Of each site, whether no lot has a tenant."""
        ground = self._ground
        if len(ground.site_start) == 1:
            return np.zeros(0, dtype=np.bool_)
        is_taken = np.array([lot.lot_id in plan.tenant for lot in self._instance.lots], dtype=np.bool_)
        return ~np.logical_or.reduceat(is_taken[ground.site_lots], ground.site_start[:-1])

    def _site(self, number: int) -> Site:
        if number not in self._sites:
            lots = self._ground.site_lots[self._ground.site_start[number] : self._ground.site_start[number + 1]]
            self._sites[number] = site_of(self._instance, [self._instance.lots[lot].lot_id for lot in lots.tolist()])
        return self._sites[number]
