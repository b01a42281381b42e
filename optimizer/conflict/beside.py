"""Screens beside a search: one that can find no plan is ended, and one that finds one waits for nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from instances.instance import Instance
from optimizer.conflict.case import case_of
from optimizer.conflict.explained import is_doubtful
from optimizer.conflict.screens import screens
from optimizer.outcome import Listener, Progress

GRACE_SECONDS = 1.5
"""A search that has had no plan for so long is screened: on the zones measured the first plan takes less."""


class Halt(threading.Event):
    """Set by itself, or as soon as another event is."""

    def __init__(self, other: threading.Event | None) -> None:
        super().__init__()
        self.other = other

    def is_set(self) -> bool:
        """Whether either is."""
        return super().is_set() or (self.other is not None and self.other.is_set())


@contextmanager
def screened(
    instance: Instance, listen: Listener, stop: threading.Event | None
) -> Iterator[tuple[Listener, threading.Event | None]]:
    """(listener, stop) for a search of the instance: the stop is also set when a screen proves that there is no plan.

    What is proved is the same whenever the screens are asked, so that no answer depends on how long anything took.
    """
    if not is_doubtful(instance):
        yield listen, stop
        return
    halt, is_settled = Halt(stop), threading.Event()

    def hear(progress: Progress) -> None:
        if progress.plan is not None:
            is_settled.set()
        listen(progress)

    def screen() -> None:
        if not is_settled.wait(GRACE_SECONDS) and next(screens(case_of(instance)), None) is not None:
            halt.set()

    screening = threading.Thread(target=screen, name="screens", daemon=True)
    screening.start()
    try:
        yield hear, halt
    finally:
        is_settled.set()
        screening.join()
