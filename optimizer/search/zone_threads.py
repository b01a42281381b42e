"""Zone jobs of one process: threads, for a run with more processors than its own two lanes use."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from optimizer.search.zone_solver import ZoneSolver

Message = bytes | None
"""None: there is no more."""


@dataclass
class ZoneThreads:
    """At most so many jobs, each a thread of this process; see optimizer/zone_jobs.py for what the methods promise."""

    most: int
    _asked: list[queue.SimpleQueue[Message]] = field(default_factory=list)
    _answers: queue.SimpleQueue[tuple[int, Message]] = field(default_factory=queue.SimpleQueue)
    _lost: set[int] = field(default_factory=set)
    _is_over: bool = False

    def begin(self, most: int) -> None:
        """Begin so many threads, or as many as there may be."""
        while not self._is_over and len(self._asked) < min(most, self.most):
            asked: queue.SimpleQueue[Message] = queue.SimpleQueue()
            threading.Thread(target=self._serve, args=(len(self._asked), asked), daemon=True).start()
            self._asked.append(asked)

    def at_work(self) -> Sequence[int]:
        """All that have begun and did not fail."""
        return [] if self._is_over else [job for job in range(len(self._asked)) if job not in self._lost]

    def ask(self, job: int, message: bytes) -> None:
        """Put a message where the thread finds it."""
        self._asked[job].put(message)

    def answers(self, seconds: float) -> Sequence[tuple[int, bytes]]:
        """What the threads have answered."""
        found: list[tuple[int, bytes]] = []
        until = time.monotonic() + seconds
        while True:
            try:
                job, answer = self._answers.get(timeout=0 if found else max(0.0, until - time.monotonic()))
            except queue.Empty:
                return found
            if answer is None:
                return found
            found.append((job, answer))

    def end(self) -> None:
        """Let the threads end when they have answered what they were asked."""
        self._is_over = True
        for asked in self._asked:
            asked.put(None)

    def _serve(self, job: int, asked: queue.SimpleQueue[Message]) -> None:
        solver = ZoneSolver()
        try:
            while (message := asked.get()) is not None:
                self._answers.put((job, solver.answer(message)))
        except Exception:
            # Whatever went wrong, the run does the work itself.
            self._lost.add(job)
            self._answers.put((job, None))
