"""Zone jobs: the zones of a large instance, solved beside the run by whoever has processors to spare.

A run only knows this face of them.  The service runs each as a job of its engine, in a process of any of its workers;
a run in one process may have threads instead.  Messages are bytes that only the search understands: see
optimizer/search/zone_solver.py, which answers them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class ZoneJobs(Protocol):
    """The zone jobs of one run, numbered from 0 in the order in which they came to work.

    Nothing here raises because a job is lost, slow or never comes: a run then does the work itself.
    """

    def begin(self, most: int) -> None:
        """Ask for up to so many jobs; they come when somebody has room for them, or never.  A second time is nothing
        new."""

    def at_work(self) -> Sequence[int]:
        """The jobs that have come and are not lost, by number; a number is never used again."""

    def ask(self, job: int, message: bytes) -> None:
        """Give a job at work a message; it answers each with one, in order.  To one that is lost it is not given."""

    def answers(self, seconds: float) -> Sequence[tuple[int, bytes]]:
        """(job, answer) of those that came since the last call, in the order in which they came.  Waits for the first
        one for up to so many seconds; returns sooner, with nothing, when a job is lost."""

    def end(self) -> None:
        """Let all of them go; a second time is nothing new."""
