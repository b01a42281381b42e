"""What is left to choose at a node of a certificate's tree, with a way back to the node above.

Choices are numbered: first the placements that the root left, then its links.  Each has an owner: an applicant, or a
pair of neighbours.  Everything is in 1/scale millipoints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Lots = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A priced row: its right-hand side, and who pays for it.

    uses: (how much of the row, the numbers of the choices that use so much of it).  owners: those of all these.
    """

    most: int
    uses: tuple[tuple[int, tuple[int, ...]], ...]
    owners: frozenset[int]


class State(NamedTuple):
    """What the survivors of one node are, for the way back to it."""

    total: int
    gain: list[int]
    choices: list[list[int]]
    best: list[int]
    least: list[int]
    covers: list[int]
    is_left: bytearray
    may_have_none: bytearray


class Survivors:
    """Gains, owners and best choices.

    total: constant + best choice of every owner.  is_stuck: some applicant must be granted and has no site left.
    ends[lot, sector], on_lot[lot]: the placements that hold the lot.  links_at[lot, other, sector]: the links of the
    two lots with the sector on the first.  choices[owner]: those that are left, after `settle`.
    """

    def __init__(self, constant: int) -> None:
        self.total = constant
        self.is_stuck = False
        self.owners: list[str] = []
        self.applicants = 0
        self.lots: list[Lots] = []
        self.owner: list[int] = []
        self.gain: list[int] = []
        self.choices: list[list[int]] = []
        self.ends: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.on_lot: dict[str, list[int]] = defaultdict(list)
        self.links_at: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        self._best: list[int] = []
        self._least: list[int] = []
        self._may_have_none = bytearray()
        self._is_left = bytearray()
        self._covers: list[int] = []
        self._ends_of: list[list[int]] = []
        self._hanging: list[list[int]] = []
        self._end: dict[tuple[str, str], int] = {}
        self._touched: set[int] = set()

    def add_applicant(self, name: str, sector: str, sites: Sequence[tuple[Lots, int]], may_have_none: bool) -> None:
        """An applicant with its sites and their gains.  All applicants come before all pairs."""
        self.applicants += 1
        for lots, gain in sites:
            number = self._add(gain)
            self.lots.append(lots)
            self._ends_of.append([])
            for lot in lots:
                self.ends[lot, sector].append(number)
                self.on_lot[lot].append(number)
                end = self._end.setdefault((lot, sector), len(self._covers))
                if end == len(self._covers):
                    self._covers.append(0)
                    self._hanging.append([])
                self._covers[end] += 1
                self._ends_of[number].append(end)
        self._own(name, len(sites), may_have_none)

    def add_pair(self, lot_a: str, lot_b: str, links: Iterable[tuple[str, str, int]]) -> None:
        """A pair of neighbours with the sectors of its links and their gains; those not covered are left out."""
        before = len(self.gain)
        for one, two, gain in links:
            here, there = self._end.get((lot_a, one)), self._end.get((lot_b, two))
            if here is not None and there is not None:
                number = self._add(gain)
                self.links_at[lot_a, lot_b, one].append(number)
                self.links_at[lot_b, lot_a, two].append(number)
                self._hanging[here].append(number)
                self._hanging[there].append(number)
        self._own(f"{lot_a} {lot_b}", len(self.gain) - before, True)

    def state(self) -> State:
        """All that changes from node to node.  Call `restore` before anything is changed again."""
        return State(
            self.total,
            self.gain,
            self.choices,
            self._best,
            self._least,
            self._covers,
            self._is_left,
            self._may_have_none,
        )

    def restore(self, state: State) -> None:
        """Back to what was there then, as often as somebody asks."""
        self.total = state.total
        self.gain, self.choices = state.gain.copy(), state.choices.copy()
        self._best, self._least, self._covers = state.best.copy(), state.least.copy(), state.covers.copy()
        self._is_left, self._may_have_none = state.is_left.copy(), state.may_have_none.copy()
        self.is_stuck = False
        self._touched.clear()

    def may_have_none(self, owner: int) -> bool:
        """Whether the applicant may go without a site."""
        return bool(self._may_have_none[owner])

    def charge(self, price: int, row: Row) -> None:
        """Change the price of a row by so much."""
        gain = self.gain
        for used, numbers in row.uses:
            paid = price * used
            for number in numbers:
                gain[number] -= paid
        self.total += price * row.most
        self._touched |= row.owners

    def drop(self, number: int) -> None:
        """Leave a choice out; a link whose end nobody could hold any longer goes too."""
        if not self._is_left[number]:
            return
        self._is_left[number] = 0
        self._touched.add(self.owner[number])
        if number < len(self.lots):
            for end in self._ends_of[number]:
                self._covers[end] -= 1
                if not self._covers[end]:
                    for link in self._hanging[end]:
                        self.drop(link)

    def grant(self, owner: int) -> None:
        """From here on the applicant must take one of its sites."""
        self._may_have_none[owner] = 0
        self._touched.add(owner)

    def drop_by_loss(self, slack: int) -> None:
        """Leave out every choice that loses more than the slack against its owner's best, "none" of applicants too."""
        gain = self.gain
        losing = [
            owner
            for owner, (best, least) in enumerate(zip(self._best, self._least, strict=True))
            if best - least > slack
        ]
        for owner in losing:
            enough = self._best[owner] - slack
            for number in self.choices[owner]:
                if gain[number] < enough:
                    self.drop(number)
            if owner < self.applicants and enough > 0:
                self.grant(owner)

    def settle(self) -> None:
        """Recompute what is left to every owner that anything happened to, and its best choice."""
        gain, is_left, may_have_none = self.gain, self._is_left, self._may_have_none
        for owner in self._touched:
            left = self.choices[owner] = [number for number in self.choices[owner] if is_left[number]]
            gains = [gain[number] for number in left]
            if may_have_none[owner]:
                gains.append(0)
            elif not gains:
                self.is_stuck = True
                return
            best = max(gains)
            self.total += best - self._best[owner]
            self._best[owner] = best
            self._least[owner] = min(gains)
        self._touched.clear()

    def _add(self, gain: int) -> int:
        self.gain.append(gain)
        self.owner.append(len(self.owners))
        self._is_left.append(1)
        return len(self.gain) - 1

    def _own(self, name: str, count: int, may_have_none: bool) -> None:
        self._touched.add(len(self.owners))
        self.owners.append(name)
        self.choices.append(list(range(len(self.gain) - count, len(self.gain))))
        self._may_have_none.append(may_have_none)
        self._best.append(0)
        self._least.append(0)
