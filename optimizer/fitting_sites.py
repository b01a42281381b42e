"""The sites that fit each applicant, for whatever goes through those of everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from instances.instance import Instance
from optimizer.plan import Plan
from optimizer.sites import enumerate_placements

LISTED_MOST = 20_000_000
"""Lots times applicants up to which all are listed.  With more that takes minutes; the arrays of the search take
seconds, but longer to begin with."""

Lots = tuple[str, ...]
SitesUnder = Callable[[str], tuple[int, Sequence[Lots]]]
"""Applicant id -> the number of sites that fit it, and the lots of those on which a plan leaves every lot free."""


class FittingSites(Protocol):
    """Who fits where."""

    def fitting(self) -> Collection[str]:
        """The applicants that some site fits."""

    def sites_of(self, applicant_id: str) -> Sequence[Lots]:
        """The lots of each site that fits the applicant, in canonical order."""

    def sites_under(self, plan: Plan) -> SitesUnder:
        """The sites of an applicant as a plan leaves them."""


@dataclass(frozen=True)
class ListedSites:
    """All of them at hand: applicant id -> the lots of each site that fits it; only who has such a site."""

    sites: Mapping[str, Sequence[Lots]]

    def fitting(self) -> Collection[str]:
        """The applicants that some site fits."""
        return self.sites.keys()

    def sites_of(self, applicant_id: str) -> Sequence[Lots]:
        """The lots of each site that fits the applicant, in canonical order."""
        return self.sites.get(applicant_id, ())

    def sites_under(self, plan: Plan) -> SitesUnder:
        """The sites of an applicant as a plan leaves them."""
        taken = plan.tenant.keys()

        def sites(applicant_id: str) -> tuple[int, Sequence[Lots]]:
            fitting = self.sites_of(applicant_id)
            return len(fitting), [lots for lots in fitting if taken.isdisjoint(lots)]

        return sites


def fitting_sites(instance: Instance) -> FittingSites:
    """The sites that fit each applicant; a pin is its applicant's only one."""
    if len(instance.lots) * len(instance.applicants) > LISTED_MOST:
        from optimizer.search.ground import ground_of
        from optimizer.search.placements import Placements

        return Placements(instance, ground_of(instance))
    found: dict[str, list[Lots]] = defaultdict(list)
    for placement in enumerate_placements(instance):
        found[placement.applicant.applicant_id].append(placement.lots)
    return ListedSites(dict(found))
