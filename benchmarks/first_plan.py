"""First plans: how long the whole command takes until its plan is near the best known, imports and reading included.

    python -m benchmarks.first_plan ait-kamra-168 --seeds 1 2 3 --best 419369 --most 2
    python -m benchmarks.first_plan my-zone/ --percent 1

Each run is a process of its own, stopped once it is there.  Without --best a run of a minute comes first, and the best
known is what it ends with.  Exits 1 when a run is later than --most seconds, or never there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from instances.library import names, path
from instances.reading import read_instance
from optimizer.outcome import Limits
from optimizer.solve import solve

BEST_SECONDS, RUN_SECONDS = 60, 30
RUN = """
import sys
from pathlib import Path
import api.cli
from instances.reading import read_instance
from optimizer.outcome import Limits
from optimizer.solve import solve
limits = Limits(int(sys.argv[2]), seed=int(sys.argv[3]), workers=2)
solve(read_instance(Path(sys.argv[1])), limits, listen=lambda told: print(told.value_millipoints or -1, flush=True))
"""
"""What `lotwise solve` loads and does, with each value written as it comes."""


def seconds_until(source: Path, enough_millipoints: int, seed: int, run_seconds: int = RUN_SECONDS) -> float | None:
    """From the start of a process to its first plan that is worth enough; None when its run ends without."""
    began = time.monotonic()
    command = [sys.executable, "-c", RUN, str(source), str(run_seconds), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if int(line) >= enough_millipoints:
                took = time.monotonic() - began
                run.kill()
                return took
    return None


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instance", help="a bundled name, or a folder")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--percent", type=float, default=2.0, help="how far from the best known")
    parser.add_argument("--best", type=int, help="the best known value in points")
    parser.add_argument("--seconds", type=int, default=RUN_SECONDS, help="given to each run")
    parser.add_argument("--most", type=float, metavar="SECONDS", help="later is a failure")
    given = parser.parse_args()
    source = path(given.instance) if given.instance in names() else Path(given.instance)
    best = given.best
    if best is None:
        value = solve(read_instance(source), Limits(BEST_SECONDS)).value_millipoints
        assert value is not None, "the instance has a plan"
        best = value / 1000
    late = 0
    for seed in given.seeds:
        took = seconds_until(source, int(best * 1000 * (1 - given.percent / 100)), seed, given.seconds)
        is_late = took is None or (given.most is not None and took > given.most)
        late += is_late
        said = "never" if took is None else f"{took:.2f} s"
        print(
            f"{source.name}, seed {seed}: within {given.percent:g} % of {best:,.0f} {said}{' LATE' * is_late}",
            flush=True,
        )
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
