"""The difference of two plans: who moved, gained and lost, and what each goal gained, recounted from both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.plan import Plan

Kind = Literal["moved", "gained", "lost", "gone", "came"]
"""moved: another site; gained, lost: a site where there was none, or the reverse; gone: held a site and is no longer an
applicant; came: a new applicant with a site."""
Lots = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """One applicant that does not hold the same lots in both plans."""

    applicant_id: str
    kind: Kind
    before: Lots
    after: Lots


@dataclass(frozen=True)
class Difference:
    """From one plan to another, which may be of two instances, each counted in its own.

    kept: how many hold the same lots in both.  goals: goal -> millipoints before and after; None where it is no goal.
    lots: those whose tenant is another one.
    """

    before_fingerprint: str
    after_fingerprint: str
    applicants: tuple[Moved, ...]
    kept: int
    goals: dict[str, tuple[int | None, int | None]]
    value_before_millipoints: int
    value_after_millipoints: int
    lots: Lots

    def of_kind(self, kind: Kind) -> tuple[Moved, ...]:
        """Those of one kind, by id."""
        return tuple(each for each in self.applicants if each.kind == kind)

    def document(self) -> dict[str, Any]:
        """The difference as plain values."""
        return {
            "before": {"fingerprint": self.before_fingerprint, "value_millipoints": self.value_before_millipoints},
            "after": {"fingerprint": self.after_fingerprint, "value_millipoints": self.value_after_millipoints},
            "goals": [
                {"goal": goal, "before_millipoints": before, "after_millipoints": after}
                for goal, (before, after) in self.goals.items()
            ],
            "kept": self.kept,
            "applicants": [
                {
                    "applicant_id": each.applicant_id,
                    "kind": each.kind,
                    "before": list(each.before),
                    "after": list(each.after),
                }
                for each in self.applicants
            ],
            "lots": list(self.lots),
        }


def difference(before_instance: Instance, before: Plan, after_instance: Instance, after: Plan) -> Difference:
    """What is different from the first plan to the second."""
    moved, kept = [], 0
    for applicant_id in sorted(before.assignments.keys() | after.assignments.keys()):
        held, holds = before.assignments.get(applicant_id, ()), after.assignments.get(applicant_id, ())
        if held == holds:
            kept += 1
            continue
        if not holds:
            kind: Kind = "lost" if applicant_id in after_instance.applicant else "gone"
        elif not held:
            kind = "gained" if applicant_id in before_instance.applicant else "came"
        else:
            kind = "moved"
        moved.append(Moved(applicant_id, kind, held, holds))
    one, two = audit(before_instance, before), audit(after_instance, after)
    names = [*one.goals_millipoints, *(name for name in two.goals_millipoints if name not in one.goals_millipoints)]
    lots = sorted(before.tenant.keys() | after.tenant.keys())
    return Difference(
        before_instance.fingerprint(),
        after_instance.fingerprint(),
        tuple(moved),
        kept,
        {name: (one.goals_millipoints.get(name), two.goals_millipoints.get(name)) for name in names},
        one.value_millipoints,
        two.value_millipoints,
        tuple(lot for lot in lots if before.tenant.get(lot) != after.tenant.get(lot)),
    )
