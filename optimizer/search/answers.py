"""What pieces answer to prices: each of them, all in one round, and all again with as little search as possible."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from optimizer.search.fitting import Ints32
from optimizer.search.ground import Floats
from optimizer.search.groups import Stakes


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


class Elsewhere(Protocol):
    """Others that fill some of a generation's pieces, round by round."""

    def ask(self, prices: Floats) -> Collection[int]:
        """Have pieces filled at these prices: which, by number."""

    def collect(self, stakes: Stakes, seconds: Callable[[], float]) -> Mapping[int, Answer]:
        """What came of them; writes the prices inside these pieces into the stakes.  Others are lost."""


def floors_within(known: list[int], most: int, nodes: Sequence[int]) -> list[int]:
    """What each piece need not be shown to bring less than, so that all together bring at most so much; at least what
    is known of each.

    nodes: of the last search of each; what is to spare goes to those whose searches are long.
    """
    spare, taken = most - sum(known), sum(nodes)
    if spare <= 0 or not taken:
        return known
    return [each + spare * own // taken for each, own in zip(known, nodes, strict=True)]
