"""The question: what would it cost to grant this applicant a site, and from what figures of its own would it be in?

The answer is an interval: no plan that grants the site costs less than its lower end, which is proved by the
certificate; the plan found costs its upper end, which the audit recounted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.audit import audit
from optimizer.certificates import AnyCertificate
from optimizer.plan import Plan
from optimizer.sites import Placement, enumerate_placements, enumerate_sites
from optimizer.why.forced_bound import ForcedBounds
from optimizer.why.forced_plan import WORK, ForcedPlans
from optimizer.why.forced_search import MOST_PLACEMENTS, forced_search

Field = Literal["area_min_m2", "power_kw", "water_hl_day"]
FIELDS: tuple[Field, ...] = ("area_min_m2", "power_kw", "water_hl_day")
"""Figures of an applicant of which less is easier to grant."""
STEPS = 50_000
"""Steps in which the lower end of one answer is proved; up to half a second."""
WIDE_PART = 100
"""An interval wider than the plan's value divided by this is narrowed by a search of its own."""
Status = Literal["holds", "never", "barred", "asked"]


@dataclass(frozen=True)
class Answer:
    """What granting an applicant a site would cost the plan, in whole millipoints.

    status: holds: it has a site; never: no site fits it; barred: a neighbour held by an earlier decision, or what the
    certificate's choices leave, keeps it from every site that fits; asked: else.  least: proved, and negative when
    such a plan could be worth more than this one; None without a certificate.  most: what the plan `found` costs,
    negative when it is worth more; None when none was found.
    """

    applicant_id: str
    lot: str
    status: Status
    least_millipoints: int | None = None
    most_millipoints: int | None = None
    found: Plan | None = None


@dataclass(frozen=True)
class Jobs:
    """From how many direct jobs the applicant would be in, all else being as it is.

    out_below: with fewer, no plan that grants it a site is worth as much as this one: proved.  found_from: from so many
    a plan is known that grants it a site and is worth more; None where the one found is worth more already.
    sure_from: from so many every best plan grants it a site: proved.  None where nothing can be said.
    """

    out_below: int | None
    found_from: int | None
    sure_from: int | None


class Questions:
    """Answers questions about one feasible plan of an instance.

    certificate: one that `check` accepts for the instance, or None.  Every answer is reproducible: all effort is
    counted in work.
    """

    def __init__(self, instance: Instance, plan: Plan, certificate: AnyCertificate | None) -> None:
        self.instance, self.plan, self.certificate = instance, plan, certificate
        self.value_millipoints = audit(instance, plan).value_millipoints
        self._placements = enumerate_placements(instance)
        self._bounds = None if certificate is None else ForcedBounds(instance, certificate)

    def cost(self, applicant_id: str, lot: str = "", work: float = WORK) -> Answer:
        """The interval for one applicant, on sites with this lot when it is given.  Raises KeyError for a stranger."""
        held = self.plan.assignments.get(applicant_id, ())
        self.instance.applicant[applicant_id]
        if lot:
            self.instance.lot[lot]
        if held and (not lot or lot in held):
            return Answer(applicant_id, lot, "holds")
        if not any(self._fitting(applicant_id, lot)):
            return Answer(applicant_id, lot, "never")
        bound = None
        if self._bounds is not None:
            bound = self._bounds.most_millipoints(applicant_id, lot, STEPS)
            if bound is None:
                return Answer(applicant_id, lot, "barred")
        found, bound = self._narrowed(applicant_id, lot, work, bound)
        costs = None if found is None else self.value_millipoints - audit(self.instance, found).value_millipoints
        least = None if bound is None else self.value_millipoints - bound
        return Answer(applicant_id, lot, "asked", least, costs, found)

    def _narrowed(self, applicant_id: str, lot: str, work: float, bound: int | None) -> tuple[Plan | None, int | None]:
        """The best plan found that grants the applicant, and what no such plan exceeds, as near as work allows.

        Around the plan where that is near the bound at the first try, by a search of its own where it is not.
        """
        without = Plan({each: lots for each, lots in self.plan.assignments.items() if each != applicant_id})
        plans = ForcedPlans(self.instance, self._placements)
        if self.certificate is not None and bound is not None and not lot and len(self._placements) <= MOST_PLACEMENTS:
            found = plans.find_first(without, applicant_id, work)
            if found is None or self._is_wide(found, bound):
                most = self.certificate.bound_millipoints
                forced = forced_search(self.instance, applicant_id, found, without, most)
                if forced is not None:
                    return forced.plan, min(bound, forced.most_millipoints)
        return plans.find(without, applicant_id, lot, work), bound

    def _is_wide(self, found: Plan, bound: int) -> bool:
        return WIDE_PART * (bound - audit(self.instance, found).value_millipoints) > self.value_millipoints

    def jobs(self, answer: Answer) -> Jobs:
        """From how many direct jobs on: exact, for a job adds the same points to every plan that grants the site."""
        has = self.instance.applicant[answer.applicant_id].jobs_direct
        each = 1000 * self.instance.policy.job_direct
        if answer.status != "asked" or each == 0:
            return Jobs(None, None, None)
        least, most = answer.least_millipoints, answer.most_millipoints
        out = None if least is None or least <= 0 else max(0, has - (-least // each))
        found = None if most is None or most < 0 else has + most // each + 1
        sure = None
        if most is not None and self.certificate is not None:
            above = self.certificate.bound_millipoints - (self.value_millipoints - most)
            sure = max(0, has + above // each + 1)
        return Jobs(out, found, sure)

    def threshold(self, applicant_id: str, field: Field, work: float = WORK) -> int | None:
        """The largest figure, under the applicant's own, with which a plan that grants it a site was found and is worth
        more than this one; found by bisection over the figures at which its sites change.  None when none was.

        Less of the figure only ever lets more sites fit, so what is found for one holds for every smaller one.
        """
        applicant = self.instance.applicant[applicant_id]
        asked: int = getattr(applicant, field)
        figures = sorted({0, *self._figures(field, asked)} - {asked})
        return _bisected(figures, self._is_in(applicant, field, work))

    def _is_in(self, applicant: Applicant, field: Field, work: float) -> Callable[[int], bool]:
        def is_in(figure: int) -> bool:
            changed = replace(applicant, **{field: figure})  # type: ignore[arg-type]
            others = [each for each in self.instance.applicants if each.applicant_id != applicant.applicant_id]
            trial = replace(self.instance, applicants=(*others, changed))
            found = ForcedPlans(trial, enumerate_placements(trial)).find(self.plan, applicant.applicant_id, "", work)
            return found is not None and audit(trial, found).value_millipoints > self.value_millipoints

        return is_in

    def _figures(self, field: Field, most: int) -> list[int]:
        """The figures of sites under `most`, at which one more site may fit."""
        name = {"area_min_m2": "area_m2", "power_kw": "power_kw", "water_hl_day": "water_hl_day"}[field]
        return [figure for site in enumerate_sites(self.instance) if (figure := getattr(site, name)) < most]

    def _fitting(self, applicant_id: str, lot: str) -> list[Placement]:
        own = [each for each in self._placements if each.applicant.applicant_id == applicant_id]
        return [each for each in own if not lot or lot in each.lots]


def _bisected(figures: list[int], is_in: Callable[[int], bool]) -> int | None:
    """The largest of the rising figures that is in, taking for granted that smaller ones are then in too."""
    if not figures or not is_in(figures[0]):
        return None
    low, high = 0, len(figures)
    while high - low > 1:
        middle = (low + high) // 2
        if is_in(figures[middle]):
            low = middle
        else:
            high = middle
    return figures[low]
