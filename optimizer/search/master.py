"""The master program: one filling for each piece, each applicant once, within limits and quotas, borders between
pieces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np

from optimizer.search.classes import Classes
from optimizer.search.filling import NEVER, SCALE, Stakes
from optimizer.search.fillings import Fillings, between_fillings
from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.ground import Floats, Ground
from optimizer.search.linear import Linear
from optimizer.search.pieces import Piece

Entry = tuple[Ints32, Floats]
LEAST_SHARE = 1e-6
MISSING_POINTS = 1e6
"""What the linear master loses for a piece that must be filled and is not: more than any filling brings."""
MOST_COMBINED = 2_000
"""Fillings: what two of them lose together is kept in memory for every two."""
End = tuple[int, int]


class Master:
    """Columns are fillings; rows are applicants, limits and quotas, ends of borders between pieces, and pieces.

    pairs: for each neighbour pair between two pieces the links it can earn: (end, end, millipoints); an end is
    (edge, sector).  rows_free: what limits and quotas leave besides the pins.
    """

    def __init__(
        self, ground: Ground, classes: Classes, pieces: list[Piece], of_lot: Ints32, pins_used: Ints64
    ) -> None:
        self._ground, self._of_lot = ground, of_lot
        self._gain_scaled = ground.gain * SCALE
        self._change = np.zeros(len(ground.gain), dtype=np.int64)
        self.applicants = self.rows_at = len(ground.sector)
        self.ends_at = self.rows_at + len(ground.most)
        self.pairs = _pairs(ground, classes, of_lot)
        ends = sorted({end for pair in self.pairs for one, two, _ in pair for end in (one, two)})
        self.end_edge = np.array([edge for edge, _ in ends], dtype=np.int64)
        self.end_sector = np.array([sector for _, sector in ends], dtype=np.int64)
        self._end_row = {end: self.ends_at + number for number, end in enumerate(ends)}
        self._end_of_lot: dict[tuple[int, int], list[int]] = defaultdict(list)
        for (edge, sector), row in self._end_row.items():
            self._end_of_lot[int(ground.edge_from[edge]), sector].append(row)
        self._pieces_at = self.ends_at + len(ends)
        self.rows_free = ground.most - pins_used
        self._upper = np.concatenate(
            [
                np.ones(self.applicants),
                self.rows_free.astype(float),
                np.zeros(len(ends)),
                np.ones(len(pieces)),
            ]
        )
        self._linear = Linear(self._upper)
        links = [(one, two, worth) for pair in self.pairs for one, two, worth in pair]
        self._links: list[Entry] = [
            (np.array(sorted((self._end_row[one], self._end_row[two])), dtype=np.int32), np.ones(2))
            for one, two, _ in links
        ]
        self._link_values = np.array([worth / 1000.0 for _, _, worth in links])
        self._linear.add(self._link_values, self._links)
        over, price = _surplus(ground, self._upper[self.rows_at : self.ends_at])
        self._linear.add(-price[over], [(np.array([self.rows_at + row], dtype=np.int32), -np.ones(1)) for row in over])
        missing = [(np.array([self._pieces_at + piece], dtype=np.int32), np.ones(1)) for piece in range(len(pieces))]
        self._linear.add(np.full(len(pieces), -MISSING_POINTS), missing)
        self._first = self._linear.columns
        self._fillings: list[Ints32] = []
        self._values: list[float] = []
        self._entries: list[Entry] = []
        self._waiting = 0
        self._allowed: list[bool] = []
        self._pieces: list[int] = []
        self._starts: Ints64 = np.zeros(0, dtype=np.int64)
        self._flat: Ints32 = np.zeros(0, dtype=np.int32)
        self._piece_of = self._own_scaled = self._starts
        self._of_piece: list[list[int]] = [[] for _ in pieces]
        self._known: dict[tuple[int, bytes], int] = {}

    @property
    def columns(self) -> int:
        """How many fillings are known."""
        return len(self._fillings)

    def add(self, piece: int, placements: Ints32, millipoints: int) -> None:
        """Take a filling of a piece, worth so many millipoints by itself, as a column, unless it is known."""
        key = _key(piece, placements)
        if key in self._known or not len(placements):
            return
        self._known[key] = len(self._fillings)
        self._fillings.append(placements)
        self._values.append(millipoints / 1000.0)
        self._of_piece[piece].append(len(self._allowed))
        self._allowed.append(True)
        self._pieces.append(piece)
        self._entries.append(self._entry(piece, placements))

    def learn(self, other: Master, first: int) -> int:
        """Take another's fillings from this number on; the number to go on from the next time."""
        for number in range(first, other.columns):
            self.add(other._pieces[number], other._fillings[number], round(other._values[number] * 1000))
        return other.columns

    def value_at(self, stakes: Stakes, classes: Classes, outer_class: Ints64) -> None:
        """Value all known fillings at these stakes, for `best_known`.

        outer_class: what the pins next door bring a placement of each class, which the stakes hold already.
        """
        self._change = stakes.own - self._gain_scaled + (stakes.at - outer_class)[classes.of]

    def best_known(self) -> tuple[list[int], list[int]]:
        """For each piece (the most that a known filling brings at the stakes last valued, its number).

        0 and -1, for the empty filling, where none may be chosen; the youngest of equals.
        """
        most = np.full(len(self._of_piece), NEVER, dtype=np.int64)
        number = np.full(len(most), -1, dtype=np.int64)
        if self._fillings:
            self._flatten()
            brings = self._own_scaled + np.add.reduceat(self._change[self._flat], self._starts)
            brings[~np.array(self._allowed)] = NEVER
            np.maximum.at(most, self._piece_of, brings)
            best = np.flatnonzero((brings == most[self._piece_of]) & (brings > NEVER))
            number[self._piece_of[best]] = best
        most[number < 0] = 0
        return most.tolist(), number.tolist()

    def _flatten(self) -> None:
        """Keep what all fillings hold in one row, and their pieces and values, as long as no more are known."""
        if len(self._starts) != len(self._fillings):
            self._starts = np.cumsum([0, *(len(each) for each in self._fillings)])[:-1]
            self._flat = np.concatenate(self._fillings)
            self._piece_of = np.array(self._pieces, dtype=np.int64)
            self._own_scaled = SCALE * np.rint(np.array(self._values) * 1000.0).astype(np.int64)

    def number_of(self, piece: int, placements: Ints32) -> int:
        """The number of a filling that is known.  Raises KeyError when it is not."""
        return self._known[_key(piece, placements)]

    def worth_at(self, prices: Floats) -> float:
        """Points of a plan that loses nothing at these prices of all rows, besides the pins."""
        return float(prices @ self._upper)

    def placements_of(self, filling: int) -> Ints32:
        """What the filling holds."""
        return self._fillings[filling]

    def use_of(self, fillings: Sequence[int]) -> Floats:
        """What these fillings use together of the applicants, limits and quotas, and ends."""
        used = np.zeros(self._pieces_at + len(self._of_piece))
        for number in fillings:
            rows, coefficients = self._entries[number]
            used[rows] += coefficients
        return used[: self._pieces_at]

    def links_at(self, prices: Floats) -> Floats:
        """How often the links that bring most at these prices, one for each neighbour pair at most, use each end."""
        used = np.zeros(self._pieces_at)
        for pair in self.pairs:
            best, ends = 0.0, None
            for one, two, worth in pair:
                rows = self._end_row[one], self._end_row[two]
                brings = worth / 1000.0 - float(prices[rows[0]] + prices[rows[1]])
                if brings > best:
                    best, ends = brings, rows
            for row in ends or ():
                used[row] += 1.0
        return used

    @property
    def free(self) -> Floats:
        """What the fillings may use together of the applicants, limits and quotas, and ends."""
        return self._upper[: self._pieces_at]

    def allow(self, flags: Flags, must_fill: Flags) -> None:
        """Let only the fillings flagged be chosen by the linear master; what is added later may be.  `combine` chooses
        from all.  must_fill: pieces that must be filled wholly, at whatever loss."""
        self._linear.demand(self._pieces_at, must_fill)
        self._allowed = flags.tolist()
        self._linear.allow(self._first, flags[: self._waiting])

    def with_any(self, placements: Flags) -> Flags:
        """For each filling known, whether it holds any of the placements flagged."""
        self._flatten()
        return np.asarray(np.logical_or.reduceat(placements[self._flat], self._starts), dtype=np.bool_)

    def of_piece(self, piece: int) -> Flags:
        """For each filling known, whether it is of the piece."""
        self._flatten()
        return np.asarray(self._piece_of == piece, dtype=np.bool_)

    def solve(self) -> tuple[float, Floats] | None:
        """(value, prices of applicants, limits and quotas, and ends) of the linear master; None when it was not
        solved."""
        solved = self.solved()
        return None if solved is None else (solved[0], solved[2][: self._pieces_at])

    def shares(self) -> list[tuple[int, Ints32, float]]:
        """(piece, placements, share) of every filling that the linear master holds a share of; none when it was not
        solved."""
        solved = self.solved()
        if solved is None:
            return []
        shares = solved[1][self._first :]
        return [
            (self._pieces[number], self._fillings[number], float(shares[number]))
            for number in np.flatnonzero(shares > LEAST_SHARE).tolist()
        ]

    def without(self, out: Flags, iterations: int) -> float:
        """About the linear master's value without the fillings flagged, by so many steps of the simplex method."""
        numbers = np.flatnonzero(out & np.array(self._allowed)).astype(np.int32)
        return self._linear.without(numbers + np.int32(self._first), iterations)

    def solved(self) -> tuple[float, Floats, Floats] | None:
        """(value, shares of all columns, prices of all rows) of the linear master; None when it was not solved."""
        new = slice(self._waiting, len(self._fillings))
        if self._fillings[new]:
            self._linear.add(np.array(self._values[new]), self._entries[new])
            self._linear.allow(self._first + self._waiting, np.array(self._allowed[new], dtype=np.bool_))
            self._waiting = len(self._fillings)
        return self._linear.solve()

    def fillings_at(self, prices: Floats, besides: Collection[int] = ()) -> tuple[list[int], Fillings]:
        """(numbers, fillings) of those that lose least at these prices of all rows, and of those besides, by piece; -1
        is the empty one."""
        loss = np.array(
            [
                coefficients @ prices[rows] - value
                for (rows, coefficients), value in zip(self._entries, self._values, strict=True)
            ]
        )
        kept = set(np.argsort(loss, kind="stable")[:MOST_COMBINED].tolist()) | set(besides)
        by_piece = [[-1, *(number for number in of_piece if number in kept)] for of_piece in self._of_piece]
        numbers = [number for chosen in by_piece for number in chosen]
        start = np.cumsum([0, *map(len, by_piece)])
        held = [self._fillings[number] if number >= 0 else np.zeros(0, dtype=np.int32) for number in numbers]
        loss = np.append(loss, 0.0)[numbers]
        loss[start[:-1]] = prices[self._pieces_at :]
        uses = np.zeros((len(numbers), len(self.rows_free)))
        for place, number in enumerate(numbers):
            if number >= 0:
                rows, coefficients = self._entries[number]
                is_limit = (rows >= self.rows_at) & (rows < self.ends_at)
                uses[place, rows[is_limit] - self.rows_at] = coefficients[is_limit]
        ground, end_price = self._ground, np.zeros((len(self._ground.edge_to), len(self._ground.affinity)))
        end_price[self.end_edge, self.end_sector] = prices[self.ends_at : self._pieces_at]
        return numbers, Fillings(
            start, loss, between_fillings(ground, self._of_lot, start, held, end_price), uses,
            self.rows_free.astype(float), prices[self.rows_at : self.ends_at],
            np.cumsum([0, *(len(each) for each in held)]), ground.applicant[np.concatenate(held)].astype(np.int64),
            prices[: self.applicants],
        )  # fmt: skip

    def _entry(self, piece: int, placements: Ints32) -> Entry:
        ground = self._ground
        column: dict[int, float] = {self._pieces_at + piece: 1.0}
        for placement in placements.tolist():
            applicant, site = int(ground.applicant[placement]), int(ground.site[placement])
            column[applicant] = column.get(applicant, 0.0) + 1.0
            lots = ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]].tolist()
            for row in range(len(ground.most)):
                use = int(ground.per_lot[row, applicant]) * len(lots)
                use += int(ground.need[row, applicant]) if ground.touches[row, site] else 0
                if use:
                    column[self.rows_at + row] = column.get(self.rows_at + row, 0.0) + use
            for lot in lots:
                for end in self._end_of_lot.get((lot, int(ground.sector[applicant])), ()):
                    column[end] = column.get(end, 0.0) - 1.0
        rows = sorted(column)
        return np.array(rows, dtype=np.int32), np.array([column[row] for row in rows])


