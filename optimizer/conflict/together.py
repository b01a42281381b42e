"""The rows that every plan keeps, counted in lots added for each kind of applicant: the quotas' and limits' whole say.

A kind is made of the applicants that count in the same quotas.  Each row holds for the lots that any plan adds to the
pins, so rows without a common point prove that there is no plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from instances.applicant import Applicant
from optimizer.conflict.case import Case, Group
from optimizer.conflict.reach import Sites, largest, smallest_cut
from optimizer.rules.quotas import counts
from optimizer.sites import Placement

UNBOUNDED = 10**9
Kind = tuple[bool, ...]
Spare = Sequence[tuple[Group, int, str]]
"""A limit, what the pins leave of it, and its zone."""


@dataclass(frozen=True, slots=True)
class LotRow:
    """sum of coefficients * lots added of each kind <= bound; group: the rule that it reads, None for the lots."""

    coefficients: tuple[Fraction, ...]
    bound: Fraction
    group: Group | None


def together_rows(case: Case, pins: Sequence[Applicant], spare: Spare, placements: Sequence[Placement]) -> list[LotRow]:
    """Rows on the lots that a plan adds to the pins with these placements."""
    rows = _Rows(case, pins, placements)
    return [*rows.quotas(), *rows.limits(spare), *rows.lots(), *rows.something()]


class _Rows:
    def __init__(self, case: Case, pins: Sequence[Applicant], placements: Sequence[Placement]) -> None:
        self.case, self.pins, self.placements = case, pins, placements
        self.policy = case.instance.policy
        self.kind_of = {
            each.applicant.applicant_id: tuple(counts(quota, each.applicant) for quota in self.policy.quotas)
            for each in placements
        }
        self.kinds: list[Kind] = sorted(set(self.kind_of.values()))

    def quotas(self) -> Iterator[LotRow]:
        """Floor and cap of each quota, the pins' lots on the other side."""
        granted = sum(len(each.pinned_lots) for each in self.pins)
        for at, quota in enumerate(self.policy.quotas):
            held = sum(len(each.pinned_lots) for each in self.pins if counts(quota, each))
            for side, share, sign in (
                ("min", quota.min_lot_share_percent, 1),
                ("max", quota.max_lot_share_percent, -1),
            ):
                if share is not None:
                    coefficients = tuple(Fraction(sign * (share - 100 * kind[at])) for kind in self.kinds)
                    bound = Fraction(sign * (100 * held - share * granted))
                    yield LotRow(coefficients, bound, Group("quota", quota.name, side))

    def limits(self, spare: Spare) -> Iterator[LotRow]:
        """Each lot of a kind needs at least the least need per lot of anybody of that kind."""
        for group, left, zone in spare:
            outside = {each.applicant.applicant_id for each in self.placements if zone and zone not in each.site.zones}
            least: dict[Kind, Fraction] = {}
            for applicant_id, offered in self._sites(self.kinds).items():
                need = getattr(self.case.instance.applicant[applicant_id], group.part)
                per_lot = Fraction(0) if applicant_id in outside else Fraction(need, largest(offered))
                kind = self.kind_of[applicant_id]
                least[kind] = min(least.get(kind, per_lot), per_lot)
            yield LotRow(tuple(least[kind] for kind in self.kinds), Fraction(left), group)

    def lots(self) -> Iterator[LotRow]:
        """No kind, no quota's members or others, and not all together, hold more lots than can be matched to them."""
        unions = {frozenset(self.kinds), *(frozenset({kind}) for kind in self.kinds)}
        for at in range(len(self.policy.quotas)):
            for inside in (True, False):
                unions.add(frozenset(kind for kind in self.kinds if kind[at] == inside))
        for union in sorted(unions, key=sorted):
            if union:
                cut = smallest_cut(self._sites(union), UNBOUNDED)
                coefficients = tuple(Fraction(int(kind in union)) for kind in self.kinds)
                yield LotRow(coefficients, Fraction(0 if cut is None else cut.most), None)

    def something(self) -> Iterator[LotRow]:
        """Where nobody is pinned, a plan that counts adds a lot."""
        if self.case.must_grant:
            yield LotRow((Fraction(-1),) * len(self.kinds), Fraction(-1), None)

    def _sites(self, kinds: Collection[Kind]) -> Sites:
        found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for each in self.placements:
            if self.kind_of[each.applicant.applicant_id] in kinds:
                found[each.applicant.applicant_id].append(each.lots)
        return found
