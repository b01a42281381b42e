"""Zone jobs as the run's process has them: over its standard output and input; the worker knows where they are."""

from __future__ import annotations

import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Write = Callable[[Mapping[str, Any]], None]
"""Writes one line, whole, whoever else writes."""


class OverPipe:
    """Implements optimizer.zone_jobs.ZoneJobs: lines out by `write`, lines in by `hear` from any thread."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._changed = threading.Condition()
        self._at_work: list[int] = []
        self._answers: list[tuple[int, bytes]] = []
        self._has_lost = False
        self._has_begun = False
        self._has_ended = False

    def begin(self, most: int) -> None:
        """Ask for up to so many jobs."""
        if most and not (self._has_begun or self._has_ended):
            self._has_begun = True
            self._write({"event": "zone_jobs", "most": most})

    def at_work(self) -> Sequence[int]:
        """The jobs that have come and are not lost."""
        with self._changed:
            return tuple(self._at_work)

    def ask(self, job: int, message: bytes) -> None:
        """Give a job at work a message."""
        if job in self.at_work():
            self._write({"event": "ask", "job": job, "body": b64encode(message).decode()})

    def answers(self, seconds: float) -> Sequence[tuple[int, bytes]]:
        """(job, answer) of those that came since the last call."""
        with self._changed:
            self._changed.wait_for(lambda: self._answers or self._has_lost, seconds)
            came, self._answers, self._has_lost = self._answers, [], False
            return came

    def end(self) -> None:
        """Let all of them go."""
        with self._changed:
            is_needed = self._has_begun and not self._has_ended
            self._has_ended = True
            self._at_work.clear()
        if is_needed:
            self._write({"event": "zone_jobs_end"})

    def hear(self, message: Mapping[str, Any]) -> None:
        """Take a line from the worker: a job is at work, has answered, or is lost."""
        job = message["job"]
        with self._changed:
            if "body" in message:
                self._answers.append((job, b64decode(message["body"])))
            elif message["is"] == "at_work" and not self._has_ended:
                self._at_work.append(job)
            elif message["is"] == "lost" and job in self._at_work:
                self._at_work.remove(job)
                self._has_lost = True
            self._changed.notify_all()
