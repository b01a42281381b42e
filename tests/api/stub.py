"""The command with an optimizer that only waits: `python -m tests.api.stub solve ...` answers once it is stopped."""

import sys
import threading
import types
from collections.abc import Callable

from instances.instance import Instance
from optimizer.outcome import Limits, Outcome, Progress
from tests.outcomes import small_outcome

DEAF = 13
"""With this seed the optimizer does not hear that it should stop."""


def waiting(
    instance: Instance, limits: Limits, *, listen: Callable[[Progress], None], stop: threading.Event
) -> Outcome:
    listen(Progress(1, "search", 3_220_000, 3_250_000))
    assert limits.seconds
    deaf = threading.Event()
    (deaf if limits.seed == DEAF else stop).wait(limits.seconds)
    return small_outcome(instance=instance, limits=limits)


if __name__ == "__main__":
    stand_in = types.ModuleType("optimizer.solve")
    stand_in.solve = waiting  # type: ignore[attr-defined]
    sys.modules["optimizer.solve"] = stand_in
    from api.cli import main

    main()
