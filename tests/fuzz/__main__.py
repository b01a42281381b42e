"""Fuzz every reader for long: python -m tests.fuzz --minutes 30 [--seed N] [--reader NAME] [--out FOLDER].

Each reader works in a process of its own with a bound on its memory; a file that it answers wrongly, that takes longer
than ten seconds or that ends the process is kept in the folder, with what happened.  Exit code 1 when there is one.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import random
import resource
import signal
import time
import traceback
import warnings
from contextlib import suppress
from pathlib import Path

from tests.fuzz.mutations import drawn_edits, inside, spoilt
from tests.fuzz.readers import READERS

SLOW_SECONDS = 10
MEMORY_BYTES = 6 * 2**30
TURN_SECONDS = 20.0


class TooSlow(BaseException):
    """A reader did not answer in time."""


def main() -> int:
    """Take turns among the readers until the time is over."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--minutes", type=float, default=30.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--reader", choices=list(READERS), action="append")
    asked.add_argument("--out", type=Path, default=Path("out/fuzz"))
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    names = given.reader or list(READERS)
    end, seed, tried = time.monotonic() + 60 * given.minutes, given.seed, dict.fromkeys(names, 0)
    seconds = min(TURN_SECONDS, 60 * given.minutes / len(names))
    while time.monotonic() < end:
        for name in names:
            left = min(seconds, end - time.monotonic())
            if left > 0:
                seed += 1
                tried[name] += turn(name, seed, left, given.out)
    findings = sorted(path.name for path in given.out.glob("*.why"))
    for name, count in tried.items():
        print(f"{name:24} {count:9} files")
    print(f"{'findings':24} {len(findings):9}", *findings, sep="\n")
    return 1 if findings else 0


def turn(name: str, seed: int, seconds: float, out: Path) -> int:
    """One process at one reader; how many files it tried."""
    counter = out / f".{os.getpid()}.count"
    current = out / f"{name.replace(' ', '_')}-{seed}.file"
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            work(name, seed, seconds, counter, current)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        current.with_suffix(".why").write_text(f"ended by signal {os.WTERMSIG(status)}\n", encoding="utf-8")
    elif not current.with_suffix(".why").exists():
        current.unlink(missing_ok=True)
    with suppress(OSError, ValueError):
        return int(counter.read_text())
    return 0


def work(name: str, seed: int, seconds: float, counter: Path, current: Path) -> None:
    """Try one file after another; stop at the first that goes wrong."""
    warnings.simplefilter("error")
    faulthandler.enable()
    signal.signal(signal.SIGALRM, _too_slow)
    reader, chance, end, count = READERS[name], random.Random(seed), time.monotonic() + seconds, 0
    good = reader.good()
    while time.monotonic() < end:
        edits = drawn_edits(chance)
        data = inside(good, edits) if reader.is_archive and chance.random() < 0.7 else spoilt(good, edits)
        current.write_bytes(data)
        count += 1
        signal.alarm(SLOW_SECONDS)
        try:
            reader.read(data)
        except reader.allowed:
            pass
        except BaseException:
            current.with_suffix(".why").write_text(traceback.format_exc(), encoding="utf-8")
            break
        finally:
            signal.alarm(0)
    counter.write_text(str(count))


def _too_slow(*_: object) -> None:
    raise TooSlow


if __name__ == "__main__":
    raise SystemExit(main())
