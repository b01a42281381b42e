"""Whether some plan of a case counts: by screens, by the plan of the pins alone, by local search, else by CP-SAT.

A plan is recounted by the audit before it is believed.  That there is none is proved by a screen, or else only claimed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from instances.instance import Instance
from instances.policy import Policy
from optimizer.assemble import assemble
from optimizer.conflict.case import Case
from optimizer.conflict.screens import screens
from optimizer.exact import Look, look
from optimizer.plan import Plan
from optimizer.program import Name, Program, Row
from optimizer.search.ejection import anneal
from optimizer.search.ground import ground_of, plan_of, starting_plan
from optimizer.search.schedule import Schedule, excess_prices, options_of

Answer = Literal["plan", "none_proved", "none_claimed", "unknown"]
QUIET = {"job_direct": 0, "job_indirect": 0, "border_metre": 0, "street_metre": 0, "preferred_lot": 0}
"""Without points the program has no columns for borders, and any feasible plan is as good as another."""


MOVES, MOVES_PER_PLACEMENT = 30_000, 20
"""Moves of the local search for a plan that counts: less than a second on the bundled zone."""
HOT, COLD = 6e3, 150.0
"""First and last temperature, in millipoints, where a job counts one point."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The answer about a case; with a plan when it is "plan".  is_best: the solver claims that no plan is better."""

    answer: Answer
    plan: Plan | None = None
    is_best: bool = False


@dataclass
class Effort:
    """How much may be spent: CP-SAT's deterministic work for each case, and a moment after which nothing is begun.

    most_placements: CP-SAT is not asked about larger cases, for there it seldom answers in that time.
    """

    work_each: float = 3.0
    most_placements: int = 2000
    deadline: float = field(default_factory=lambda: time.monotonic() + 60.0)
    seed: int = 1

    @property
    def seconds_left(self) -> float:
        """Until the deadline, never under zero."""
        return max(self.deadline - time.monotonic(), 0.0)


def settled(case: Case, effort: Effort) -> Settled:
    """Whether some plan of the case counts."""
    if next(screens(case), None) is not None:
        return Settled("none_proved")
    alone = Plan(case.instance.pins)
    if case.is_met_by(alone):
        return Settled("plan", alone)
    plan = searched(case, effort) if case.placements else None
    if plan is not None:
        return Settled("plan", plan)
    return best(case, {}, effort) if len(case.placements) <= effort.most_placements else Settled("unknown")


def searched(case: Case, effort: Effort) -> Plan | None:
    """A plan that counts, by local search from the pins; None when none was met."""
    halt = np.zeros(1, dtype=np.bool_)
    instance = _quiet(case.instance, job_direct=1)
    ground = ground_of(instance)
    moves = min(MOVES, MOVES_PER_PLACEMENT * len(ground.site))
    charge, everything = np.zeros(len(ground.most)), np.ones(len(ground.site), dtype=np.bool_)
    schedule = Schedule(moves, HOT, COLD, effort.seed, charge, excess_prices(ground) + 1.0, halt)
    held, _ = anneal(ground, starting_plan(ground), options_of(ground, everything), schedule)
    plan = plan_of(instance, ground, held)
    return plan if case.is_met_by(plan) else None


def best(case: Case, worth: Mapping[Name, int], effort: Effort) -> Settled:
    """The plan that counts with the largest worth, as far as the effort goes.

    worth: whole numbers by name of a placement's column, ("placement", applicant, lots...).
    """
    if not effort.seconds_left:
        return Settled("unknown")
    program = program_of(case, worth)
    found: Look = look(program, effort.work_each, effort.seconds_left, effort.seed)
    if found.chosen is None:
        return Settled("none_claimed" if found.claims_none else "unknown")
    names = [program.names[column] for column in found.chosen]
    plan = Plan({name[1]: name[2:] for name in names if name[0] == "placement"})
    if not case.is_met_by(plan):
        raise RuntimeError("CP-SAT returned a plan that the audit refuses")
    return Settled("plan", plan, found.claims_best)


def program_of(case: Case, worth: Mapping[Name, int]) -> Program:
    """The rules of the case as a program; its points are the plans that count."""
    _, program = assemble(_quiet(case.instance), case.placements)
    rows = list(program.rows)
    if case.must_grant:
        every = tuple(range(len(case.placements)))
        rows.append(Row(("granted",), every, (-1,) * len(every), -1))
    return Program(program.names, [worth.get(name, 0) for name in program.names], rows)


def _quiet(instance: Instance, **points: int) -> Instance:
    policy: Policy = replace(instance.policy, **{**QUIET, **points})  # type: ignore[arg-type]
    return Instance(instance.lots, instance.neighbours, instance.applicants, policy)
