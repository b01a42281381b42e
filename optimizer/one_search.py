"""Look and finish: search one instance for its value, then recount, settle and prove what was found."""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.board import NO_LIMIT_SECONDS, Board
from optimizer.certificate import CertificateError, document_sha256
from optimizer.certificates import AnyCertificate
from optimizer.check import check
from optimizer.explain import explain
from optimizer.export.document import plan_document
from optimizer.fill import fill
from optimizer.kept_sites import with_kept_sites
from optimizer.outcome import Claim, Limits, Listener, Outcome
from optimizer.pace import pace
from optimizer.plan import Plan, lottery_rank
from optimizer.search.ground import ground_of, held_of, plan_of
from optimizer.search.idle import with_idle_lots
from optimizer.search.placements import Placements
from optimizer.search.portfolio import search
from optimizer.search.start import still_standing
from optimizer.settle import Settled, settle
from optimizer.waitlist import waitlist
from optimizer.zone_jobs import ZoneJobs

FINISHING_SECONDS, FINISHING_SECONDS_PER_PLACEMENT = 0.6, 2.7e-6
"""Kept back from the time limit for the audit, the reasons and the last check of prices, at the usual pace."""
VERSIONED = ("lotwise", "ortools", "highspy", "numba", "numpy")
REFUSED_PIECES = ("too_long", "piece_too_low", "bad_piece", "bound_too_low")
"""Codes with which the checker may refuse a certificate by pieces; the run then falls back on plain prices."""


@dataclass(frozen=True)
class Found:
    """What a search ended with: its plan, not yet filled nor settled, and certificates, the best first."""

    instance: Instance
    placements: Placements
    plan: Plan | None
    certificates: Sequence[AnyCertificate]


def look(
    instance: Instance,
    limits: Limits,
    listen: Listener,
    stop: threading.Event | None,
    start: Plan | None,
    deadline: float | None,
    zone_jobs: ZoneJobs | None = None,
) -> Found:
    """Search until a limit, a stop, or the deadline on the monotonic clock less what `finished` takes.

    zone_jobs: may do a part of the work of a large instance.
    """
    started = time.monotonic()
    ground = with_kept_sites(instance, ground_of(instance))
    placements = Placements(instance, ground)
    until = started + NO_LIMIT_SECONDS if deadline is None else deadline - finishing_seconds(len(placements))
    board = Board(listen, stop or threading.Event(), started, until, lambda held: plan_of(instance, ground, held))
    held = None if start is None else held_of(instance, ground, still_standing(instance, placements, start))
    search(instance, ground, limits, board, held, zone_jobs)
    certificates = board.certificates
    if board.held is None:
        return Found(instance, placements, None, certificates)
    ranks = [lottery_rank(instance, each.applicant_id) for each in instance.applicants]
    full = with_idle_lots(ground, board.held, ranks)
    return Found(instance, placements, board.read_plan(full), certificates)


def finishing_seconds(placements: int) -> float:
    """What `finished` takes for an instance of so many placements, at the pace of this machine."""
    return pace() * (FINISHING_SECONDS + FINISHING_SECONDS_PER_PLACEMENT * placements)


def finished(found: Found, limits: Limits) -> Outcome:
    """The outcome of a search: its plan filled, settled and audited, with reasons, waitlist and checked proof."""
    instance, placements, certificates = found.instance, found.placements, found.certificates
    if found.plan is None:
        return Outcome(instance, "none_found", limits, Claim("none_found", None), versions=versions_used())
    settled = _settled(instance, placements, found.plan, certificates[0])
    counted = audit(instance, settled.plan)
    if not counted.is_feasible:
        said = "; ".join(breach.says for breach in counted.breaches)
        raise RuntimeError(f"the search returned a plan that the audit refuses: {said}")
    outcome = Outcome(
        instance,
        "plan",
        limits,
        _claim(certificates[0], counted.value_millipoints),
        settled.plan,
        counted.value_millipoints,
        counted.goals_millipoints,
        waitlist(instance, settled.plan, placements.fitting()),
        explain(instance, settled.plan, placements),
        unique=settled.is_unique,
        versions=versions_used(),
    )
    return _proved(outcome, certificates)


def _settled(instance: Instance, placements: Placements, plan: Plan, certificate: AnyCertificate) -> Settled:
    """The plan filled and settled by the draw; again while an exchange made room that brings points."""
    while True:
        filled = fill(instance, placements.free_of(plan), plan)
        settled = settle(instance, filled, certificate)
        if settled.is_unique or settled.plan == filled:
            return settled
        plan = settled.plan


def _proved(outcome: Outcome, certificates: Sequence[AnyCertificate]) -> Outcome:
    """The outcome with the best of its certificates that the checker accepts, tied to its plan."""
    assert outcome.plan is not None
    tie = document_sha256({key: value for key, value in plan_document(outcome).items() if key != "proof"})
    for certificate in certificates:
        tied = replace(certificate, value_millipoints=outcome.value_millipoints, plan_sha256=tie)
        try:
            proof = check(outcome.instance, outcome.plan, tied)
        except CertificateError as error:
            if certificate is certificates[-1] or error.code not in REFUSED_PIECES:
                raise
            continue
        return replace(outcome, proof=proof, certificate=tied.document())
    raise AssertionError("a run has at least one certificate")


def _claim(certificate: AnyCertificate, value_millipoints: int) -> Claim:
    bound = certificate.bound_millipoints
    return Claim("optimal" if bound <= value_millipoints else "feasible", bound)


def versions_used() -> Mapping[str, str]:
    """Of the parts that a plan may depend on, by name."""
    return {name: version(name) for name in VERSIONED} | {"python": platform.python_version()}
