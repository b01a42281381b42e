"""A plan as it stands while grants are made and taken back one by one: the rules, and what a grant adds to the value.

Recounting a whole plan for each of thousands of trials takes minutes; a grant changes little of what the rules count.
"""

from __future__ import annotations

from collections import defaultdict

from instances.applicant import Applicant
from instances.instance import Instance
from instances.zone import Neighbours
from optimizer.plan import Plan
from optimizer.rules.clustering import worth as worth_together
from optimizer.rules.jobs import worth
from optimizer.rules.limits import UNITS
from optimizer.rules.quotas import counts
from optimizer.why.obstacles import Obstacles

Lots = tuple[str, ...]


class Standing(Obstacles):
    """The rules as they stand, but for how many may change their earlier sites; begins with a plan.

    `to` tells what forbids a grant to an applicant that holds nothing just now.
    """

    def __init__(self, instance: Instance, plan: Plan) -> None:
        # A plan of its own, whose tenants are written down as they come and go; nobody reads its assignments.
        super().__init__(instance, Plan(plan.assignments))
        self.tenant = self.plan.tenant
        self._touching: dict[str, list[tuple[str, Neighbours]]] = defaultdict(list)
        for pair in instance.neighbours:
            self._touching[pair.lot_a].append((pair.lot_b, pair))
            self._touching[pair.lot_b].append((pair.lot_a, pair))

    def grant(self, applicant: Applicant, lots: Lots) -> None:
        """The applicant, which holds nothing, takes these free lots."""
        self.tenant.update(dict.fromkeys(lots, applicant.applicant_id))
        self._count(applicant, lots, 1)

    def take_back(self, applicant: Applicant, lots: Lots) -> None:
        """The applicant gives up all the lots that it holds."""
        for lot in lots:
            # Where a plan breaks the rule that a lot has one tenant, another may have given it up before.
            self.tenant.pop(lot, None)
        self._count(applicant, lots, -1)

    def brings(self, applicant: Applicant, lots: Lots) -> int:
        """What a grant of these free lots to the applicant, which holds nothing, adds to the value, in millipoints."""
        policy, known = self.instance.policy, self.instance.applicant
        total = worth(self.instance, applicant)
        if not set(applicant.preferred_lots).isdisjoint(lots):
            total += 1000 * policy.preferred_lot
        if lots == applicant.earlier_lots:
            total += 1000 * policy.kept_site
        for lot in lots:
            for other, pair in self._touching[lot]:
                beside = self.tenant.get(other)
                if beside is not None:
                    total += worth_together(policy, pair, applicant.sector, known[beside].sector)
        return total

    def _count(self, applicant: Applicant, lots: Lots, sign: int) -> None:
        for zone in {"", *(self.instance.lot[lot].zone for lot in lots)}:
            for unit in UNITS:
                self._used[zone, unit] += sign * getattr(applicant, unit)
        self._granted += sign * len(lots)
        for quota in self.instance.policy.quotas:
            if counts(quota, applicant):
                self._held[quota.name] += sign * len(lots)
