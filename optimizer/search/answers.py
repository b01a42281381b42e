"""What pieces answer to prices: each of them, all in one round, and all again with as little search as possible."""

from __future__ import annotations

from typing import NamedTuple

from optimizer.search.fitting import Ints32


class Priced(NamedTuple):
    """One round.  is_better: it is the best proof so far.  columns: the best filling known of each piece, -1 where none
    brings anything.  work: in seconds' worth."""

    is_better: bool
    columns: list[int]
    work: float


class Answer(NamedTuple):
    """Of one piece.  most: what no filling exceeds; first_bound: what its relaxation promises; nodes: of the search;
    fillings: those found, as placements."""

    most: int
    first_bound: int
    nodes: int
    fillings: list[Ints32]


class Thrifty(NamedTuple):
    """most: what no filling of each piece exceeds; bound_scaled: that of the proof or a little more; nodes: of a search
    that shows it again."""

    most: list[int]
    bound_scaled: int
    nodes: int
