"""The lottery: equal plans are told apart by the published draw only (spec section 5).

Where the bound meets the value, the certificate's prices leave few choices open, in each leaf of its tree; all plans of
that value are then enumerated exactly, and the draw picks one: the plan is unique.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.branching import TreeChecker
from optimizer.certificate import Certificate
from optimizer.certificates import AnyCertificate
from optimizer.piece_plans import PiecePlans
from optimizer.plan import Plan, lottery_rank

MOST_STEPS = 50_000
MOST_PLANS = 2_000
"""The enumeration gives up beyond these; the plan is then reproducible, and not said to be unique."""

Lots = tuple[str, ...]
Order = tuple[tuple[int, ...], tuple[Lots, ...]]


def drawn_plan(instance: Instance, certificate: AnyCertificate, value_millipoints: int) -> Plan | None:
    """The plan that the draw prefers to every other of this value, where the certificate proves no larger value.

    None when its bound is not this value, when there is no such plan, or when too many would have to be gone through.
    """
    if certificate.bound_millipoints != value_millipoints:
        return None
    enumeration: _Enumeration | PiecePlans
    if not isinstance(certificate, Certificate):
        enumeration = PiecePlans(instance, certificate, value_millipoints, MOST_STEPS, MOST_PLANS)
    else:
        enumeration = _Enumeration(instance, certificate, value_millipoints)
    best = min(enumeration.plans(), key=lambda each: draw_order(instance, each), default=None)
    return None if enumeration.is_cut_short else best


def draw_order(instance: Instance, plan: Plan) -> Order:
    """The key by which the draw compares plans of equal value; the smallest is the best."""
    ranked = sorted((lottery_rank(instance, each), lots) for each, lots in plan.assignments.items())
    return tuple(rank for rank, _ in ranked), tuple(lots for _, lots in ranked)


@dataclass
class _Enumeration:
    """All feasible plans of a value that equals the certificate's bound."""

    instance: Instance
    certificate: Certificate
    value_millipoints: int
    is_cut_short: bool = False
    _steps: int = 0
    _tried: int = 0
    _options: list[tuple[str, list[tuple[Lots | None, int]]]] = field(default_factory=list)

    def plans(self) -> Iterator[Plan]:
        """Each of them once, leaf by leaf of the certificate's tree.

        In a leaf, a plan of this value can lose at most bound - value in all against the best choices, so only
        choices within that loss are open.  Leaves are evaluated for one millipoint less than the claim, so that no
        plan of this value is left out.
        """
        checker = TreeChecker(self.instance, self.certificate, self.value_millipoints - 1)
        for leaf in checker.open_leaves():
            spare = leaf.bound - checker.threshold
            self._options = []
            for applicant_id, sites in leaf.sites.items():
                options: list[tuple[Lots | None, int]] = [*sites]
                if applicant_id in leaf.may_have_none:
                    options.append((None, 0))
                best = max(gain for _, gain in options)
                within = [(lots, best - gain) for lots, gain in options if best - gain <= spare]
                if within != [(None, 0)]:
                    self._options.append((applicant_id, within))
            self._options.sort(key=lambda each: (len(each[1]), each[0]))
            yield from self._extend(0, spare, {}, set())
            if self.is_cut_short:
                return

    def _extend(self, depth: int, spare: int, chosen: dict[str, Lots], taken: set[str]) -> Iterator[Plan]:
        self._steps += 1
        if self._steps > MOST_STEPS or self._tried >= MOST_PLANS:
            self.is_cut_short = True
            return
        if depth == len(self._options):
            self._tried += 1
            plan = Plan(dict(chosen))
            counted = audit(self.instance, plan)
            if counted.is_feasible and counted.value_millipoints == self.value_millipoints:
                yield plan
            return
        applicant_id, options = self._options[depth]
        for lots, loss in options:
            if loss > spare or (lots is not None and not taken.isdisjoint(lots)):
                continue
            if lots is None:
                yield from self._extend(depth + 1, spare - loss, chosen, taken)
            else:
                yield from self._extend(depth + 1, spare - loss, {**chosen, applicant_id: lots}, taken | set(lots))
