"""Find what is in conflict: the proofs, minimal sets of rules that leave no plan, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.conflict.case import Group, case_of, groups_of, with_only
from optimizer.conflict.change import Change, least_change, singles
from optimizer.conflict.minimal import minimal_conflict
from optimizer.conflict.screens import Finding, screens
from optimizer.conflict.settling import Effort, Settled, best, settled
from optimizer.plan import Plan

Kind = Literal["no_plan", "only_empty"]
MOST_SETS, MOST_TRIALS = 4, 60


@dataclass(frozen=True, slots=True)
class Clash:
    """A minimal set of rules that leave no plan: with any one of them given up, the others do leave one.

    is_proved: that they leave none is proved by a screen and not only claimed by the solver.  is_minimal: every other
    answer was given, within the effort; a plan was found, and audited, for each of them.
    """

    groups: tuple[Group, ...]
    is_proved: bool
    is_minimal: bool


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes that together let a plan count: that plan passed the audit under the changed rules."""

    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Conflict:
    """Why no plan counts.  kind: "no_plan", or "only_empty" when only the plan that grants nothing keeps the rules.

    findings: proofs in whole numbers; without any, that there is no plan is what the solver claims.  clashes share no
    rule.  remedies: alternatives, each of which suffices.
    """

    kind: Kind
    findings: tuple[Finding, ...]
    clashes: tuple[Clash, ...]
    remedies: tuple[Remedy, ...]

    @property
    def is_proved(self) -> bool:
        """Whether it was proved, and not only claimed, that no plan counts."""
        return bool(self.findings)

    def document(self) -> dict[str, Any]:
        """The conflict as JSON values; docs/conflicts.md describes every key."""
        return {
            "kind": self.kind,
            "proved": self.is_proved,
            "findings": [
                {"code": each.code, "rules": [_rule(group) for group in each.groups], "values": dict(each.values)}
                for each in self.findings
            ],
            "clashes": [
                {
                    "rules": [_rule(group) for group in each.groups],
                    "proved": each.is_proved,
                    "minimal": each.is_minimal,
                }
                for each in self.clashes
            ],
            "remedies": [[_change(each) for each in remedy.changes] for remedy in self.remedies],
        }


def screened(instance: Instance) -> tuple[Finding, ...]:
    """The findings of the screens on the instance as it stands: proofs, in well under a second."""
    return tuple(screens(case_of(instance)))


def conflict_of(instance: Instance, effort: Effort | None = None) -> Conflict | Plan | None:
    """Why no plan counts; or a plan that does; or None when neither was found within the effort.

    A plan counts when it keeps every rule and, where nobody is pinned, grants something.
    """
    return Search(instance, effort or Effort()).conflict()


class Search:
    """One look for what is in conflict; answers about sets of rules are remembered."""

    def __init__(self, instance: Instance, effort: Effort) -> None:
        self.case, self.effort = case_of(instance), effort
        self.groups = groups_of(instance)
        self.known: dict[frozenset[Group], Settled] = {}

    def conflict(self) -> Conflict | Plan | None:
        """What `conflict_of` gives back."""
        whole = self._settled(self.groups)
        if whole.answer == "unknown":
            whole = self.known[frozenset(self.groups)] = best(self.case, {}, self.effort)
        if whole.plan is not None:
            return whole.plan
        if whole.answer == "unknown":
            return None
        findings = tuple(screens(self.case))
        clashes = tuple(self._clashes(findings))
        is_empty_fine = self.case.must_grant and audit(self.case.instance, Plan({})).is_feasible
        kind: Kind = "only_empty" if is_empty_fine else "no_plan"
        return Conflict(kind, findings, clashes, tuple(self._remedies(clashes)))

    def _settled(self, groups: Sequence[Group]) -> Settled:
        kept = frozenset(groups)
        if kept not in self.known:
            self.known[kept] = settled(with_only(self.case, kept), self.effort)
        return self.known[kept]

    def _is_conflict(self, groups: tuple[Group, ...]) -> bool:
        return self._settled(groups).answer in ("none_proved", "none_claimed")

    def _clashes(self, findings: Sequence[Finding]) -> Iterator[Clash]:
        """Minimal conflicts without a rule in common, beginning in what a screen found."""
        left = self.groups
        start: Sequence[Group] = findings[0].groups if findings else self.groups
        for _ in range(MOST_SETS):
            found = minimal_conflict(start, self._is_conflict)
            others = [self._settled([each for each in found if each != group]).answer for group in found]
            yield Clash(found, self._settled(found).answer == "none_proved", all(each == "plan" for each in others))
            left = tuple(group for group in left if group not in found)
            if not found or not self._is_conflict(left):
                return
            start = left

    def _remedies(self, clashes: Sequence[Clash]) -> Iterator[Remedy]:
        """Changes of one rule that suffice alone, and the fewest pins; where there are none, one of each clash."""
        groups = sorted({group for clash in clashes for group in clash.groups}) if len(clashes) > 1 else []
        groups = groups or [group for clash in clashes for group in clash.groups]
        found = [Remedy(changes) for changes, _ in singles(self.case, groups, self.effort)]
        yield from found
        if not found and clashes and all(clash.groups for clash in clashes):
            yield from self._together([clash.groups for clash in clashes])

    def _together(self, clashes: Sequence[tuple[Group, ...]]) -> Iterator[Remedy]:
        """One rule of each clash given up, then each held as near to what it was as the others allow."""
        for trial, chosen in enumerate(product(*clashes)):
            if trial >= MOST_TRIALS or not self.effort.seconds_left:
                return
            if self._settled([group for group in self.groups if group not in chosen]).plan is None:
                continue
            changes: list[Change] = []
            for at, group in enumerate(chosen):
                rest = [each for each in self.groups if each not in chosen[at + 1 :]]
                case = with_only(self.case, rest)
                for change in changes:
                    case = change.applied(case)
                least = least_change(case, group, self.effort)
                if least is None:
                    break
                changes.append(least[0])
            else:
                yield Remedy(tuple(changes))
                return


def _rule(group: Group) -> Mapping[str, str]:
    return {"kind": group.kind, "name": group.name, "part": group.part}


def _change(change: Change) -> Mapping[str, Any]:
    return {
        **_rule(change.group),
        "was": change.was,
        "to": change.to,
        "kept_apart": list(change.names),
        "least": change.least,
    }
