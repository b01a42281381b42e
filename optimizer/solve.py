"""The story on one page: Instance and Limits in, Outcome out."""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version

from instances.instance import Instance
from optimizer.assemble import assemble
from optimizer.audit import audit
from optimizer.board import Board
from optimizer.certificate import Certificate, document_sha256
from optimizer.check import check
from optimizer.explain import explain
from optimizer.export.document import plan_document
from optimizer.fill import fill
from optimizer.ground import Ints32, held_of
from optimizer.lottery import Settled, settle
from optimizer.matrix import matrix_of
from optimizer.outcome import Claim, Limits, Listener, Outcome
from optimizer.plan import Plan
from optimizer.prove import prove
from optimizer.search import search
from optimizer.sites import Placement
from optimizer.start import still_standing
from optimizer.waitlist import waitlist

FINISHING_SECONDS, FINISHING_SECONDS_PER_PLACEMENT = 0.2, 16e-6
"""Kept back from the time limit for the audit, the reasons and the last check."""
VERSIONED = ("lotwise", "ortools", "numba", "numpy")


def solve(
    instance: Instance,
    limits: Limits,
    listen: Listener = lambda progress: None,
    stop: threading.Event | None = None,
    start: Plan | None = None,
) -> Outcome:
    """Allocate: the best plan found within the limits, with a proof of how far from the best it can be.

    listen: called from the search's threads with each better plan or bound.  stop: when set, the search ends within
    about a second and what it has is returned, proved as usual.  start: an earlier plan to begin from; what of it does
    not fit this instance is left out, and the outcome is never worth less than what remains, if that is feasible.  The
    outcome's value is recounted by the audit and its
    bound by the checker; nothing that a solver said is passed on but as a claim.
    """
    started = time.monotonic()
    columns, program = assemble(instance)
    finishing = FINISHING_SECONDS + FINISHING_SECONDS_PER_PLACEMENT * len(columns.placements)
    deadline = started + (limits.seconds - finishing if limits.seconds is not None else 10**9)
    matrix = matrix_of(columns, program)
    board = Board(listen, stop or threading.Event(), started, deadline, lambda held: _plan(columns.placements, held))
    held = None if start is None else held_of(columns, still_standing(instance, columns.placements, start))
    search(instance, columns, matrix, limits, board, held)
    return _outcome(instance, columns.placements, limits, board)


def _outcome(instance: Instance, placements: Sequence[Placement], limits: Limits, board: Board) -> Outcome:
    if board.held is None:
        claim = Claim("none_found", None)
        return Outcome(instance, "none_found", limits, claim, versions=_versions())
    certificate = board.certificate or prove(instance, {})  # a run stopped at once has at least the bound of no prices
    settled = _settled(instance, placements, _plan(placements, board.held), certificate)
    counted = audit(instance, settled.plan)
    if not counted.is_feasible:
        said = "; ".join(breach.says for breach in counted.breaches)
        raise RuntimeError(f"the search returned a plan that the audit refuses: {said}")
    fitting = {placement.applicant.applicant_id for placement in placements}
    outcome = Outcome(
        instance,
        "plan",
        limits,
        _claim(certificate, counted.value_millipoints),
        settled.plan,
        counted.value_millipoints,
        counted.goals_millipoints,
        waitlist(instance, settled.plan, fitting),
        explain(instance, settled.plan, placements),
        unique=settled.is_unique,
        versions=_versions(),
    )
    return _proved(outcome, certificate)


def _settled(instance: Instance, placements: Sequence[Placement], plan: Plan, certificate: Certificate) -> Settled:
    """The plan filled and settled by the draw; again while an exchange made room that brings points."""
    while True:
        filled = fill(instance, placements, plan)
        settled = settle(instance, placements, filled, certificate)
        if settled.is_unique or settled.plan == filled:
            return settled
        plan = settled.plan


def _proved(outcome: Outcome, certificate: Certificate) -> Outcome:
    """The outcome with its certificate tied to its plan and checked."""
    assert outcome.plan is not None
    tied = replace(
        certificate,
        value_millipoints=outcome.value_millipoints,
        plan_sha256=document_sha256({key: value for key, value in plan_document(outcome).items() if key != "proof"}),
    )
    proof = check(outcome.instance, outcome.plan, tied)
    return replace(outcome, proof=proof, certificate=tied.document())


def _claim(certificate: Certificate, value_millipoints: int) -> Claim:
    bound = certificate.bound_millipoints
    return Claim("optimal" if bound <= value_millipoints else "feasible", bound)


def _plan(placements: Sequence[Placement], held: Ints32) -> Plan:
    chosen = (placements[number] for number in held[held >= 0].tolist())
    return Plan({placement.applicant.applicant_id: placement.lots for placement in chosen})


def _versions() -> Mapping[str, str]:
    return {name: version(name) for name in VERSIONED} | {"python": platform.python_version()}
