"""The dual side: relaxations of rising accuracy, with cuts between them, each turned into a checked bound."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from ortools.util.python.solve_interrupter import SolveInterrupter

from instances.instance import Instance
from optimizer.board import Board
from optimizer.columns import Columns
from optimizer.cuts import apart_cuts
from optimizer.matrix import Matrix
from optimizer.neighbourhoods import Guide
from optimizer.prove import prove, rounded_prices
from optimizer.relaxation import GLOP_ENTRIES, Relaxed, relax

ROUNDS = ((1e-3, 1.0), (1e-4, 1.5), (1e-5, 6.0), (1e-6, 20.0))
"""(relative accuracy, cost relative to the first) of each round; the simplex method is exact in all and adds cuts."""
ENTRIES_PER_WORK = 150_000
PROMPT_ROUNDS = 2
PATIENCE = 6.0
"""Later rounds wait until this many times their own work has gone into the search for plans."""
LOOK_EVERY_SECONDS = 0.1
MODEL_SECONDS_PER_ENTRY = 3e-6
CHECK_SECONDS_PER_PLACEMENT = 5e-6
"""What must be left of the time after the solver stops: handing the model over, and checking the bound."""


@dataclass
class Dual:
    """The relaxation of one instance as it grows.  `tighten` is one round; `is_done` when no round is left."""

    instance: Instance
    columns: Columns
    matrix: Matrix
    relaxed: Relaxed | None = None
    is_done: bool = False
    rounds: int = 0

    @property
    def next_work(self) -> float:
        """About how much work the next round takes."""
        cost = 1.0 if self.is_simplex else ROUNDS[self.rounds][1]
        return max(0.3, cost * len(self.matrix.row) / ENTRIES_PER_WORK)

    @property
    def is_simplex(self) -> bool:
        """The program is small enough for the simplex method."""
        return len(self.matrix.row) <= GLOP_ENTRIES

    def is_due(self, work_done: float) -> bool:
        """Whether a round should run now: the first ones at once, later ones when they are cheap against the rest."""
        is_prompt = self.rounds < PROMPT_ROUNDS or self.is_simplex
        return not self.is_done and (is_prompt or work_done >= PATIENCE * self.next_work)

    def tighten(self, board: Board) -> Guide | None:
        """Solve the relaxation more accurately or with more cuts, show the bound, and say what it teaches.

        None when the round was cut short before it had anything to say; the relaxation is then done.
        """
        overhead = MODEL_SECONDS_PER_ENTRY * len(self.matrix.row) + CHECK_SECONDS_PER_PLACEMENT * self.matrix.placements
        if board.seconds_left() <= overhead:
            self.is_done = True
            return None
        with _until(board) as interrupter:
            answer = relax(
                self.matrix, ROUNDS[self.rounds][0], self.relaxed, board.seconds_left() - overhead, interrupter
            )
        self.rounds += 1
        if answer is None:
            self.is_done = True
            return None
        self.relaxed = answer
        certificate = prove(self.instance, rounded_prices(self.matrix, answer.prices))
        board.show_certificate(certificate, "relaxation")
        guide = self._guide(answer)
        cuts = apart_cuts(self.columns, answer.x, self.matrix.names)
        self.is_done = self.rounds == len(ROUNDS) or (self.is_simplex and not cuts)
        if cuts:
            self.matrix = self.matrix.with_rows(cuts)
        return guide

    def _guide(self, answer: Relaxed) -> Guide:
        placed, _ = self.matrix.reduced_points(answer.prices)
        best = np.zeros(int(self.matrix.applicant.max()) + 1 if len(placed) else 0)
        np.maximum.at(best, self.matrix.applicant, placed)
        return Guide(best[self.matrix.applicant] - placed, answer.x[: self.matrix.placements])


@contextmanager
def _until(board: Board) -> Iterator[SolveInterrupter]:
    """An interrupter that fires when the board's time is up or its stop is set."""
    interrupter, finished = SolveInterrupter(), threading.Event()

    def watch() -> None:
        while not finished.wait(LOOK_EVERY_SECONDS):
            if board.seconds_left() <= 0:
                interrupter.interrupt()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield interrupter
    finally:
        finished.set()
        watcher.join()
