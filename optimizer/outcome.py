"""What one run of the optimizer gives back: plan, value, claim and proof, kept apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from instances.instance import Instance
from optimizer.plan import Plan

Kind = Literal["plan", "infeasible_proved", "none_found"]


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: `seconds` of wall time, or `work` units that do not depend on the machine's speed, or both.

    One unit is roughly one second of one core on the machine of docs/decisions/0004-work.md.  workers: threads; more
    than two are of use to a large instance with several zones only.
    """

    seconds: int | None = 60
    work: int | None = None
    seed: int = 1
    workers: int = 2

    def __post_init__(self) -> None:
        if self.seconds is None and self.work is None:
            raise ValueError("give a limit: seconds, work or both")
        for name in ("seconds", "work", "workers"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise ValueError(f"{name} is {number}; give a whole number from 1")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a solver said.  Never shown to a user as truth."""

    status: str
    bound_millipoints: int | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A bound that the exact checker recomputed from a certificate; only `certificate.check` makes one."""

    bound_millipoints: int
    certificate_sha256: str


def gap_millionths(value_millipoints: int, proof: Proof) -> int:
    """(bound - value) / value in whole millionths, rounded up; 0 means that the plan is proved optimal."""
    return -((value_millipoints - proof.bound_millipoints) * 1_000_000 // max(value_millipoints, 1))


@dataclass(frozen=True, slots=True)
class StageProgress:
    """Where a stage stands, counted from 1 of so many: the most of its goal found, and what was checked that no plan
    exceeds which keeps the floors of the stages before (None before the first)."""

    number: int
    of: int
    goal: str
    value_millipoints: int | None
    bound_millipoints: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """One event of a run: elapsed time, best value and best checked bound so far (None before the first).

    plan: one that is better than any told before.  stage: of a run of stages; better is then what the stages prefer,
    the value is that plan's own, and the bounds are those of the stages.
    """

    elapsed_ms: int
    step: str
    value_millipoints: int | None
    bound_millipoints: int | None
    plan: Plan | None = None
    stage: StageProgress | None = None


Listener = Callable[[Progress], None]


@dataclass(frozen=True)
class Outcome:
    """The result of a run.  plan, value and goals are present together when kind is "plan".

    goals_millipoints: keys jobs, preferred, clustering, and stability where an earlier plan is revised for points; they
    sum to the value.  reasons: applicant id -> Reason, for
    every applicant.  certificate: the JSON document whose SHA-256 stands in proof.  unique: proved optimal and the
    lottery settled every tie.  stages: of a policy that asks for them: goal, loss, value, floor and proved bound of
    each; such an outcome has no proof of the whole value.  conflict: the JSON document of what stands in the
    way, where no plan keeps the rules, or only the one that grants nothing; whether that is proved stands in it.
    gone: who gave up its site after the decision, where the plan came about by promotion from the waitlist.
    """

    instance: Instance
    kind: Kind
    limits: Limits
    claim: Claim
    plan: Plan | None = None
    value_millipoints: int = 0
    goals_millipoints: Mapping[str, int] = field(default_factory=dict)
    waitlist: tuple[str, ...] = ()
    reasons: Mapping[str, Any] = field(default_factory=dict)
    proof: Proof | None = None
    certificate: Mapping[str, Any] | None = None
    unique: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)
    stages: tuple[Mapping[str, Any], ...] = ()
    conflict: Mapping[str, Any] | None = None
    gone: tuple[str, ...] = ()
