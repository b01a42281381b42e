"""The registry of solvers: lotwise, the peers on the compact model, the committee's practice.

Each takes (instance, seconds, workers, seed, record) and returns (plan, bound).  The bound of lotwise is the checker's;
that of a peer is what it claims.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from benchmarks.compact import Record, compact_of
from benchmarks.peers import PEERS, Answer
from instances.instance import Instance
from optimizer.outcome import Limits, Progress
from optimizer.plan import Plan
from optimizer.program import Program
from optimizer.score_order import score_order_plan
from optimizer.solve import solve

Solver = Callable[[Instance, float, int, int, Record], tuple[Plan | None, float | None]]
OURS = "lotwise"
PRACTICE = "score order"


def _lotwise(
    instance: Instance, seconds: float, workers: int, seed: int, record: Record
) -> tuple[Plan | None, float | None]:
    def listen(progress: Progress) -> None:
        record(progress.value_millipoints, progress.bound_millipoints)

    outcome = solve(instance, Limits(seconds=max(int(seconds), 1), seed=seed, workers=workers), listen)
    return outcome.plan, None if outcome.proof is None else outcome.proof.bound_millipoints


def _peer(
    peer: Callable[[Program, float, int, int, Record], Answer],
    instance: Instance, seconds: float, workers: int, seed: int, record: Record,
) -> tuple[Plan | None, float | None]:  # fmt: skip
    """A peer on the compact model; the time to enumerate and build counts, as it does for lotwise."""
    started = time.monotonic()
    compact = compact_of(instance)
    chosen, bound = peer(compact.program, max(seconds - (time.monotonic() - started), 1.0), workers, seed, record)
    return None if chosen is None else compact.plan(chosen), bound


def _practice(
    instance: Instance, seconds: float, workers: int, seed: int, record: Record
) -> tuple[Plan | None, float | None]:
    return score_order_plan(instance), None


SOLVERS: dict[str, Solver] = {
    OURS: _lotwise,
    **{name: partial(_peer, peer) for name, peer in PEERS.items()},
    PRACTICE: _practice,
}
