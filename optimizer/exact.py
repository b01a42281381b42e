"""Exact solution of small programs by CP-SAT.  Its answers are candidates and claims, checked by whoever asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.program import Program

if TYPE_CHECKING:  # loaded when first needed, with pandas: a fifth of a second that no first plan should wait for
    from ortools.sat.python import cp_model


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns that are 1 in the best point found, and whether the solver claims that nothing is better."""

    chosen: tuple[int, ...]
    claims_best: bool
    work: float


@dataclass(frozen=True, slots=True)
class Look:
    """Columns that are 1 in the best point found, None without one; what the solver claims: that it is the best, or
    that there is none."""

    chosen: tuple[int, ...] | None
    claims_best: bool
    claims_none: bool
    work: float = 0.0


def maximise(
    program: Program, fixed: Collection[int], hint: Collection[int], work: float, seconds: float, seed: int
) -> Answer | None:
    """The best point found with the columns `fixed` at 1, within deterministic work and wall seconds; None if none.

    hint: columns that are 1 in a known point.  One thread: the same arguments give the same answer unless the
    seconds run out first.
    """
    found = _looked(program, fixed, hint, work, seconds, seed)
    return None if found.chosen is None else Answer(found.chosen, found.claims_best, found.work)


def look(program: Program, work: float, seconds: float, seed: int) -> Look:
    """Whether the program has a point, and the best one found, within deterministic work and wall seconds."""
    return _looked(program, (), None, work, seconds, seed)


def _looked(
    program: Program,
    fixed: Collection[int],
    hint: Collection[int] | None,
    work: float,
    seconds: float,
    seed: int,
) -> Look:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in program.values]
    _add_rows(model, columns, program)
    for number in fixed:
        model.add(columns[number] == 1)
    if hint is not None:
        for number, column in enumerate(columns):
            model.add_hint(column, number in hint)
    if any(program.values):
        model.maximize(cp_model.LinearExpr.weighted_sum(columns, program.values))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = work
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Look(None, False, status == cp_model.INFEASIBLE)
    chosen = tuple(number for number, column in enumerate(columns) if solver.boolean_value(column))
    return Look(chosen, status == cp_model.OPTIMAL, False, solver.response_proto.deterministic_time)


def _add_rows(model: cp_model.CpModel, columns: list[cp_model.IntVar], program: Program) -> None:
    from ortools.sat.python import cp_model

    for row in program.rows:
        of_row = [columns[number] for number in row.columns]
        if row.is_equal and row.upper == 0:
            signs = zip(of_row, row.coefficients, strict=True)
            model.add_exactly_one([column if sign > 0 else column.negated() for column, sign in signs])
        elif row.upper == 1 and not row.is_equal and set(row.coefficients) == {1}:
            model.add_at_most_one(of_row)
        else:
            total = cp_model.LinearExpr.weighted_sum(of_row, row.coefficients)
            model.add(total == row.upper if row.is_equal else total <= row.upper)
