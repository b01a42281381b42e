"""The LP solver's one way in: on one thread, and with nothing on standard output, which a program may be reading."""

from __future__ import annotations

import os
import sys

import highspy


def quiet_solver() -> highspy.Highs:
    """A new HiGHS on one thread that writes nothing."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    return solver


def _greet() -> None:
    """Make the first solver of the process, which writes a greeting, while standard output leads nowhere.

    Ours may be read by a program.  Done on import, before any thread of ours writes.
    """
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


_greet()
