"""Where a search through the fillings of a piece stands: the lots being gone through, and what was decided at each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

OPEN, EMPTY = -1, 0
"""Labels of a lot that is not decided and of one that stays empty; sectors are numbered from 1.  What is listed by
label has the one for OPEN last."""
NOBODY: frozenset[str] = frozenset()
Step = tuple[int, tuple[int, ...], int, str]
"""One decision: what is left to spare after it, the lots decided, their label, and who holds them."""
NO_STEP: Step = (0, (), EMPTY, "")


@dataclass(slots=True)
class Frame:
    """The decisions at one lot, gone through one by one.

    around: the lot, and the labels that matter to what is open.  missed: None when there was a filling; else the
    applicants that could not be had, for they hold other sites: as long as they do, there is none.  step: the one that
    is taken at present.
    """

    spare: int
    around: tuple[int, ...]
    missed: frozenset[str] | None = NOBODY
    steps: Iterator[Step] = field(default_factory=lambda: iter(()))
    step: Step = NO_STEP

    def next_step(self, label: list[int], used: set[str]) -> Step | None:
        """Take back the step that is taken, and take the next one, if there is one."""
        _, lots, _, applicant = self.step
        for lot in lots:
            label[lot] = OPEN
        used.discard(applicant)
        step = next(self.steps, None)
        if step is not None:
            self.step = step
            _, lots, sector, applicant = step
            for lot in lots:
                label[lot] = sector
            used.add(applicant)
        return step

    def hear(self, missed: frozenset[str] | None) -> None:
        """Take note of what came of the step: as `missed`."""
        if missed is None:
            self.missed = None
        elif missed and self.missed is not None:
            self.missed |= missed - {self.step[3]}
