"""Where the time of a run goes: which part of the product each lane is in, looked at fifty times a second.

    python -m benchmarks.profile ait-kamra-168 path/to/region --seconds 60

A moment counts for the function of the product that was entered last, compiled searches and solvers for whoever called
them.  Shares are of the whole command after the instance was read, for each lane; what is done between them or after
them is under "else".
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from instances.library import names, path
from instances.reading import read_instance
from optimizer.outcome import Limits
from optimizer.solve import solve

LOOKS_EACH_SECOND = 50
LEAST_SHARE = 0.01
ROOMS = ("instances/", "optimizer/")
Moments = Counter[tuple[str, str]]
"""(thread, module and function) -> how often somebody was met there."""
LANES = ("lane_", "explorer_", "ThreadPoolExecutor")
"""How the threads are called: those of the lanes, of who tells cases apart beside one, and of parts of them."""
WAITING = (": run", ": _run_freely", ": _run_in_steps", ": watch", "portfolio: <listcomp>", ": _explore")


def place_of(frame: FrameType | None, root: Path) -> str:
    """Module and function of the product that was entered last on the way to a frame; empty when there is none."""
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(root):
            part = file.relative_to(root).as_posix()
            if part.startswith(ROOMS):
                return f"{part.removesuffix('.py')}: {frame.f_code.co_qualname.rsplit('.', 1)[-1]}"
        frame = frame.f_back
    return ""


@contextmanager
def watched(moments: Moments) -> Iterator[None]:
    """Look where all threads are until the block ends."""
    ended, root = threading.Event(), Path(__file__).resolve().parent.parent

    def look() -> None:
        while not ended.wait(1.0 / LOOKS_EACH_SECOND):
            thread_names = {thread.ident: thread.name for thread in threading.enumerate()}
            for ident, frame in sys._current_frames().items():
                place = place_of(frame, root)
                if ident != threading.get_ident() and place:
                    moments[thread_names.get(ident, ""), place] += 1

    watcher = threading.Thread(target=look, name="watcher", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def table_of(moments: Moments, seconds: float) -> list[str]:
    """Lines of a table: for each lane the parts that took at least one percent of the time, the longest first."""
    lanes = sorted({thread for thread, _ in moments if thread.startswith(LANES)}, reverse=True)
    looks = max(1.0, LOOKS_EACH_SECOND * seconds)
    lines = ["| lane | where | share of the time |", "| --- | --- | --- |"]
    for thread in [*lanes, "MainThread"]:
        found = Counter({place: count for (where, place), count in moments.items() if where == thread})
        lane = thread.replace("_", " ") if thread in lanes else "else"
        for place, count in found.most_common():
            is_waiting = place.endswith(WAITING)
            if count >= LEAST_SHARE * looks and not is_waiting:
                lines.append(f"| {lane} | {place} | {100 * count / looks:.0f} % |")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instances", nargs="+", help="bundled names or folders")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for name in asked.instances:
        instance = read_instance(path(name) if name in names() else Path(name))
        moments: Moments = Counter()
        began = time.monotonic()
        with watched(moments):
            outcome = solve(instance, Limits(asked.seconds, seed=asked.seed))
        seconds = time.monotonic() - began
        print(f"{Path(name).name}: value {outcome.value_millipoints}, {seconds:.1f} s\n")
        print("\n".join(table_of(moments, seconds)), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
