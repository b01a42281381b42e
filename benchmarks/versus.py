"""lotwise beside the plain solvers: same instance, same seconds, same cores, one after the other.

    python -m benchmarks.versus FOLDER... --seconds 60 --seed 1

Prints one row a solver: value recounted by the audit, bound and gap as claimed (peers) or proved (lotwise).  Exits 1
when a plain solver found a better plan than lotwise.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.plain import committee_practice, plain_cpsat, plain_highs, timed
from instances.instance import Instance
from instances.reading import read_instance
from optimizer.audit import audit
from optimizer.columns import columns_for
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.sites import enumerate_placements
from optimizer.solve import solve

Answer = tuple[Plan | None, float | None]


def ours(instance: Instance, seconds: int, workers: int, seed: int) -> Answer:
    """lotwise itself; its bound is the checker's."""
    outcome = solve(instance, Limits(seconds=seconds, seed=seed, workers=workers))
    return outcome.plan, None if outcome.proof is None else outcome.proof.bound_millipoints


def peer(solver: Callable[..., Answer], instance: Instance, seconds: int, workers: int, seed: int) -> Answer:
    """A plain solver on the compact model; the time to enumerate and build counts, as it does for lotwise."""
    started = time.monotonic()
    columns = columns_for(instance, enumerate_placements(instance))
    return solver(columns, max(seconds - timed(started), 1), workers, seed)


SOLVERS: dict[str, Callable[..., Answer]] = {
    "lotwise": ours,
    "plain CP-SAT": partial(peer, plain_cpsat),
    "plain HiGHS": partial(peer, plain_highs),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--practice", action="store_true", help="also the committee's practice (slow on large zones)")
    given = parser.parse_args()
    lost = 0
    for folder in given.folders:
        instance = read_instance(folder)
        print(f"\n{instance.name}: {len(instance.lots)} lots, {len(instance.applicants)} applicants, seed {given.seed}")
        print(f"{'solver':<20}{'seconds':>8}{'value':>14}{'bound':>14}{'gap %':>10}")
        values = {}
        for name, solver in SOLVERS.items():
            started = time.monotonic()
            plan, bound = solver(instance, given.seconds, given.workers, given.seed)
            values[name] = _line(name, instance, plan, bound, timed(started))
        if given.practice:
            started = time.monotonic()
            _line("score order", instance, committee_practice(instance), None, timed(started))
        lost += values["lotwise"] < max(values.values())
    return min(lost, 1)


def _line(name: str, instance: Instance, plan: Plan | None, bound: float | None, seconds: float) -> int:
    counted = None if plan is None else audit(instance, plan)
    value = counted.value_millipoints if counted is not None and counted.is_feasible else 0
    shown = f"{value / 1000:,.0f}" if value else "no plan"
    gap = f"{100 * (bound - value) / value:.2f}" if bound is not None and value else ""
    said = f"{bound / 1000:,.0f}" if bound is not None else ""
    print(f"{name:<20}{seconds:>8}{shown:>14}{said:>14}{gap:>10}", flush=True)
    return value


if __name__ == "__main__":
    raise SystemExit(main())
