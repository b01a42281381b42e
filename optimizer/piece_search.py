"""Going through the fillings of one piece: does any bring more than is claimed?  Plain Python, whole numbers only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from optimizer.certificate import CertificateError

MOST_STEPS = 3_000_000
"""Steps that a check takes in all; a certificate that needs more is refused."""

Lots = tuple[str, ...]
Choice = tuple[int, str]
"""What an applicant brings on a site, and who it is."""


@dataclass(frozen=True)
class Border:
    """A pair of neighbours in the piece: prices at its two ends by sector, and what two different tenants bring,
    or None."""

    lot_a: str
    lot_b: str
    here: Mapping[str, int]
    there: Mapping[str, int]
    brings: Mapping[tuple[str, str], int | None]


@dataclass(frozen=True)
class _Group:
    """The applicants of one sector on one site: gains after inner prices, best first; `losing` is their negatives, for
    bisection."""

    lots: tuple[int, ...]
    sector: str
    losing: list[int]
    applicants: list[str]


class PieceSearch:
    """All fillings of a piece, lot by lot in the given order: empty, or a site that begins there with one applicant.

    Each step carries what the filling can still bring at most: every lot at its price, every site at its best, every
    border at its best.  Each border or lot that is decided replaces its best by what it is.
    """

    def __init__(
        self,
        lots: Lots,
        choices: Mapping[tuple[Lots, str], list[Choice]],
        borders: list[Border],
        prices: Mapping[str, int],
    ) -> None:
        self._count = len(lots)
        number = {lot: index for index, lot in enumerate(lots)}
        self._price = [prices.get(lot, 0) for lot in lots]
        possible: list[set[str]] = [{""} for _ in lots]
        for site, sector in choices:
            for lot in site:
                possible[number[lot]].add(sector)
        self._beside: list[dict[int, tuple[dict[tuple[str, str], int | None], int]]] = [{} for _ in lots]
        for border in borders:
            one, two = number[border.lot_a], number[border.lot_b]
            table = _table(border, possible[one], possible[two])
            best = max(0, max((brings for brings in table.values() if brings is not None), default=0))
            self._beside[one][two] = (table, best)
            self._beside[two][one] = ({(t, s): brings for (s, t), brings in table.items()}, best)
        self._groups: list[list[_Group]] = [[] for _ in lots]
        inner = {(border.lot_a, border.lot_b): border.here for border in borders}
        inner |= {(border.lot_b, border.lot_a): border.there for border in borders}
        for (site, sector), found in sorted(choices.items()):
            own = tuple(sorted(number[lot] for lot in site))
            shift = self._shift(lots, own, sector, inner)
            ordered = sorted((-(gain + shift), applicant) for gain, applicant in found)
            group = _Group(own, sector, [loss for loss, _ in ordered], [applicant for _, applicant in ordered])
            self._groups[own[0]].append(group)
        for groups in self._groups:
            groups.sort(key=lambda group: (group.losing[0], group.lots, group.sector))
        self._paid = [max(0, price) for price in self._price]
        self._site = [max(0, *(-group.losing[0] for group in groups)) if groups else 0 for groups in self._groups]

    def exceeds(self, most: int, steps: int, piece: int) -> int:
        """Go through the fillings; how many steps it took.

        Raises CertificateError when a filling brings more than `most`, or when the steps run out.
        """
        first = sum(self._paid) + sum(self._site)
        first += sum(
            best for lot, others in enumerate(self._beside) for other, (_, best) in others.items() if other < lot
        )
        if first <= most:
            return 0
        label: list[str | None] = [None] * self._count
        used: set[str] = set()
        taken = 0
        frames: list[tuple[Iterator[tuple[int, _Group | None, str]], int]] = [
            (self._steps(0, first, most, label, used), 0)
        ]
        undo: list[tuple[tuple[int, ...], str]] = []
        while frames:
            steps_here, lot = frames[-1]
            if len(undo) == len(frames):
                lots, applicant = undo.pop()
                for each in lots:
                    label[each] = None
                used.discard(applicant)
            following = next(steps_here, None)
            if following is None:
                frames.pop()
                continue
            taken += 1
            if taken > steps:
                raise CertificateError(
                    "too_long", f"Going through piece {piece} takes more than {MOST_STEPS} steps in all."
                )
            reached, group, applicant = following
            lots = (lot,) if group is None else group.lots
            for each in lots:
                label[each] = "" if group is None else group.sector
            if group is not None:
                used.add(applicant)
            undo.append((lots, applicant))
            after = lot + 1
            while after < self._count and label[after] is not None:
                after += 1
            if after == self._count:
                raise CertificateError(
                    "piece_too_low", f"Piece {piece} has a filling that brings {reached}, over {most}."
                )
            frames.append((self._steps(after, reached, most, label, used), after))
        return taken

    def _steps(
        self, lot: int, reached: int, most: int, label: list[str | None], used: set[str]
    ) -> Iterator[tuple[int, _Group | None, str]]:
        """What can be done at the lot so that more than `most` can still be reached: (reached, group or None,
        applicant)."""
        for group in self._groups[lot]:
            here = self._reach(group, reached, label)
            if here is not None:
                last = bisect_left(group.losing, here - most)
                for loss, applicant in zip(group.losing[:last], group.applicants[:last], strict=True):
                    if applicant not in used:
                        yield here - loss, group, applicant
        here = reached - self._paid[lot] - self._site[lot]
        for other, (table, best) in self._beside[lot].items():
            there = label[other]
            if there is not None:
                brings = table["", there]
                here += (0 if brings is None else brings) - best
        if here > most:
            yield here, None, ""

    def _reach(self, group: _Group, reached: int, label: list[str | None]) -> int | None:
        """What can still be reached with a tenant of gain 0 on the site; None where a lot is taken or a neighbour
        hostile."""
        if any(label[own] is not None for own in group.lots):
            return None
        here = reached
        for own in group.lots:
            here += self._price[own] - self._paid[own] - self._site[own]
            for other, (table, best) in self._beside[own].items():
                there = label[other]
                if there is not None:
                    brings = table[group.sector, there]
                    if brings is None:
                        return None
                    here += brings - best
        return here

    def _shift(
        self, lots: Lots, own: tuple[int, ...], sector: str, inner: Mapping[tuple[str, str], Mapping[str, int]]
    ) -> int:
        """What a site pays for its lots and for the pairs inside it, and is paid back for its other borders in the
        piece."""
        total = -sum(self._price[lot] for lot in own)
        for lot in own:
            for other, (_, best) in self._beside[lot].items():
                if other not in own:
                    total += inner[lots[lot], lots[other]][sector]
                elif other < lot:
                    total -= best
        return total


def _table(border: Border, ones: set[str], twos: set[str]) -> dict[tuple[str, str], int | None]:
    """What the pair brings less the prices at its ends, for each pair of sectors; "" stands for an empty lot."""
    table: dict[tuple[str, str], int | None] = {}
    for one in ones:
        for two in twos:
            less = (border.here[one] if one else 0) + (border.there[two] if two else 0)
            brings = border.brings[one, two] if one and two else 0
            table[one, two] = None if brings is None else brings - less
    return table
