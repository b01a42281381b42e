"""The relaxation of a piece: the prices inside it that make its exact filling short."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from optimizer.search.classes import Classes
from optimizer.search.filling import Stakes
from optimizer.search.fitting import Ints32, Ints64
from optimizer.search.ground import Floats, Ground
from optimizer.search.linear import Linear
from optimizer.search.pieces import Piece

Entry = tuple[Ints32, Floats]


class PieceRelaxation:
    """The linear relaxation of one piece's filling; applicants are left out, since their prices are in the stakes."""

    def __init__(self, ground: Ground, classes: Classes, piece: Piece) -> None:
        self._piece = piece
        self._ends: list[tuple[int, int]] = []
        self._separations: list[int] = []
        entries, border_values, upper = self._assemble(ground, classes)
        self._border_values = border_values
        self._linear = Linear(upper)
        self._linear.add(np.concatenate([np.zeros(len(piece.group_class)), border_values]), entries)
        self._end_edge = np.array([edge for edge, _ in self._ends], dtype=np.int64)
        self._end_sector = np.array([sector for _, sector in self._ends], dtype=np.int64)
        self._apart_edge, self._apart_sector, self._apart_row = self._kept_apart(ground, classes)

    def set_prices(self, best: Ints64, stakes: Stakes, scale: int) -> bool:
        """Write the prices of the relaxation into the stakes' lot and border prices; False when it was not solved.

        best: the most that a placement of each class brings by itself, in the stakes' units.
        """
        unit = 1000.0 * scale
        classes = self._piece.group_class
        values = (best[classes] + stakes.at[classes]) / unit
        self._linear.revalue(np.concatenate([np.maximum(values, -1e6), self._border_values]))
        solved = self._linear.solve()
        if solved is None:
            return False
        whole = np.rint(solved[2] * unit).astype(np.int64)
        lots = len(self._piece.lots)
        stakes.lot[self._piece.lots] = whole[:lots]
        stakes.border[self._piece.edge] = 0
        stakes.border[self._end_edge, self._end_sector] = whole[lots : lots + len(self._ends)]
        np.subtract.at(stakes.border, (self._apart_edge, self._apart_sector), whole[self._apart_row])
        return True

    def _kept_apart(self, ground: Ground, classes: Classes) -> tuple[Ints64, Ints64, Ints64]:
        """(edge, sector, row of the relaxation) wherever a separation is paid for."""
        found = []
        for row, number in enumerate(self._separations, len(self._piece.lots) + len(self._ends)):
            edge = int(classes.edge[number])
            for end, bits in ((edge, classes.here[number]), (int(ground.back[edge]), classes.there[number])):
                found += [(end, sector, row) for sector in range(len(ground.affinity)) if (int(bits) >> sector) & 1]
        table = np.array(found, dtype=np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]

    def _assemble(self, ground: Ground, classes: Classes) -> tuple[list[Entry], Floats, Floats]:
        piece = self._piece
        lots_of = [
            frozenset(
                piece.lots[piece.site_lots[k]].item() for k in range(piece.site_start[s], piece.site_start[s + 1])
            )
            for s in range(len(piece.site_start) - 1)
        ]
        local = {lot: number for number, lot in enumerate(piece.lots.tolist())}
        columns: list[dict[int, float]] = [
            {local[lot]: 1.0 for lot in lots_of[site]} for site in piece.group_site.tolist()
        ]
        holding: dict[tuple[int, int], list[int]] = defaultdict(list)
        for group, (site, sector) in enumerate(
            zip(piece.group_site.tolist(), piece.group_sector.tolist(), strict=True)
        ):
            for lot in lots_of[site]:
                holding[lot, sector].append(group)
        inside = set(piece.edge.tolist())
        borders, values = self._borders(ground, classes, inside, holding)
        end_row = {end: len(local) + number for number, end in enumerate(self._ends)}
        for edge, sector in self._ends:
            one, two = int(ground.edge_from[edge]), int(ground.edge_to[edge])
            for group in holding[one, sector]:
                if two not in lots_of[piece.group_site[group]]:
                    columns[group][end_row[edge, sector]] = -1.0
        self._separations = np.flatnonzero(np.isin(classes.edge, piece.edge)).tolist()
        for row, number in enumerate(self._separations, len(local) + len(self._ends)):
            edge = int(classes.edge[number])
            at = (
                (int(ground.edge_from[edge]), int(classes.here[number])),
                (int(ground.edge_to[edge]), int(classes.there[number])),
            )
            for lot, bits in at:
                for sector in range(len(ground.affinity)):
                    if (bits >> sector) & 1:
                        for group in holding[lot, sector]:
                            columns[group][row] = 1.0
        for one_end, two_end in borders:
            columns.append({end_row[one_end]: 1.0, end_row[two_end]: 1.0})
        entries = [
            (np.array(sorted(each), dtype=np.int32), np.array([each[row] for row in sorted(each)])) for each in columns
        ]
        upper = np.concatenate([np.ones(len(local)), np.zeros(len(self._ends)), np.ones(len(self._separations))])
        return entries, values, upper

    def _borders(
        self, ground: Ground, classes: Classes, inside: set[int], holding: dict[tuple[int, int], list[int]]
    ) -> tuple[list[tuple[tuple[int, int], tuple[int, int]]], Floats]:
        """The links that can be earned inside the piece, as pairs of (edge, sector) ends, and their points."""
        found, values = [], []
        for edge in sorted(inside):
            one, two, back = int(ground.edge_from[edge]), int(ground.edge_to[edge]), int(ground.back[edge])
            if one > two or ground.rate[edge] == 0:
                continue
            for s, t in zip(classes.one.tolist(), classes.two.tolist(), strict=True):
                if (
                    holding.get((one, s))
                    and holding.get((two, t))
                    and not (ground.is_apart[edge] and ground.hostile[s, t])
                ):
                    found.append(((edge, s), (back, t)))
                    values.append(float(ground.rate[edge] * ground.affinity[s, t]) / 1000.0)
        self._ends = sorted({end for pair in found for end in pair})
        return found, np.array(values)
