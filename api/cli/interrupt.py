"""Ctrl-C during a run: heard by asking for it, never by being interrupted.

A handler would not do: compiled solvers put their own in its place, and that one ends the process or brings it down.
So both signals are held back in every thread, from before the first library starts threads of its own.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ASKING_TO_STOP = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def held_back() -> Iterator[Callable[[], int]]:
    """Within: SIGINT and SIGTERM wait, for this thread and those it starts; the function says how many came since.

    Afterwards the handlers of before are in place again, and signals nobody asked for are forgotten.  Off the main
    thread nothing is held back.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: 0
        return
    before = {number: signal.getsignal(number) for number in ASKING_TO_STOP}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ASKING_TO_STOP)
    try:
        yield _came
    finally:
        _came()
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _came() -> int:
    waiting = signal.sigpending() & set(ASKING_TO_STOP)
    for number in waiting:
        signal.sigwait({number})
    return len(waiting)
