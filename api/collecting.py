"""Collecting: Python looks for cycles in vain, again and again, while thousands of values are read that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_pauses = 0


@contextmanager
def without_collecting() -> Iterator[None]:
    """No search for cycles meanwhile, in any thread; for seconds at most, of reading values that hold no cycles."""
    global _pauses
    with _lock:
        _pauses += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if not _pauses:
                gc.enable()


def settle() -> None:
    """What a service holds as it begins to listen stays until its end: it is not looked through again.  Called once."""
    gc.collect()
    gc.freeze()