def _key(piece: int, placements: Ints32) -> tuple[int, bytes]:
    return piece, np.sort(placements).astype(np.int32).tobytes()


def _surplus(ground: Ground, upper: Floats) -> tuple[Ints64, Floats]:
    """(rows that the pins alone overstep, points for each unit over a row).

    Such a row may be overstepped at a price, or the linear master would have no solution, and so no prices to go on
    with, until fillings that make up for the pins are known.  A unit costs more than any placement gains with it.
    """
    dearest = float(ground.gain.max(initial=0)) / 1000.0 + 1.0
    return np.flatnonzero(upper < 0).astype(np.int64), np.full(len(upper), dearest)


def _pairs(ground: Ground, classes: Classes, of_lot: Ints32) -> list[list[tuple[End, End, int]]]:
    found = []
    for e in range(len(ground.edge_to)):
        one, two = int(ground.edge_from[e]), int(ground.edge_to[e])
        if one > two or ground.rate[e] == 0 or of_lot[one] < 0 or of_lot[two] < 0 or of_lot[one] == of_lot[two]:
            continue
        links = [
            ((e, int(s)), (int(ground.back[e]), int(t)), int(ground.rate[e] * ground.affinity[s, t]))
            for s, t in zip(classes.one.tolist(), classes.two.tolist(), strict=True)
            if classes.covered[one, s] and classes.covered[two, t]
        ]
        if links:
            found.append(links)
    return found
