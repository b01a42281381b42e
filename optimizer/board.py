"""The board: the best plan and the best checked bound of a run, shared by its lanes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from optimizer.certificate import Certificate
from optimizer.ground import Ints32
from optimizer.outcome import Listener, Progress
from optimizer.plan import Plan


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
    certificate: Certificate | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def seconds_left(self) -> float:
        """Wall seconds until the deadline; 0 or less when time is up or somebody asked to stop."""
        return 0.0 if self.stop.is_set() else self.deadline - time.monotonic()

    def show_plan(self, held: Ints32, value_millipoints: int, step: str) -> None:
        """A feasible plan was found."""
        with self._lock:
            if value_millipoints > self.value_millipoints:
                self.held, self.value_millipoints = held.copy(), value_millipoints
                self._tell(step, self.read_plan(held))

    def show_certificate(self, certificate: Certificate, step: str) -> None:
        """A bound was recomputed exactly from this certificate."""
        with self._lock:
            if self.certificate is None or certificate.bound_millipoints < self.certificate.bound_millipoints:
                self.certificate = certificate
                self._tell(step, None)

    @property
    def is_closed(self) -> bool:
        """The best plan is worth all that the best bound allows."""
        return self.certificate is not None and self.value_millipoints >= self.certificate.bound_millipoints

    def _tell(self, step: str, plan: Plan | None) -> None:
        elapsed_ms = int((time.monotonic() - self.started) * 1000)
        bound = None if self.certificate is None else self.certificate.bound_millipoints
        value = None if self.held is None else self.value_millipoints
        self.listen(Progress(elapsed_ms, step, value, bound, plan))
