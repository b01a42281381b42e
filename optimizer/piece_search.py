"""Going through the fillings of one piece: does any bring more than is claimed?  Plain Python, whole numbers only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from optimizer.certificate import CertificateError

MOST_STEPS = 1_000_000
"""Steps that a check takes in all; a certificate that needs more is refused."""

Lots = tuple[str, ...]
Choice = tuple[int, str]
"""What an applicant brings on a site, and who it is."""
Grants = dict[str, Lots]
"""Applicant -> the lots that it holds."""
NEVER = 1 << 80
"""More than any piece can bring."""
OPEN, EMPTY = -1, 0
"""Labels of a lot that is not decided and of one that stays empty; sectors are numbered from 1."""


@dataclass(frozen=True)
class Border:
    """A pair of neighbours in the piece: prices at its two ends by sector, and what two different tenants bring,
    or None where they may not be."""

    lot_a: str
    lot_b: str
    here: Mapping[str, int]
    there: Mapping[str, int]
    brings: Mapping[tuple[str, str], int | None]


@dataclass(frozen=True)
class _Group:
    """The applicants of one sector on one site, with what each loses there at least, fewest first."""

    lots: tuple[int, ...]
    sector: int
    losses: tuple[tuple[int, str], ...]


class PieceSearch:
    """All fillings of a piece, lot by lot in the given order: empty, or a site that begins there with one applicant.

    `first` is what every lot at its price, every site at its best and every border at its best would bring together.
    What a filling brings is `first` less its losses, none of them negative: each lot, each site and each border loses
    what it stays under its best.  So a branch that has lost `first - most` brings no more than `most`.
    """

    def __init__(
        self,
        lots: Lots,
        choices: Mapping[tuple[Lots, str], list[Choice]],
        borders: list[Border],
        prices: Mapping[str, int],
    ) -> None:
        self._lots, self._count, self.taken = lots, len(lots), 0
        number = {lot: index for index, lot in enumerate(lots)}
        sectors = {sector: index for index, sector in enumerate(sorted({sector for _, sector in choices}), 1)}
        possible: list[set[str]] = [{""} for _ in lots]
        for site, sector in choices:
            for lot in site:
                possible[number[lot]].add(sector)
        tables = [_table(border, possible[number[border.lot_a]], possible[number[border.lot_b]]) for border in borders]
        best = [max(brings for brings in table.values() if brings is not None) for table in tables]
        price = [prices.get(lot, 0) for lot in lots]
        paid = [max(0, each) for each in price]
        gains = {
            (site, sector): -sum(price[number[lot]] for lot in site) + _of_borders(site, sector, borders, best)
            for site, sector in choices
        }
        site_best = [0] * self._count
        for key, found in choices.items():
            begins = min(number[lot] for lot in key[0])
            site_best[begins] = max(site_best[begins], max(gain for gain, _ in found) + gains[key])
        self.first = sum(paid) + sum(site_best) + sum(best)
        self._empty = [one + two for one, two in zip(paid, site_best, strict=True)]
        self._near: list[list[tuple[int, dict[tuple[int, int], int]]]] = [[] for _ in lots]
        label = {"": EMPTY, **sectors}
        for border, table, most in zip(borders, tables, best, strict=True):
            one, two = number[border.lot_a], number[border.lot_b]
            losses = {(label[s], label[t]): most - brings for (s, t), brings in table.items() if brings is not None}
            self._near[one].append((two, losses))
            self._near[two].append((one, {(t, s): loss for (s, t), loss in losses.items()}))
        self._groups: list[list[_Group]] = [[] for _ in lots]
        for (site, sector), found in choices.items():
            own = tuple(sorted(number[lot] for lot in site))
            most = sum(self._empty[lot] - price[lot] for lot in own) - gains[site, sector]
            losses_of = tuple(sorted((most - gain, applicant) for gain, applicant in found))
            self._groups[own[0]].append(_Group(own, sectors[sector], losses_of))
        for groups in self._groups:
            groups.sort(key=lambda group: (group.losses[0], group.lots, group.sector))

    def exceeds(self, most: int, steps: int, piece: int) -> int:
        """Go through the fillings; how many steps it took.

        Raises CertificateError when a filling brings more than `most`, or when the steps run out.
        """
        for spare, _ in self.fillings(most, steps, piece):
            said = f"Piece {piece} has a filling that brings {most + spare}, over {most}."
            raise CertificateError("piece_too_low", said)
        return self.taken

    def fillings(
        self, most: int, steps: int, piece: int, given: Sequence[tuple[str, Lots]] = (), held: Collection[str] = ()
    ) -> Iterator[tuple[int, Grants]]:
        """Every filling that brings more than `most`: (by how much, who holds which lots).

        given: applicants and sites of the piece that fit them; only fillings in which they hold those sites are gone
        through then, and they are left out of what is yielded.  held: lots that no filling may leave empty.  `taken` is
        how many steps it took so far.  Raises CertificateError when the steps run out.
        """
        label, used, self.taken = [OPEN] * self._count, set[str](), 0
        self._must_hold = [lot in held for lot in self._lots]
        spare = self.first - most
        for grant in given:
            spare -= self._grant(grant, label, used)
        if OPEN not in label:
            if spare > 0:
                yield spare, {}
            return
        frames = [self._steps(label.index(OPEN), spare, label, used)]
        undo: list[tuple[tuple[int, ...], str]] = []
        while frames:
            if len(undo) == len(frames):
                lots, applicant = undo.pop()
                for lot in lots:
                    label[lot] = OPEN
                used.discard(applicant)
            step = next(frames[-1], None)
            if step is None:
                frames.pop()
                continue
            self.taken += 1
            if self.taken > steps:
                raise CertificateError(
                    "too_long", f"With piece {piece} the searches take more steps than a check may take in all."
                )
            spare, lots, sector, applicant = step
            for lot in lots:
                label[lot] = sector
            used.add(applicant)
            undo.append((lots, applicant))
            if OPEN in label:
                frames.append(self._steps(label.index(OPEN), spare, label, used))
            else:
                yield spare, {who: tuple(self._lots[lot] for lot in held) for held, who in undo if who}
                frames.append(iter(()))

    def losses(self) -> Iterator[tuple[str, Lots, int]]:
        """(applicant, site, what any filling in which it holds the site loses at least against `first`), of all."""
        for groups in self._groups:
            for group in groups:
                site = tuple(sorted(self._lots[lot] for lot in group.lots))
                yield from ((applicant, site, loss) for loss, applicant in group.losses)

    def least_loss(self, applicant: str, site: Lots) -> int:
        """What any filling in which the applicant holds the site loses at least against `first`."""
        return self._grant((applicant, site), [OPEN] * self._count, set())

    def _grant(self, given: tuple[str, Lots], label: list[int], used: set[str]) -> int:
        """Put the applicant on the site, and what it loses there.  Raises KeyError when it does not fit."""
        applicant, site = given
        own = tuple(sorted(self._lots.index(lot) for lot in site))
        for group in self._groups[own[0]]:
            if group.lots == own:
                for loss, each in group.losses:
                    if each == applicant:
                        lost = loss + NEVER - self._left(NEVER, own, group.sector, label)
                        for lot in own:
                            label[lot] = group.sector
                        used.add(applicant)
                        return lost
        raise KeyError(given)

    def _steps(
        self, lot: int, spare: int, label: list[int], used: set[str]
    ) -> Iterator[tuple[int, tuple[int, ...], int, str]]:
        """What can be done at the lot with something to spare: (what is left to spare, lots, label, applicant)."""
        for group in self._groups[lot]:
            if group.losses[0][0] >= spare:
                break
            left = self._left(spare, group.lots, group.sector, label)
            for loss, applicant in group.losses:
                if loss >= left:
                    break
                if applicant not in used:
                    yield left - loss, group.lots, group.sector, applicant
        if self._must_hold[lot]:
            return
        left = self._left(spare, (lot,), EMPTY, label) - self._empty[lot]
        if left > 0:
            yield left, (lot,), EMPTY, ""

    def _left(self, spare: int, lots: tuple[int, ...], sector: int, label: list[int]) -> int:
        """What is left to spare after the borders of these lots with decided ones; 0 or less where it cannot be."""
        for lot in lots:
            if label[lot] != OPEN:
                return 0
            for other, losses in self._near[lot]:
                there = label[other]
                if there != OPEN:
                    loss = losses.get((sector, there))
                    if loss is None:
                        return 0
                    spare -= loss
        return spare


def _table(border: Border, ones: set[str], twos: set[str]) -> dict[tuple[str, str], int | None]:
    """What the pair brings less the prices at its ends, for each pair of sectors; "" stands for an empty lot."""
    table: dict[tuple[str, str], int | None] = {}
    for one in ones:
        for two in twos:
            less = (border.here[one] if one else 0) + (border.there[two] if two else 0)
            brings = border.brings[one, two] if one and two else 0
            table[one, two] = None if brings is None else brings - less
    return table


def _of_borders(site: Lots, sector: str, borders: list[Border], best: list[int]) -> int:
    """What a site is paid back for its borders in the piece; a pair inside it costs the pair's best instead."""
    total = 0
    for border, most in zip(borders, best, strict=True):
        if border.lot_a in site and border.lot_b in site:
            total -= most
        elif border.lot_a in site:
            total += border.here[sector]
        elif border.lot_b in site:
            total += border.there[sector]
    return total
