"""Cases: what column generation leaves open is told apart into cases, as far as a check of them has time, and shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from instances.instance import Instance
from optimizer.board import Board
from optimizer.pace import pace
from optimizer.search.branch_and_price import BranchAndPrice
from optimizer.search.certify import certify_cases
from optimizer.search.fitting import Ints32
from optimizer.search.generation import Generation

MOST_NODES = 400
"""Of cases and what they were told apart from; a tree with more is left as it is."""
MOST_CASES, MOST_STEPS = 90, 8_000_000
"""Of a certificate, and steps of a check of its cases, which take some 8 seconds."""
CHECKED_SECONDS_PER_STEP, CHECKED_SHARE = 1.0e-6, 0.3
"""What the check of a case takes on a machine of the usual pace, about; and the part of the whole time that all cases
may take."""


@dataclass
class Cases:
    """The cases of one run.  pieces_seconds: what a check of the proof before them takes here."""

    instance: Instance
    generation: Generation
    pieces_seconds: float
    threads: int = 2
    tree: BranchAndPrice = field(init=False)

    def __post_init__(self) -> None:
        self.tree = BranchAndPrice(self.generation, self.threads)

    @property
    def root_points(self) -> float:
        """The bound over all plans that was proved before."""
        return self.tree.root.bound_points

    def advance(self, value_millipoints: int, work: float, board: Board, sides: int) -> list[Ints32]:
        """Go into cases for so much work, on one side or two at once; the plans met on the way, when there are some."""
        while work > 0 and not self.is_done and board.seconds_left() > 0 and not self.tree.plans:
            work -= self.tree.advance(value_millipoints, board.seconds_left, sides)
            steps = self.tree.steps_of(self.tree.outline(MOST_CASES, _checkable(board)))
            board.keep_back(self.pieces_seconds + pace() * CHECKED_SECONDS_PER_STEP * steps)
        return self.tree.take_plans()

    @property
    def is_done(self) -> bool:
        """Whether no case is left, or there are too many."""
        return self.tree.is_done or len(self.tree.nodes) > MOST_NODES

    def show(self, board: Board, value_millipoints: int) -> None:
        """Show what is proved, if anything was told apart."""
        if self.tree.nodes:
            most_steps = _checkable(board)
            board.show_certificate(
                certify_cases(self.instance, self.tree, value_millipoints, MOST_CASES, most_steps), "cases"
            )


def _checkable(board: Board) -> int:
    """How many steps of a check there is time for, or a check may take; the same on any machine without a time
    limit."""
    usable = CHECKED_SHARE * board.seconds_in_all / CHECKED_SECONDS_PER_STEP
    return min(MOST_STEPS, int(usable / pace() if board.is_timed else usable))
