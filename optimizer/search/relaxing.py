"""The relaxation of a piece: the prices inside it that make its exact filling short."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from optimizer.search.classes import Classes
from optimizer.search.filling import Stakes
from optimizer.search.fitting import Ints64
from optimizer.search.ground import Ground
from optimizer.search.linear import Linear
from optimizer.search.piece_rows import PieceRows, piece_rows
from optimizer.search.pieces import Piece


class PieceRelaxation:
    """The linear relaxation of one piece's filling; applicants are left out, since their prices are in the stakes."""

    def __init__(self, ground: Ground, classes: Classes, piece: Piece) -> None:
        self._ground, self._classes, self._piece = ground, classes, piece

    @cached_property
    def _rows(self) -> PieceRows:
        """Made when somebody asks for prices: a piece may be filled elsewhere."""
        return piece_rows(self._ground, self._classes, self._piece)

    @cached_property
    def _linear(self) -> Linear:
        rows, lots = self._rows, len(self._piece.lots)
        upper = np.concatenate([np.ones(lots), np.zeros(len(rows.end_edge)), np.ones(rows.separations)])
        linear = Linear(upper)
        values = np.concatenate([np.zeros(len(self._piece.group_class)), rows.points])
        linear.append(values, rows.start, rows.row, rows.coefficient)
        return linear

    def set_prices(self, best: Ints64, stakes: Stakes, scale: int) -> bool:
        """Write the prices of the relaxation into the stakes' lot and border prices; False when it was not solved.

        best: the most that a placement of each class brings by itself, in the stakes' units.
        """
        unit, rows = 1000.0 * scale, self._rows
        classes = self._piece.group_class
        values = (best[classes] + stakes.at[classes]) / unit
        self._linear.revalue(np.concatenate([np.maximum(values, -1e6), rows.points]))
        solved = self._linear.solve()
        if solved is None:
            return False
        whole = np.rint(solved[2] * unit).astype(np.int64)
        lots = len(self._piece.lots)
        stakes.lot[self._piece.lots] = whole[:lots]
        stakes.border[self._piece.edge] = 0
        stakes.border[rows.end_edge, rows.end_sector] = whole[lots : lots + len(rows.end_edge)]
        np.subtract.at(stakes.border, (rows.apart_edge, rows.apart_sector), whole[rows.apart_row])
        return True
