"""Silence: which workers have died, found by listening to their heartbeats and by no clock.

A worker is dead when its mark in the store stayed the same for so many of our own beats in a row.  Clocks may jump, and
machines disagree about the time: marks are compared with themselves only.  While the store is away or stands still
nobody beats, neither we nor the others, and nobody dies of it.
"""

from __future__ import annotations

from collections.abc import Mapping


class Silence:
    """Listens to the marks of workers, once for each own beat that the store took.

    beats: after so many with the same mark a worker is silent.
    """

    def __init__(self, beats: int) -> None:
        self.beats = beats
        self._heard: dict[str, tuple[float, int]] = {}
        self._listened = 0

    def listen(self, marks: Mapping[str, float]) -> None:
        """Take the marks of all workers at this beat."""
        self._listened += 1
        self._heard = {each: (mark, self._unchanged(each, mark)) for each, mark in marks.items()}

    def begin_again(self) -> None:
        """An own beat failed: what was heard before says nothing any more."""
        self._heard, self._listened = {}, 0

    @property
    def is_long_enough(self) -> bool:
        """Whether we listened long enough to judge."""
        return self._listened > self.beats

    @property
    def silent(self) -> frozenset[str]:
        """The workers that have not left and said nothing for so many beats."""
        return frozenset(each for each, (_, count) in self._heard.items() if count >= self.beats)

    @property
    def speaking(self) -> frozenset[str]:
        """The others that have not left."""
        return frozenset(self._heard) - self.silent

    def _unchanged(self, worker_id: str, mark: float) -> int:
        before = self._heard.get(worker_id)
        return before[1] + 1 if before is not None and before[0] == mark else 0
