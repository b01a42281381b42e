"""The explainer: why each applicant and each lot of a feasible plan is as it is, as coded facts."""

from __future__ import annotations

from collections import Counter

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.explain import RULE_OF
from optimizer.plan import Plan
from optimizer.sites import placements_on
from optimizer.why.asked_sites import has_open_lot, nearest_sites, sites_of, sites_with, wanting
from optimizer.why.fact import Fact, fact
from optimizer.why.needs import nearest_changes
from optimizer.why.obstacles import Obstacles

MOST_FREE_TOLD = 6
"""Of so many free sites what is in the way is told, one by one."""

Lots = tuple[str, ...]


class Explainer:
    """Explanations of one feasible plan.  Tells of others only what a published plan shows: who holds which lots.

    A question lists the sites of the applicant or of the lot that it is about, never those of everybody.
    """

    def __init__(self, instance: Instance, plan: Plan) -> None:
        self.instance, self.plan = instance, plan
        self._obstacles = Obstacles(instance, plan)

    def of_applicant(self, applicant_id: str) -> tuple[Fact, ...]:
        """Why the applicant holds what it holds, or nothing; the first fact says most.  Raises KeyError."""
        applicant = self.instance.applicant[applicant_id]
        if applicant.is_pinned:
            return (fact("pinned", lots=applicant.pinned_lots),)
        held = self.plan.assignments.get(applicant_id)
        if held is not None:
            asked = [fact("asked_lot_granted", lot=lot) for lot in applicant.preferred_lots if lot in held]
            return (fact("granted", lots=held), *asked)
        return (*self._gate(applicant), *self._of_waiting(applicant))

    def of_lot(self, lot_id: str) -> tuple[Fact, ...]:
        """Who holds the lot, or why nobody does.  Raises KeyError."""
        lot = self.instance.lot[lot_id]
        tenant = self.plan.tenant.get(lot_id)
        if tenant is not None and self.instance.applicant[tenant].is_pinned:
            return (fact("lot_pinned", lot=lot_id, tenant=tenant),)
        if lot.status != "available":
            return (fact(f"lot_{lot.status}", lot=lot_id),)
        fitted = wanting(self.instance, lot_id)
        waiting = {each: sites for each, sites in fitted.items() if each not in self.plan.assignments}
        if tenant is not None:
            return (fact("lot_held", lot=lot_id, tenant=tenant), fact("lot_waiting", count=len(waiting)))
        idle = fact("lot_idle", lot=lot_id)
        if not fitted:
            return (idle, fact("lot_fits_nobody"))
        if not waiting:
            return (idle, fact("lot_served"))
        stopped = Counter(self._stopped_by(each, sites) for each, sites in waiting.items())
        told = [fact(f"lot_idle_{code}", count=count) for code, count in sorted(stopped.items())]
        return (idle, fact("lot_waiting", count=len(waiting)), *told)

    def of_pair(self, applicant_id: str, lot_id: str) -> tuple[Fact, ...]:
        """Why the applicant holds this lot, or does not.  Raises KeyError."""
        applicant, lot = self.instance.applicant[applicant_id], self.instance.lot[lot_id]
        tenant = self.plan.tenant.get(lot_id)
        if tenant == applicant_id or applicant.is_pinned:
            return self.of_applicant(applicant_id)
        if lot.status != "available" or (tenant is not None and self.instance.applicant[tenant].is_pinned):
            return self.of_lot(lot_id)
        there = sites_with(self.instance, lot_id)
        sites = [each.lots for each in placements_on(self.instance, there, [applicant])]
        if not sites:
            unfit = fact("lot_unfit", lot=lot_id)
            return (*self._gate(applicant), unfit, *nearest_changes(self.instance, applicant, there))
        free = [lots for lots in sites if self._is_free(lots, applicant_id)]
        if not free:
            return (fact("lot_sites_taken", lot=lot_id, sites=len(sites), holders=self._holders(sites, applicant_id)),)
        if applicant_id in self.plan.assignments:
            return self.of_applicant(applicant_id)
        return tuple(told for lots in free[:MOST_FREE_TOLD] for told in self._in_the_way(applicant, lots))

    def _gate(self, applicant: Applicant) -> tuple[Fact, ...]:
        least = self.instance.policy.min_score
        return (fact("score_too_low", score=applicant.score, min_score=least),) if applicant.score < least else ()

    def _of_waiting(self, applicant: Applicant) -> tuple[Fact, ...]:
        sites = sites_of(self.instance, applicant)
        if not sites:
            if not has_open_lot(self.instance):
                return (fact("no_open_lot"),)
            changes = nearest_changes(self.instance, applicant, nearest_sites(self.instance, applicant))
            return (fact("no_fitting_site"), *changes) if changes else ()
        free = [lots for lots in sites if self._is_free(lots)]
        if free:
            told = [each for lots in free[:MOST_FREE_TOLD] for each in self._in_the_way(applicant, lots)]
            first = fact("sites_free", sites=len(sites), free=len(free))
            return (first, *told, *self._asked(applicant, sites))
        taken = fact("sites_taken", sites=len(sites), holders=self._holders(sites))
        return (taken, *self._asked(applicant, sites))

    def _asked(self, applicant: Applicant, sites: list[Lots]) -> list[Fact]:
        """What became of the lots that the applicant asked for."""
        told = []
        for lot in applicant.preferred_lots:
            if not any(lot in lots for lots in sites):
                told.append(fact("asked_lot_unfit", lot=lot))
            elif lot in self.plan.tenant:
                told.append(fact("asked_lot_held", lot=lot, holder=self.plan.tenant[lot]))
        return told

    def _in_the_way(self, applicant: Applicant, lots: Lots) -> tuple[Fact, ...]:
        return tuple(self._obstacles.to(applicant, lots)) or (fact("no_gain", lots=lots),)

    def _stopped_by(self, applicant_id: str, sites: list[Lots]) -> str:
        """What keeps a waiting applicant from the free ones of these sites: the rule that is least in the way."""
        applicant = self.instance.applicant[applicant_id]
        found = set()
        for lots in sites:
            if self._is_free(lots):
                first = next(self._obstacles.to(applicant, lots), None)
                found.add("no_gain" if first is None else RULE_OF[first.code])
        order = ("no_gain", "separation", "limits", "quotas")
        return next((code for code in order if code in found), "needs_more")

    def _is_free(self, lots: Lots, but_for: str = "") -> bool:
        return all(self.plan.tenant.get(lot, but_for) == but_for for lot in lots)

    def _holders(self, sites: list[Lots], but_for: str = "") -> Lots:
        holders = {self.plan.tenant[lot] for lots in sites for lot in lots if lot in self.plan.tenant}
        return tuple(sorted(holders - {but_for}))
