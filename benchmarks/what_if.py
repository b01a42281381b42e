"""What-ifs: how soon a changed instance has its first plan when begun from the plan before, and how good it is.

    python -m benchmarks.what_if ait-kamra-168 --work 10

A base plan is found with --work; then a pin, a lot forbidden and a withdrawal are each solved for --seconds from it.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

from instances.instance import Instance
from instances.library import names, path
from instances.reading import read_instance
from optimizer.one_search import finishing_seconds, look
from optimizer.outcome import Limits, Progress
from optimizer.plan import Plan
from optimizer.search.ground import ground_of
from optimizer.solve import solve
from optimizer.what_if.change import Change, Forbid, Pin, Withdraw
from optimizer.what_if.variant import variant


@dataclass(frozen=True, slots=True)
class Measured:
    """first_seconds: until the first plan of the run; value at the end, beside the best known of the variant."""

    change: str
    first_seconds: float
    value_millipoints: int
    best_known_millipoints: int


def measured(instance: Instance, base: Plan, change: Change, seconds: float, best_work: int) -> Measured:
    """One what-if: from the change to plans, everything counted but the reading of the instance."""
    kept_back = finishing_seconds(len(ground_of(instance).site))
    begun, news = time.monotonic(), []

    def hear(progress: Progress) -> None:
        if progress.plan is not None:
            news.append((time.monotonic() - begun, progress.value_millipoints or 0))

    made = variant(instance, [change]).instance
    limits = Limits(None, 10**6)
    look(made, limits, hear, None, base, begun + seconds + kept_back)
    best = solve(made, Limits(None, best_work), start=base).value_millipoints
    name = type(change).__name__.lower()
    return Measured(name, news[0][0], max(value for _, value in news), max(best, news[-1][1]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", help="a bundled name, or a folder")
    parser.add_argument("--work", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    given = parser.parse_args()
    source = path(given.instance) if given.instance in names() else Path(given.instance)
    instance = read_instance(source)
    base = solve(instance, Limits(None, given.work)).plan
    assert base is not None, "the instance has a plan"
    movable = sorted(each for each in base.assignments if not instance.applicant[each].is_pinned)
    tenant, other = movable[3], movable[-3]
    free = next(each for each in instance.applicants if each.applicant_id not in base.assignments)
    changes = (
        Pin(free.applicant_id, base.assignments[other]),
        Forbid(lot_id=base.assignments[tenant][0]),
        Withdraw(other),
    )
    for change in changes:
        found = measured(instance, base, change, given.seconds, given.work)
        behind = 100 * (1 - found.value_millipoints / found.best_known_millipoints)
        print(f"{found.change:10} first plan {found.first_seconds:.2f} s, {behind:.2f} % behind the best known")


if __name__ == "__main__":
    main()
