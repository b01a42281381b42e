"""The forced plan: starting from a plan, the best one found in which a given applicant holds a site.

The applicant is put on its most promising sites in turn; around each, the lots are freed and filled anew exactly, the
rest of the plan staying as it is.  Everything is limited by work that does not depend on the machine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from instances.instance import Instance
from optimizer.assemble import assemble
from optimizer.audit import audit
from optimizer.columns import Columns
from optimizer.exact import maximise
from optimizer.plan import Plan
from optimizer.program import Program, Row
from optimizer.rules.jobs import worth
from optimizer.sites import Placement

TRIED_SITES = 4
"""So many of the applicant's sites are tried: those on which it does the plan least harm by itself."""
FIRST_SITES = 2
"""So many where a first answer will do."""
REGIONS = (24, 48)
"""Lots that are freed around a site at first, then around the best plan so far."""
WORK = 1.75
"""Deterministic work for all of it: about two seconds of a core."""
MOST_PLACEMENTS = 4_000
"""A region that leaves more to choose is too large to be filled exactly."""

KEPT = 4
"""Of applicants of one sector on one site, so many with the most jobs may be chosen."""
MOST_SECONDS = 600.0
"""Only in case the work limit should fail."""

Lots = tuple[str, ...]


@dataclass
class ForcedPlans:
    """Finds plans in which somebody is granted, for one instance.  The same arguments give the same plan.

    placements: those of the instance in canonical order.
    """

    instance: Instance
    placements: list[Placement]
    _beside: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._beside = {lot.lot_id: [] for lot in self.instance.lots}
        for pair in self.instance.neighbours:
            self._beside[pair.lot_a].append(pair.lot_b)
            self._beside[pair.lot_b].append(pair.lot_a)

    def find(self, plan: Plan, applicant_id: str, lot: str = "", work: float = WORK) -> Plan | None:
        """The best feasible plan found that grants the applicant a site, with this lot when it is given; None if none.

        plan: a feasible plan in which the applicant holds nothing.  What is found was audited.
        """
        trials = self._trials(plan, applicant_id, lot)
        best: Plan | None = None
        share = _share(work)
        for cleared in trials[:TRIED_SITES]:
            lots = cleared.assignments[applicant_id]
            best = self._better(best, self._filled(plan, applicant_id, lots, lot, REGIONS[0], share, cleared))
        if best is None and trials:
            lots = trials[0].assignments[applicant_id]
            best = self._filled(plan, applicant_id, lots, lot, len(self.instance.lots), work, trials[0])
        for count in REGIONS[1:]:
            if best is not None:
                held = best.assignments[applicant_id]
                best = self._better(best, self._filled(best, applicant_id, held, lot, count, share, best))
        return best

    def find_first(self, plan: Plan, applicant_id: str, work: float = WORK) -> Plan | None:
        """What `find` finds on the first of the sites that it tries on which there is anything to find; or None."""
        for cleared in self._trials(plan, applicant_id, "")[:FIRST_SITES]:
            lots = cleared.assignments[applicant_id]
            found = self._filled(plan, applicant_id, lots, "", REGIONS[0], _share(work), cleared)
            if found is not None:
                return found
        return None

    def _trials(self, plan: Plan, applicant_id: str, lot: str) -> list[Plan]:
        """The plan with the applicant on each of its sites, the one that does the plan least harm first."""
        own = [each for each in self.placements if each.applicant.applicant_id == applicant_id]
        own = [each for each in own if not lot or lot in each.lots]
        return sorted((self._cleared(plan, each) for each in own), key=lambda each: -self._value(each))

    def _value(self, plan: Plan) -> int:
        return audit(self.instance, plan).value_millipoints

    def _cleared(self, plan: Plan, placement: Placement) -> Plan:
        """The plan with this grant and without the tenants on its lots or next door and hostile."""
        instance, policy = self.instance, self.instance.policy
        gone = {plan.tenant[lot] for lot in placement.lots if lot in plan.tenant}
        for pair in instance.neighbours:
            if pair.kind in policy.separation and (pair.lot_a in placement.lots) != (pair.lot_b in placement.lots):
                other = plan.tenant.get(pair.lot_b if pair.lot_a in placement.lots else pair.lot_a)
                if other and (instance.applicant[other].sector, placement.applicant.sector) in policy.hostile:
                    gone.add(other)
        kept = {each: lots for each, lots in plan.assignments.items() if each not in gone}
        return Plan({**kept, placement.applicant.applicant_id: placement.lots})

    def _better(self, one: Plan | None, two: Plan | None) -> Plan | None:
        """The plan of more value; of equals the first."""
        if one is None or two is None:
            return one or two
        return two if self._value(two) > self._value(one) else one

    def _filled(
        self, plan: Plan, applicant_id: str, around: Lots, lot: str, count: int, work: float, hint: Plan
    ) -> Plan | None:
        """The plan with `count` lots around these freed and filled anew, the applicant on one of its sites there.

        hint: a plan to begin from, in which it holds a site there.
        """
        chosen = self._choices(plan, applicant_id, around, lot, count)
        if chosen is None:
            return None
        staying, free = chosen
        kept = sorted([*staying, *free], key=lambda each: (each.applicant.applicant_id, each.lots))
        columns, program = assemble(self.instance, kept)
        own = tuple(number for number, each in enumerate(kept) if each.applicant.applicant_id == applicant_id)
        granted = Row(("granted", applicant_id), own, (1,) * len(own), 1, is_equal=True)
        program = Program(program.names, program.values, [*program.rows, granted])
        is_staying = {each.applicant.applicant_id for each in staying}
        fixed = [number for number, each in enumerate(kept) if each.applicant.applicant_id in is_staying]
        answer = maximise(program, fixed, _point(columns, hint), work, MOST_SECONDS, 1)
        if answer is None:
            return None
        grants = [kept[number] for number in answer.chosen if number < len(kept)]
        found = Plan({each.applicant.applicant_id: each.lots for each in grants})
        return found if audit(self.instance, found).is_feasible else None

    def _choices(
        self, plan: Plan, applicant_id: str, around: Lots, lot: str, count: int
    ) -> tuple[list[Placement], list[Placement]] | None:
        """(placements that stay, placements to choose from) when the lots around these are freed; None for too many."""
        freed = set(self._region(plan, around, count))
        is_pinned = {each.applicant_id for each in self.instance.applicants if each.is_pinned}
        moving = {each for each, lots in plan.assignments.items() if freed.issuperset(lots)} - is_pinned
        closed = {each for lots_of, each in plan.tenant.items() if each not in moving}
        shut = {each for each, tenant in plan.tenant.items() if tenant in closed} | {
            each.lot_id for each in self.instance.lots if each.lot_id not in freed
        }
        staying, free = [], []
        for each in self.placements:
            name = each.applicant.applicant_id
            if name in closed:
                if plan.assignments[name] == each.lots:
                    staying.append(each)
            elif shut.isdisjoint(each.lots) and (not lot or name != applicant_id or lot in each.lots):
                free.append(each)
        while len(free) > MOST_PLACEMENTS and count > len(around):
            return self._choices(plan, applicant_id, around, lot, count // 2)
        return staying, self._worthiest(free, plan, applicant_id)

    def _worthiest(self, free: list[Placement], plan: Plan, applicant_id: str) -> list[Placement]:
        """On each site of each sector a few with the most jobs, and whoever holds something or is asked about."""
        alike: dict[tuple[Lots, str], list[Placement]] = defaultdict(list)
        for each in free:
            alike[each.lots, each.applicant.sector].append(each)
        chosen = []
        for placements in alike.values():
            placements.sort(key=lambda each: (-worth(self.instance, each.applicant), each.applicant.applicant_id))
            known = {applicant_id, *plan.assignments}
            chosen += placements[:KEPT]
            chosen += [each for each in placements[KEPT:] if each.applicant.applicant_id in known]
        return chosen

    def _region(self, plan: Plan, around: Lots, count: int) -> Iterator[str]:
        """About `count` lots from these outwards, the whole site of every tenant that is met."""
        seen, edge = set(around), list(around)
        yielded = 0
        while edge and yielded < count:
            lot = edge.pop(0)
            yield lot
            yielded += 1
            tenant = plan.tenant.get(lot)
            site = plan.assignments[tenant] if tenant else ()
            nearer = [each for each in site if each not in seen]
            edge[:0] = nearer
            further = [each for each in sorted(self._beside[lot]) if each not in seen and each not in nearer]
            edge += further
            seen.update(nearer, further)


def _share(work: float) -> float:
    """Of one region, when all are given the same."""
    return work / (TRIED_SITES + len(REGIONS) - 1)


def _point(columns: Columns, plan: Plan) -> set[int]:
    """The columns that are 1 in the plan: its placements, and what follows from them."""
    ones = set()
    sector_on: dict[str, str] = {}
    for number, each in enumerate(columns.placements):
        if plan.assignments.get(each.applicant.applicant_id) == each.lots:
            ones.add(number)
            sector_on |= dict.fromkeys(each.lots, each.applicant.sector)
    tenant = plan.tenant
    ones |= {column for (lot, sector), column in columns.cover.items() if sector_on.get(lot) == sector}
    for (pair, sector), column in columns.both.items():
        if sector_on.get(pair.lot_a) == sector and tenant[pair.lot_a] == tenant.get(pair.lot_b):
            ones.add(column)
    for (pair, one, two), column in columns.link.items():
        meets = (sector_on.get(pair.lot_a), sector_on.get(pair.lot_b)) == (one, two)
        if meets and tenant[pair.lot_a] != tenant[pair.lot_b]:
            ones.add(column)
    return ones
