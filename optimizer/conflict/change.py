"""Changes: the least that one rule must give so that some plan counts, in the rule's own unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from instances.faults import InstanceError
from optimizer.conflict.case import Case, Group, changed, groups_of, number_of, with_only, without_pins
from optimizer.conflict.screens import screens
from optimizer.conflict.settling import Effort, Settled, best, settled
from optimizer.plan import Plan
from optimizer.rules.changes import changed as changed_sites
from optimizer.rules.quotas import counts

Least = Literal["proved", "claimed", "found"]


@dataclass(frozen=True, slots=True)
class Change:
    """A rule changed from `was` to `to`, or given up (to is None).

    names: kinds of neighbours kept apart from then on.  least: whether a smaller change was proved not to suffice,
    is only claimed by the solver not to, or was not decided within the effort.
    """

    group: Group
    was: int | None
    to: int | None
    names: tuple[str, ...] = ()
    least: Least = "found"

    def applied(self, case: Case) -> Case:
        """The case with the change made."""
        if self.group.kind == "separation":
            return changed(case, self.group, self.names)
        return changed(case, self.group, self.to)


MOST_PINS_TRIED = 40


def least_change(case: Case, group: Group, effort: Effort) -> tuple[Change, Plan] | None:
    """The least change of this rule alone that lets a plan count, with such a plan; None when none was found."""
    if group.kind == "pin":
        freed = Case(without_pins(case.instance, {group.name}), case.released, case.must_grant)
        found = settled(freed, effort)
        return None if found.plan is None else (Change(group, None, None, least="proved"), found.plan)
    if group.kind == "separation":
        return _apart_less(case, group, effort)
    return _halved(case, group, effort)


def fewest_pins(case: Case, effort: Effort) -> tuple[tuple[Change, ...], Plan] | None:
    """The fewest pins to give up so that a plan counts; None when the pins are not what stands in the way.

    One pin is tried at a time first: on a large zone that is decided sooner than how many must go.
    """
    case = replace(case, must_grant=True)  # with every pin gone, the plan that grants nothing would mend anything
    pins = [each for each in groups_of(case.instance) if each.kind == "pin"]
    for pin in pins[:MOST_PINS_TRIED]:
        found = least_change(case, pin, effort)
        if found is not None:
            return (found[0],), found[1]
    lots = {pin: case.instance.applicant[pin.name].pinned_lots for pin in pins}
    freed = with_only(case, [each for each in groups_of(case.instance) if each.kind != "pin"])
    worth = {("placement", pin.name, *lots[pin]): 1 for pin in pins}
    is_small = len(freed.placements) <= effort.most_placements
    answer = best(freed, worth, effort) if is_small else settled(freed, effort)
    plan = answer.plan
    if plan is None:
        return None
    least: Least = "claimed" if answer.is_best else "found"
    given_up = [pin for pin in pins if plan.assignments.get(pin.name) != lots[pin]]
    return tuple(Change(pin, None, None, least=least) for pin in given_up), plan


def _halved(case: Case, group: Group, effort: Effort) -> tuple[Change, Plan] | None:
    """A limit, a share or a score, found by halving: what suffices once suffices when more is given."""
    was = number_of(case.instance, group)
    found = settled(changed(case, group, None), effort)
    if found.plan is None:
        return None
    plan, is_sure = found.plan, True
    steps = _steps(case, group, was, plan)
    low, high = -1, _kept_at(case, group, steps, plan)
    while high - low > 1:
        middle = (low + high) // 2
        answer = _settled_at(case, group, steps[middle], effort)
        if answer.plan is not None:
            plan = answer.plan
            high = min(middle, _kept_at(case, group, steps, plan))
        else:
            low, is_sure = middle, is_sure and answer.answer != "unknown"
    least: Least = "claimed" if is_sure else "found"
    if _settled_at(case, group, was if high == 0 else steps[high - 1], None).answer == "none_proved":
        least = "proved"
    return Change(group, was, steps[high], least=least), plan


def _settled_at(case: Case, group: Group, to: int, effort: Effort | None) -> Settled:
    """The answer with the rule changed to this; without effort, by the screens and the pins themselves alone."""
    try:
        trial = changed(case, group, to)
    except InstanceError:
        return Settled("none_proved")
    if effort is None:
        return Settled("unknown" if next(screens(trial), None) is None else "none_proved")
    return settled(trial, effort)


def _steps(case: Case, group: Group, was: int, plan: Plan) -> Sequence[int]:
    """What the rule could be changed to, the smallest change first; this plan keeps the last."""
    if group.kind == "limit":
        return range(was + 1, _used(case, group, plan) + 1)
    if group.kind == "changes":
        return range(was + 1, len(changed_sites(case.instance, plan)) + 1)
    if group.kind == "eligibility":
        scores = {each.score for each in case.instance.applicants if each.score < was}
        return [*sorted(scores - {0}, reverse=True), 0]
    return range(was - 1, -1, -1) if group.part == "min" else range(was + 1, 101)


def _kept_at(case: Case, group: Group, steps: Sequence[int], plan: Plan) -> int:
    """The first step at which this plan keeps the rule."""
    if group.kind == "limit":
        return max(_used(case, group, plan) - steps[0], 0)
    if group.kind == "changes":
        return max(len(changed_sites(case.instance, plan)) - steps[0], 0)
    if group.kind == "eligibility":
        released = dict(case.released)
        scores = [
            case.instance.applicant[each].score
            for each, lots in plan.assignments.items()
            if not case.instance.applicant[each].is_pinned and released.get(each) != lots
        ]
        least = min(scores, default=100)
        return next(at for at, step in enumerate(steps) if step <= least)
    granted = sum(len(lots) for lots in plan.assignments.values())
    quota = next(each for each in case.instance.policy.quotas if each.name == group.name)
    held = sum(len(lots) for each, lots in plan.assignments.items() if counts(quota, case.instance.applicant[each]))
    sign = 1 if group.part == "min" else -1
    return next(at for at, step in enumerate(steps) if sign * (100 * held - step * granted) >= 0)


def _apart_less(case: Case, group: Group, effort: Effort) -> tuple[Change, Plan] | None:
    """The most kinds of neighbours that can still be kept apart."""
    kinds = case.instance.policy.separation
    for count in range(len(kinds) - 1, -1, -1):
        for kept in combinations(kinds, count):
            found = settled(changed(case, group, kept), effort)
            if found.plan is not None:
                least: Least = "proved" if count == len(kinds) - 1 else "claimed"
                return Change(group, None, None, kept, least), found.plan
    return None


def _used(case: Case, group: Group, plan: Plan) -> int:
    """What the plan uses of the limit."""
    instance = case.instance
    inside = [
        each
        for each, lots in plan.assignments.items()
        if not group.name or any(instance.lot[lot].zone == group.name for lot in lots)
    ]
    return sum(int(getattr(instance.applicant[each], group.part)) for each in inside)


def singles(case: Case, groups: Sequence[Group], effort: Effort) -> Iterator[tuple[tuple[Change, ...], Plan]]:
    """Every change of one rule among these that suffices alone, and the fewest pins."""
    for group in groups:
        if group.kind != "pin":
            found = least_change(case, group, effort)
            if found is not None:
                yield (found[0],), found[1]
    if any(group.kind == "pin" for group in groups):
        pins = fewest_pins(case, effort)
        if pins is not None:
            yield pins
