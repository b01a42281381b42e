"""Failures on purpose, and what is left afterwards.

    python -m benchmarks.failures                              every line, a few times each; about ten minutes
    python -m benchmarks.failures --only kills --times 20      kill -9 of each of five kinds of process, 100 in all
    python -m benchmarks.failures --only cut,clocks --times 6

A client keeps asking for runs while things break and what died is started again.  In the end every run that was
promised must have ended once with one plan, its events numbered without gaps; nothing that was answered with success
may be missing; and the chain of the audit log must be whole.  Prints a table; exits 1 when a line fails.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.failures import clocks, database, disks, network, storm
from benchmarks.failures.verdict import HEAD
from tests.api import served as serving

STORIES = {
    "kills": storm.storm,
    "restarts": database.restarted,
    "pauses": database.paused,
    "closed": database.read_only,
    "cut": network.cut,
    "clocks": clocks.jumping,
    "full": disks.full,
    "readonly": disks.read_only,
    "readonly-start": disks.read_only_at_start,
}


def main() -> int:
    """Break things and print what came of it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--times", type=int, default=4)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", default=",".join(STORIES))
    asked.add_argument("--log", type=Path, help="Keep the log of the service's processes here.")
    given = asked.parse_args()
    serving.START_SECONDS = 240
    serving.LIMITS.update({"LOTWISE_ATTEMPTS_MOST": "1000", "LOTWISE_ACTIVE_RUNS_MOST": "1000"})
    print(HEAD, flush=True)
    failed = False
    for name in given.only.split(","):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            verdict = STORIES[name](Path(folder), given.times, random.Random(given.seed))
            if given.log:
                given.log.write_bytes(Path(folder, "log").read_bytes())
        print(verdict.line(), flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        failed = failed or bool(verdict.wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
