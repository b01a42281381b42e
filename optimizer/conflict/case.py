"""A case: the instance with some of its rules given up or changed, and what a plan must do to count."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from instances.instance import Instance
from instances.policy import Limit, Policy, Quota
from optimizer.audit import audit
from optimizer.plan import Plan
from optimizer.rules import changes, separation
from optimizer.rules.limits import UNITS
from optimizer.sites import Placement, enumerate_placements, site_of

Kind = Literal["changes", "eligibility", "limit", "quota", "separation", "pin"]
SIDES = ("min", "max")
Lots = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Rules that are given up together.

    name: zone of a limit, name of a quota, applicant of a pin.  part: unit of a limit, side of a quota.
    """

    kind: Kind
    name: str = ""
    part: str = ""


@dataclass(frozen=True)
class Case:
    """An instance with the rules that are kept.

    released: applicants whose pins were given up, each with the lots that it held: it may stay there, whatever fits
    it otherwise, or move, or get nothing.  must_grant: the plan that grants nothing does not count.
    """

    instance: Instance
    released: tuple[tuple[str, Lots], ...] = ()
    must_grant: bool = False

    @cached_property
    def placements(self) -> list[Placement]:
        """Every placement that the kept rules on placements allow, in canonical order."""
        found = enumerate_placements(self.instance)
        if not self.released:
            return found
        known = {(each.applicant.applicant_id, each.lots) for each in found}
        found += [
            Placement(self.instance.applicant[applicant_id], site_of(self.instance, lots))
            for applicant_id, lots in self.released
            if (applicant_id, lots) not in known
        ]
        return sorted(found, key=lambda each: (each.applicant.applicant_id, each.lots))

    def is_met_by(self, plan: Plan) -> bool:
        """Whether the plan counts, by the audit; who was released and stays where it was is pinned there again."""
        if self.must_grant and not plan.assignments:
            return False
        stays = {
            applicant_id: lots for applicant_id, lots in self.released if plan.assignments.get(applicant_id) == lots
        }
        return audit(_with_pins(self.instance, stays), plan).is_feasible


def case_of(instance: Instance) -> Case:
    """The instance itself.  Without pins the plan that grants nothing is always feasible, so it does not count."""
    return Case(instance, must_grant=not instance.pinned_lots)


def groups_of(instance: Instance) -> tuple[Group, ...]:
    """Every group of rules that the instance has, rules of the policy first."""
    return tuple(_groups(instance))


def _groups(instance: Instance) -> Iterator[Group]:
    policy = instance.policy
    for quota in policy.quotas:
        yield from (Group("quota", quota.name, side) for side in SIDES if _share(quota, side) is not None)
    for limit in policy.limits:
        yield from (Group("limit", limit.zone, unit) for unit in UNITS if getattr(limit, unit) is not None)
    if separation.concerns(instance):
        yield Group("separation")
    if policy.min_score:
        yield Group("eligibility")
    if changes.concerns(instance):
        yield Group("changes")
    yield from (Group("pin", each.applicant_id) for each in instance.applicants if each.is_pinned)


def with_only(case: Case, groups: Collection[Group]) -> Case:
    """The case with these groups of rules alone; all others are given up."""
    others = [group for group in groups_of(case.instance) if group not in groups]
    policy = case.instance.policy
    for group in others:
        if group.kind != "pin":
            policy = _changed(policy, group, None)
    pins = {group.name for group in others if group.kind == "pin"}
    held = {each.applicant_id: each.pinned_lots for each in case.instance.applicants if each.applicant_id in pins}
    released = tuple(sorted((*case.released, *held.items())))
    return Case(without_pins(case.instance, pins, policy), released, case.must_grant)


def without_pins(instance: Instance, applicants: Collection[str], policy: Policy | None = None) -> Instance:
    """The instance in which these applicants are pinned no longer, with this policy instead of its own, if any."""
    asking = tuple(
        replace(each, pinned_lots=()) if each.applicant_id in applicants else each for each in instance.applicants
    )
    return Instance(instance.lots, instance.neighbours, asking, policy or instance.policy)


def changed(case: Case, group: Group, to: int | tuple[str, ...] | None) -> Case:
    """The case with one rule changed to a whole number, or separation to these kinds of neighbours; None: given up.

    Raises InstanceError when the pins alone break the changed rule.
    """
    instance = case.instance
    if group.kind == "pin":
        released = (*case.released, (group.name, instance.applicant[group.name].pinned_lots))
        return Case(without_pins(instance, {group.name}), tuple(sorted(released)), case.must_grant)
    policy = _changed(instance.policy, group, to)
    return Case(
        Instance(instance.lots, instance.neighbours, instance.applicants, policy), case.released, case.must_grant
    )


def number_of(instance: Instance, group: Group) -> int:
    """The whole number that the rule holds now: limit, share or score.  Raises KeyError for any other group."""
    policy = instance.policy
    if group.kind == "eligibility":
        return policy.min_score
    if group.kind == "changes" and policy.most_changes is not None:
        return policy.most_changes
    if group.kind == "limit":
        return int(next(getattr(limit, group.part) for limit in policy.limits if limit.zone == group.name))
    if group.kind == "quota":
        share = next(_share(quota, group.part) for quota in policy.quotas if quota.name == group.name)
        assert share is not None, "the group was read from the quota"
        return share
    raise KeyError(group)


def _changed(policy: Policy, group: Group, to: int | tuple[str, ...] | None) -> Policy:
    if group.kind == "separation":
        kinds = to if isinstance(to, tuple) else ()
        return replace(policy, separation=kinds)  # type: ignore[arg-type]
    number = to if isinstance(to, int) else None
    if group.kind == "eligibility":
        return replace(policy, min_score=number or 0)
    if group.kind == "changes":
        return replace(policy, most_changes=number)
    if group.kind == "limit":
        limits = [_limit(each, group, number) for each in policy.limits]
        return replace(policy, limits=tuple(each for each in limits if each is not None))
    quotas = [_quota(each, group, number) for each in policy.quotas]
    return replace(policy, quotas=tuple(each for each in quotas if each is not None))


def _limit(limit: Limit, group: Group, to: int | None) -> Limit | None:
    if limit.zone != group.name:
        return limit
    units = {unit: to if unit == group.part else getattr(limit, unit) for unit in UNITS}
    return None if all(most is None for most in units.values()) else Limit(limit.zone, **units)


def _quota(quota: Quota, group: Group, to: int | None) -> Quota | None:
    if quota.name != group.name:
        return quota
    low, high = (to if side == group.part else _share(quota, side) for side in SIDES)
    return None if low is None and high is None else Quota(quota.name, quota.group, quota.sector, low, high)


def _share(quota: Quota, side: str) -> int | None:
    return quota.min_lot_share_percent if side == "min" else quota.max_lot_share_percent


def _with_pins(instance: Instance, stays: dict[str, Lots]) -> Instance:
    if not stays:
        return instance
    applicants = tuple(
        replace(each, pinned_lots=stays.get(each.applicant_id, each.pinned_lots)) for each in instance.applicants
    )
    return Instance(instance.lots, instance.neighbours, applicants, instance.policy)
