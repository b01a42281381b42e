"""The board: the best plan and the best checked bound of a run, shared by its lanes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from optimizer.certificates import AnyCertificate
from optimizer.outcome import Listener, Progress
from optimizer.plan import Plan
from optimizer.search.fitting import Ints32

NO_LIMIT_SECONDS, NO_LIMIT_CHECK_SECONDS = 10**9, 200.0
"""The time limit of a run that has none, and the one by which it plans what a proof may take to be checked."""


@dataclass
class Board:
    """Keeps only what is better, and tells the listener at once.  Safe to use from several threads."""

    listen: Listener
    stop: threading.Event
    started: float
    deadline: float
    read_plan: Callable[[Ints32], Plan]
    held: Ints32 | None = None
    value_millipoints: int = -1
    certificates: list[AnyCertificate] = field(default_factory=list)
    _kept_back_seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_timed(self) -> bool:
        """Whether there is a time limit at all."""
        return self.deadline - self.started < NO_LIMIT_SECONDS

    def seconds_left(self) -> float:
        """Wall seconds until the deadline; 0 or less when time is up or somebody asked to stop."""
        return 0.0 if self.stop.is_set() else self.deadline - self._kept_back_seconds - time.monotonic()

    @property
    def seconds_in_all(self) -> float:
        """From the beginning to the deadline; without one, what the check of a proof is planned by."""
        return self.deadline - self.started if self.is_timed else NO_LIMIT_CHECK_SECONDS

    def keep_back(self, seconds: float) -> None:
        """Let time be up so much sooner than the deadline, for a proof that takes so long to check."""
        self._kept_back_seconds = seconds

    def show_plan(self, held: Ints32, value_millipoints: int, step: str) -> None:
        """A feasible plan was found."""
        with self._lock:
            if value_millipoints > self.value_millipoints:
                self.held, self.value_millipoints = held.copy(), value_millipoints
                self._tell(step, self.read_plan(held))

    def show_certificate(self, certificate: AnyCertificate, step: str) -> None:
        """A bound was computed in whole numbers from this certificate.  The best comes first; one of each kind is
        kept."""
        with self._lock:
            bound = self.bound_millipoints
            others = [each for each in self.certificates if type(each) is not type(certificate)]
            same = [each for each in self.certificates if type(each) is type(certificate)]
            best = min([certificate, *same], key=lambda each: each.bound_millipoints)
            self.certificates = sorted([best, *others], key=lambda each: each.bound_millipoints)
            if bound is None or certificate.bound_millipoints < bound:
                self._tell(step, None)

    @property
    def bound_millipoints(self) -> int | None:
        """The best bound so far, or None."""
        return self.certificates[0].bound_millipoints if self.certificates else None

    @property
    def is_closed(self) -> bool:
        """The best plan is worth all that the best bound allows."""
        bound = self.bound_millipoints
        return bound is not None and self.value_millipoints >= bound

    def _tell(self, step: str, plan: Plan | None) -> None:
        elapsed_ms = int((time.monotonic() - self.started) * 1000)
        bound = self.bound_millipoints
        value = None if self.held is None else self.value_millipoints
        self.listen(Progress(elapsed_ms, step, value, bound, plan))
