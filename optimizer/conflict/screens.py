"""Screens: quick proofs, in whole numbers and without any solver, that no plan of a case counts.

Each finding names the rules that it rests on: they alone rule out every plan.  A case without findings may still have
no plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from instances.applicant import Applicant
from instances.policy import Quota
from optimizer.conflict.case import SIDES, Case, Group
from optimizer.conflict.farkas import refutation
from optimizer.conflict.reach import Sites, largest, most_within, smallest_cut
from optimizer.conflict.together import together_rows
from optimizer.rules.limits import UNITS
from optimizer.rules.quotas import counts
from optimizer.sites import Placement


@dataclass(frozen=True, slots=True)
class Finding:
    """A proof that no plan counts: its code, the rules that it rests on, and the values that its sentence needs."""

    code: str
    groups: tuple[Group, ...]
    values: tuple[tuple[str, str], ...] = ()


def screens(case: Case) -> Iterator[Finding]:
    """Every finding of the case; nothing when no screen can tell."""
    yield from Screening(case).findings()


@dataclass
class Screening:
    """One case being screened; what the screens share is counted once."""

    case: Case
    pins: list[Applicant] = field(init=False)
    granted: int = field(init=False)

    def __post_init__(self) -> None:
        self.pins = [each for each in self.case.instance.applicants if each.is_pinned]
        self.granted = sum(len(each.pinned_lots) for each in self.pins)

    def findings(self) -> Iterator[Finding]:
        """Screen by screen.  Nothing is looked at while the pins alone make a plan that counts."""
        if not self.pins and not self.case.must_grant:
            return
        found = [*self._shares_at_odds()]
        if not self.pins:
            found += self._nobody()
        for quota in self.case.instance.policy.quotas:
            for side in SIDES:
                found += self._share(quota, side)
        yield from found or self._together()

    @cached_property
    def _open(self) -> list[Placement]:
        return [each for each in self.case.placements if not each.applicant.is_pinned]

    @cached_property
    def _apart(self) -> list[Placement]:
        """The open placements that are not next to a pin from which they must be kept apart."""
        instance = self.case.instance
        sector = {lot: pin.sector for pin in self.pins for lot in pin.pinned_lots}
        beside: dict[str, set[str]] = defaultdict(set)
        for pair in instance.neighbours:
            if pair.kind in instance.policy.separation:
                for lot, other in ((pair.lot_a, pair.lot_b), (pair.lot_b, pair.lot_a)):
                    if other in sector:
                        beside[lot].add(sector[other])
        hostile = instance.policy.hostile
        return [
            each
            for each in self._open
            if not any((each.applicant.sector, other) in hostile for lot in each.lots for other in beside.get(lot, ()))
        ]

    @cached_property
    def _background(self) -> tuple[Group, ...]:
        """The rules that every count rests on: the pins, and the gate that decides who may be placed at all."""
        gate = (Group("eligibility"),) if self.case.instance.policy.min_score else ()
        return (*gate, *(Group("pin", each.applicant_id) for each in self.pins))

    def _nobody(self) -> Iterator[Finding]:
        """Without pins: nobody fits anywhere, or everybody needs more than a limit allows."""
        if not self._open:
            yield Finding("nobody_fits", self._background)
            return
        over: dict[str, Group | None] = {}
        for placement in self._open:
            each = placement.applicant
            found = next(
                (group for group, spare, zone in self.spare() if self._over(placement, group, spare, zone)), None
            )
            over[each.applicant_id] = found if over.get(each.applicant_id, found) is not None else None
        if all(over.values()):
            limits = sorted({group for group in over.values() if group is not None})
            yield Finding("limits_shut_out", (*limits, *self._background), (("applicants", str(len(over))),))

    def _over(self, placement: Placement, group: Group, spare: int, zone: str) -> bool:
        touches = not zone or zone in placement.site.zones
        return touches and getattr(placement.applicant, group.part) > spare

    def spare(self) -> list[tuple[Group, int, str]]:
        """Each limit with what the pins leave of it."""
        instance, found = self.case.instance, []
        for limit in instance.policy.limits:
            inside = [
                each
                for each in self.pins
                if not limit.zone or any(instance.lot[lot].zone == limit.zone for lot in each.pinned_lots)
            ]
            for unit in UNITS:
                most = getattr(limit, unit)
                if most is not None:
                    used = sum(getattr(each, unit) for each in inside)
                    found.append((Group("limit", limit.zone, unit), most - used, limit.zone))
        return found

    def _share(self, quota: Quota, side: str) -> Iterator[Finding]:
        """A floor that too few lots can be added to, or a cap that too few other lots can be set against."""
        share = quota.min_lot_share_percent if side == "min" else quota.max_lot_share_percent
        if share is None:
            return
        held = sum(len(each.pinned_lots) for each in self.pins if counts(quota, each))
        needed = lots_needed(side, share, held, self.granted)
        if needed == 0:
            return
        values = {
            "quota": quota.name, "share": share, "held": held, "granted": self.granted,
            "needed": "∞" if needed is None else needed,
        }  # fmt: skip
        group = Group("quota", quota.name, side)
        code = "floor_out_of_reach" if side == "min" else "cap_out_of_reach"
        for placements, apart in ((self._open, ()), (self._apart, (Group("separation"),))):
            sites = sites_of([each for each in placements if counts(quota, each.applicant) == (side == "min")])
            enough = needed if needed is not None else 10**9
            cut = smallest_cut(sites, enough)
            if needed is None or cut is not None:
                shown = values | {"most": 0 if cut is None else cut.most}
                yield Finding(code, (group, *apart, *self._background), _texts(shown))
                return
            for limit, spare, zone in self.spare():
                most = self._most_within(sites, placements, limit, spare, zone)
                if most < enough:
                    yield Finding(code, (group, limit, *apart, *self._background), _texts(values | {"most": most}))
                    return

    def _most_within(self, sites: Sites, placements: Sequence[Placement], limit: Group, spare: int, zone: str) -> int:
        """Lots that these sites can add within a limit; who has a site outside the limit's zone is not held by it."""
        free = {each.applicant.applicant_id for each in placements if zone and zone not in each.site.zones}
        applicant = self.case.instance.applicant
        needs = {
            each: (getattr(applicant[each], limit.part), largest(offered))
            for each, offered in sites.items()
            if each not in free
        }
        return most_within(needs, spare) + sum(largest(offered) for each, offered in sites.items() if each in free)

    def _together(self) -> Iterator[Finding]:
        """Shares, limits and lots that each could be kept alone, added up into what cannot be."""
        for placements, apart in ((self._open, ()), (self._apart, (Group("separation"),))):
            rows = together_rows(self.case, self.pins, self.spare(), placements)
            multipliers = refutation([(each.coefficients, each.bound) for each in rows])
            if multipliers is not None:
                priced = zip(rows, multipliers, strict=True)
                groups = {row.group for row, times in priced if times and row.group is not None}
                yield Finding("together_out_of_reach", (*sorted(groups), *apart, *self._background))
                return

    def _shares_at_odds(self) -> Iterator[Finding]:
        """Floors and caps that no plan with a lot can meet together, whoever is granted."""
        quotas = self.case.instance.policy.quotas
        for of in ("group", "sector"):
            classes: dict[str, list[Quota]] = defaultdict(list)
            for quota in quotas:
                if getattr(quota, of):
                    classes[getattr(quota, of)].append(quota)
            yield from self._floors(classes)
            yield from self._caps(classes, of)
        for one in quotas:
            for two in quotas:
                low, high = one.min_lot_share_percent, two.max_lot_share_percent
                if low is None or high is None or low <= high:
                    continue
                if all(counts(two, each) for each in self._members if counts(one, each)):
                    named = {"floor": one.name, "low": low, "cap": two.name, "high": high}
                    sides = (Group("quota", one.name, "min"), Group("quota", two.name, "max"))
                    yield Finding("floor_over_cap", (*sides, *self._background), _texts(named))

    def _floors(self, classes: dict[str, list[Quota]]) -> Iterator[Finding]:
        chosen = [
            max((each for each in of if each.min_lot_share_percent is not None), key=_low, default=None)
            for of in classes.values()
        ]
        floors = [each for each in chosen if each is not None]
        total = sum(_low(each) for each in floors)
        if total > 100:
            groups = tuple(Group("quota", each.name, "min") for each in floors)
            yield Finding("floors_over_whole", (*groups, *self._background), _texts({"total": total}))

    def _caps(self, classes: dict[str, list[Quota]], of: str) -> Iterator[Finding]:
        capped = {
            name: min((each for each in found if each.max_lot_share_percent is not None), key=_high, default=None)
            for name, found in classes.items()
        }
        caps = [capped.get(name) for name in sorted({getattr(each, of) for each in self._members})]
        if not caps or any(each is None for each in caps):
            return
        total = sum(_high(each) for each in caps if each is not None)
        if total < 100:
            groups = tuple(Group("quota", each.name, "max") for each in caps if each is not None)
            yield Finding("caps_under_whole", (*groups, *self._background), _texts({"total": total}))

    @cached_property
    def _members(self) -> list[Applicant]:
        """Everybody whom a plan of the case may grant something."""
        found = {each.applicant.applicant_id: each.applicant for each in self.case.placements}
        return [found[each] for each in sorted(found)]


def sites_of(placements: Sequence[Placement]) -> Sites:
    """The sites of each applicant."""
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for each in placements:
        found[each.applicant.applicant_id].append(each.lots)
    return found


def lots_needed(side: str, share_percent: int, held: int, granted: int) -> int | None:
    """Fewest lots to add so that the share is kept: inside for a floor, outside for a cap; None: no number does.

    Where nothing is granted yet, a plan that grants anything needs one such lot, unless the share asks for nothing.
    """
    if side == "min":
        if granted == 0:
            return 1 if share_percent else 0
        short, gain = share_percent * granted - 100 * held, 100 - share_percent
    else:
        if granted == 0:
            return 1 if share_percent < 100 else 0
        short, gain = 100 * held - share_percent * granted, share_percent
    if short <= 0:
        return 0
    return None if gain == 0 else -(-short // gain)


def _low(quota: Quota) -> int:
    return quota.min_lot_share_percent or 0


def _high(quota: Quota) -> int:
    return 100 if quota.max_lot_share_percent is None else quota.max_lot_share_percent


def _texts(values: dict[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in values.items())
