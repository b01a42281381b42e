"""The dual side: relaxations of rising accuracy, with cuts between them, each turned into a checked bound."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

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

ACCURACIES = (1e-3, 1e-4, 1e-4, 1e-5, 1e-6)
"""Relative accuracy of each round.  The simplex method is exact from its first round and only adds cuts."""
ENTRIES_PER_WORK = 150_000
LOOK_EVERY_SECONDS = 0.1


@dataclass
class Dual:
    """The relaxation of one instance as it grows.  `tighten` is one round; `is_done` when no round is left."""

    instance: Instance
    columns: Columns
    matrix: Matrix
    relaxed: Relaxed | None = None
    is_done: bool = False
    rounds: int = 0
    _cuts: int = field(default=0)

    @property
    def next_work(self) -> float:
        """About how much work the next round takes."""
        return max(0.3, len(self.matrix.row) / ENTRIES_PER_WORK)

    def tighten(self, board: Board) -> Guide | None:
        """Solve the relaxation more accurately or with more cuts, show the bound, and say what it teaches.

        None when the round was cut short before it had anything to say; the relaxation is then done.
        """
        with _until(board) as interrupter:
            answer = relax(
                self.matrix, ACCURACIES[self.rounds], self.relaxed, board.seconds_left(), interrupter
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
        is_exact = len(self.matrix.row) <= GLOP_ENTRIES
        self.is_done = self.rounds == len(ACCURACIES) or (is_exact and not cuts)
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
