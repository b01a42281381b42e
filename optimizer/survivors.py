"""What is left to choose at a node of a certificate's tree, with a way back to the node above.

Choices are numbered: first the placements that the root left, then its links.  Each has an owner: an applicant, or a
pair of neighbours.  Everything is in 1/scale millipoints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Lots = tuple[str, ...]
Uses = list[tuple[int, int]]
"""Who pays for a row: (number of a choice, how much of the row it uses)."""


@dataclass
class _Step:
    """What was there before one node was entered."""

    total: int
    gains: list[tuple[int, int]] = field(default_factory=list)
    bests: list[tuple[int, int, int]] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    granted: list[int] = field(default_factory=list)


class Survivors:
    """Gains, owners and best choices; drops and price changes are undone node by node.

    total: constant + best choice of every owner.  is_stuck: some applicant must be granted and has no site left.
    ends[lot, sector], on_lot[lot]: the placements that hold the lot.  links_at[lot, other, sector]: the links of the
    two lots with the sector on the first.
    """

    def __init__(self, constant: int) -> None:
        self.total = constant
        self.is_stuck = False
        self.owners: list[str] = []
        self.applicants = 0
        self.gain: list[int] = []
        self.owner: list[int] = []
        self.lots: list[Lots] = []
        self.sector: list[str] = []
        self.choices: list[list[int]] = []
        self.may_have_none: list[bool] = []
        self.ends: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.on_lot: dict[str, list[int]] = defaultdict(list)
        self.links_at: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        self.alive = bytearray()
        self.best: list[int] = []
        self.least: list[int] = []
        self._covers: dict[tuple[str, str], int] = defaultdict(int)
        self._hanging: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._steps: list[_Step] = []
        self._touched: set[int] = set()

    def add_applicant(self, name: str, sector: str, sites: Sequence[tuple[Lots, int]], may_have_none: bool) -> None:
        """An applicant with its sites and their gains.  All applicants come before all pairs."""
        self.applicants += 1
        for lots, gain in sites:
            number = len(self.gain)
            self._add(len(self.owners), gain)
            self.lots.append(lots)
            self.sector.append(sector)
            for lot in lots:
                self.ends[lot, sector].append(number)
                self.on_lot[lot].append(number)
                self._covers[lot, sector] += 1
        self._own(name, len(sites), may_have_none)

    def add_pair(self, lot_a: str, lot_b: str, links: Iterable[tuple[str, str, int]]) -> None:
        """A pair of neighbours with the sectors of its links and their gains; those not covered are left out."""
        before = len(self.gain)
        for one, two, gain in links:
            if self._covers.get((lot_a, one)) and self._covers.get((lot_b, two)):
                number = len(self.gain)
                self._add(len(self.owners), gain)
                for end in ((lot_a, lot_b, one), (lot_b, lot_a, two)):
                    self.links_at[end].append(number)
                    self._hanging[end[0], end[2]].append(number)
        self._own(f"{lot_a} {lot_b}", len(self.gain) - before, True)

    def open_sites(self, owner: int) -> list[tuple[Lots, int]]:
        """The sites that an applicant has left, and the gain of each."""
        return [(self.lots[number], self.gain[number]) for number in self.choices[owner] if self.alive[number]]

    def enter(self) -> None:
        """Begin a node: what follows is undone by `leave`."""
        self._steps.append(_Step(self.total))

    def leave(self) -> None:
        """Back to what was there before the last `enter`."""
        step = self._steps.pop()
        for number, gain in reversed(step.gains):
            self.gain[number] = gain
        for owner, best, least in reversed(step.bests):
            self.best[owner], self.least[owner] = best, least
        for number in step.dropped:
            self.alive[number] = 1
            if number < len(self.lots):
                for lot in self.lots[number]:
                    self._covers[lot, self.sector[number]] += 1
        for owner in step.granted:
            self.may_have_none[owner] = True
        self.total, self.is_stuck = step.total, False
        self._touched.clear()

    def charge(self, constant: int, prices: Iterable[tuple[int, Uses]]) -> None:
        """Change prices: each by so much, for those who use its row."""
        change: dict[int, int] = {}
        alive = self.alive
        for price, uses in prices:
            for number, used in uses:
                if alive[number]:
                    change[number] = change.get(number, 0) + price * used
        gain, saved = self.gain, self._steps[-1].gains
        for number, paid in change.items():
            if paid:
                saved.append((number, gain[number]))
                gain[number] -= paid
                self._touched.add(self.owner[number])
        self.total += constant

    def drop(self, number: int) -> None:
        """Leave a choice out; a link whose end nobody could hold any longer goes too."""
        if not self.alive[number]:
            return
        self.alive[number] = 0
        self._steps[-1].dropped.append(number)
        self._touched.add(self.owner[number])
        if number < len(self.lots):
            for lot in self.lots[number]:
                end = lot, self.sector[number]
                self._covers[end] -= 1
                if not self._covers[end]:
                    for link in self._hanging.get(end, ()):
                        self.drop(link)

    def grant(self, owner: int) -> None:
        """From here on the applicant must take one of its sites."""
        if self.may_have_none[owner]:
            self.may_have_none[owner] = False
            self._steps[-1].granted.append(owner)
            self._touched.add(owner)

    def drop_by_loss(self, slack: int) -> None:
        """Leave out every choice that loses more than the slack against its owner's best, "none" of applicants too."""
        gain, alive = self.gain, self.alive
        losing = [number for number, best in enumerate(self.best) if best - self.least[number] > slack]
        for owner in losing:
            enough = self.best[owner] - slack
            for number in self.choices[owner]:
                if alive[number] and gain[number] < enough:
                    self.drop(number)
            if owner < self.applicants and enough > 0:
                self.grant(owner)
            self._touched.add(owner)

    def settle(self) -> None:
        """Recompute the best choice of every owner that anything happened to."""
        gain, alive, saved = self.gain, self.alive, self._steps[-1].bests
        for owner in self._touched:
            gains = [gain[number] for number in self.choices[owner] if alive[number]]
            if owner < self.applicants and self.may_have_none[owner]:
                gains.append(0)
            if gains:
                best, least = max(gains), min(gains)
            elif owner < self.applicants:
                self.is_stuck = True
                break
            else:
                best = least = 0
            best = max(best, 0) if owner >= self.applicants else best
            saved.append((owner, self.best[owner], self.least[owner]))
            self.total += best - self.best[owner]
            self.best[owner], self.least[owner] = best, least
        self._touched.clear()

    def _add(self, owner: int, gain: int) -> None:
        self.gain.append(gain)
        self.owner.append(owner)
        self.alive.append(1)

    def _own(self, name: str, count: int, may_have_none: bool) -> None:
        owned = list(range(len(self.gain) - count, len(self.gain)))
        gains = [self.gain[number] for number in owned] + ([0] if may_have_none else [])
        self.owners.append(name)
        self.choices.append(owned)
        self.may_have_none.append(may_have_none)
        self.best.append(max(gains))
        self.least.append(min(gains))
        self.total += max(gains)
