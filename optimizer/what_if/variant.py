"""The variant: an instance with changes applied, one after the other, and the fingerprint of the one it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from instances.applicant import Applicant
from instances.faults import Fault, InstanceError, Place, fault
from instances.instance import Instance
from instances.policy import Policy, Quota
from instances.zone import Lot
from optimizer.plan import Plan
from optimizer.what_if.change import AddBatch, Change, Forbid, Pin, SetPoints, SetQuota, Withdraw
from optimizer.what_if.reading import FILE, read_changes


@dataclass(frozen=True)
class Variant:
    """What a list of changes makes of an instance."""

    instance: Instance
    parent_fingerprint: str
    changes: tuple[Change, ...]


def variant(instance: Instance, changes: Sequence[Change]) -> Variant:
    """The instance with the changes.  Raises InstanceError with every fault in them."""
    placed = [(Place(FILE, "item", f"/{number}"), change) for number, change in enumerate(changes)]
    return _applied(instance, placed, [])


def variant_from(instance: Instance, items: object) -> Variant:
    """The same for changes as JSON values.  Raises InstanceError with every fault, of form and of content."""
    placed, faults = read_changes(items, instance)
    return _applied(instance, placed, faults)


def revising(instance: Instance, earlier: Plan, kept_site: int = 0, most_changes: int | None = None) -> Instance:
    """The instance that revises the earlier plan: who held what, points for keeping it, and how many may change.

    Applicants of the earlier plan that are no longer there, and lots that are no longer there, are left out.
    Raises InstanceError for points or a number that the policy cannot have.
    """
    applicants = tuple(
        replace(
            each,
            earlier_lots=tuple(lot for lot in earlier.assignments.get(each.applicant_id, ()) if lot in instance.lot),
        )
        for each in instance.applicants
    )
    policy = replace(instance.policy, kept_site=kept_site, most_changes=most_changes)
    return replace(instance, applicants=applicants, policy=policy)


def _applied(instance: Instance, placed: Sequence[tuple[Place, Change]], faults: Sequence[Fault]) -> Variant:
    draft = _Draft(
        {lot.lot_id: lot for lot in instance.lots},
        {each.applicant_id: each for each in instance.applicants},
        instance.policy,
        list(faults),
    )
    for where, change in placed:
        draft.apply(where, change)
    if draft.faults:
        raise InstanceError(draft.faults)
    made = Instance(tuple(draft.lots.values()), instance.neighbours, tuple(draft.applicants.values()), draft.policy)
    return Variant(made, instance.fingerprint(), tuple(change for _, change in placed))


@dataclass
class _Draft:
    """The parts of an instance while changes are applied to them."""

    lots: dict[str, Lot]
    applicants: dict[str, Applicant]
    policy: Policy
    faults: list[Fault] = field(default_factory=list)

    def apply(self, where: Place, change: Change) -> None:
        """Make one change; a fault in it is noted."""
        try:
            match change:
                case Forbid():
                    self._forbid(where, change)
                case Pin():
                    self._pin(where, change)
                case Withdraw():
                    if self._knows(where, "applicant_id", change.applicant_id):
                        del self.applicants[change.applicant_id]
                case SetPoints():
                    points: dict[str, Any] = {change.name: change.points}
                    self.policy = replace(self.policy, **points)
                case SetQuota():
                    self._quota(where, change)
                case AddBatch():
                    self._add(where, change)
        except InstanceError as error:
            self.faults += [each.at(file=where.file, part=where.part, key=where.key) for each in error.faults]

    def _forbid(self, where: Place, change: Forbid) -> None:
        if change.applicant_id:
            if self._knows(where, "applicant_id", change.applicant_id):
                if self.applicants[change.applicant_id].is_pinned:
                    self._say("forbids_a_pin", where, "applicant_id", change.applicant_id)
                else:
                    del self.applicants[change.applicant_id]
            return
        lot = self.lots.get(change.lot_id)
        if lot is None:
            self._say("unknown_lot", where, "lot_id", change.lot_id)
            return
        if any(change.lot_id in each.pinned_lots for each in self.applicants.values()):
            self._say("forbids_a_pin", where, "lot_id", change.lot_id)
            return
        known = {sector.sector_id for sector in self.policy.sectors}
        if change.sector and change.sector not in known:
            self._say("unknown_sector", where, "sector", change.sector)
            return
        left = (set(lot.sectors) or known) - {change.sector} if change.sector else set()
        # An empty list of sectors would admit all: a lot that admits none is not available.
        changed = replace(lot, sectors=tuple(left)) if left else replace(lot, status="reserved")
        self.lots[change.lot_id] = changed

    def _pin(self, where: Place, change: Pin) -> None:
        strangers = [lot for lot in change.lots if lot not in self.lots]
        for lot in strangers:
            self._say("unknown_lot", where, "lots", lot)
        if self._knows(where, "applicant_id", change.applicant_id) and not strangers:
            holder = self.applicants[change.applicant_id]
            self.applicants[change.applicant_id] = replace(holder, pinned_lots=change.lots)

    def _quota(self, where: Place, change: SetQuota) -> None:
        others = [each for each in self.policy.quotas if each.name != change.name]
        old = next((each for each in self.policy.quotas if each.name == change.name), None)
        shares = (change.min_lot_share_percent, change.max_lot_share_percent)
        if shares == (None, None):
            if old is None:
                self._say("unknown_quota", where, "name", change.name)
            self.policy = replace(self.policy, quotas=tuple(others))
            return
        group, sector = change.group, change.sector
        if old is not None and not group and not sector:
            group, sector = old.group, old.sector
        self.policy = replace(self.policy, quotas=(*others, Quota(change.name, group, sector, *shares)))

    def _add(self, where: Place, change: AddBatch) -> None:
        for each in change.applicants:
            if each.applicant_id in self.applicants:
                self._say("already_in_roster", where, "applicants", each.applicant_id)
            else:
                self.applicants[each.applicant_id] = each

    def _knows(self, where: Place, name: str, applicant_id: str) -> bool:
        if applicant_id in self.applicants:
            return True
        self._say("unknown_applicant", where, name, applicant_id)
        return False

    def _say(self, code: str, where: Place, name: str, found: str) -> None:
        self.faults.append(fault(code, Place(where.file, where.part, where.key, name), found))
