"""Going through the fillings of one piece: does any bring more than is claimed?  Plain Python, whole numbers only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from optimizer.certificate import CertificateError
from optimizer.piece_frame import EMPTY, NOBODY, OPEN, Frame, Step

MOST_STEPS = 2_000_000
"""Steps that a check takes in all; a certificate that needs more is refused."""

Lots = tuple[str, ...]
Choice = tuple[int, str]
"""What an applicant brings on a site, and who it is."""
Grants = dict[str, Lots]
"""Applicant -> the lots that it holds."""
NEVER = 1 << 80
"""More than any piece can bring."""
Barren = dict[tuple[int, ...], tuple[int, frozenset[str]]]
"""For what is around an open lot: with so much to spare there is no filling, as long as these hold other sites."""
UNKNOWN = (0, NOBODY)
"""What is remembered of what was not gone through yet."""
Near = tuple[tuple[int, tuple[int, ...]], ...]
"""Lots next door, and what the border loses by the label there."""


@dataclass(frozen=True)
class Border:
    """A pair of neighbours in the piece: prices at its two ends by sector, and what two different tenants bring,
    or None where they may not be."""

    lot_a: str
    lot_b: str
    here: Mapping[str, int]
    there: Mapping[str, int]
    brings: Mapping[tuple[str, str], int | None]


@dataclass(frozen=True, slots=True)
class _Group:
    """The applicants of one sector on one site, with what each loses there at least, fewest first; or nobody, with the
    label EMPTY, on one lot."""

    lots: tuple[int, ...]
    sector: int
    losses: tuple[tuple[int, str], ...]
    near: Near

    def left(self, spare: int, label: list[int]) -> int:
        """What is left to spare after the borders with decided lots; 0 or less where it cannot be."""
        for other, losses in self.near:
            spare -= losses[label[other]]
        for lot in self.lots:
            if label[lot] != OPEN:
                return 0
        return spare


class PieceSearch:
    """All fillings of a piece, lot by lot in the given order: empty, or a site that begins there with one applicant.

    `first` is what every lot at its price, every site at its best and every border at its best would bring together.
    What a filling brings is `first` less its losses, none of them negative: each lot, each site and each border loses
    what it stays under its best.  So a branch that has lost `first - most` brings no more than `most`.

    `exceeds` remembers what was gone through to no end: where the labels that matter to the open lots are the same and
    there is no more to spare, it is not gone through again, as long as those applicants hold other sites of the piece
    that could not be had for it.
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
        near: list[list[tuple[int, Mapping[tuple[str, str], int]]]] = [[] for _ in lots]
        for border, table, most in zip(borders, tables, best, strict=True):
            one, two = number[border.lot_a], number[border.lot_b]
            losses = {pair: NEVER if brings is None else most - brings for pair, brings in table.items()}
            near[one].append((two, losses))
            near[two].append((one, {(t, s): loss for (s, t), loss in losses.items()}))
        labels = ["", *sectors]
        self._groups: list[list[_Group]] = [[] for _ in lots]
        for (site, sector), found in choices.items():
            own = tuple(sorted(number[lot] for lot in site))
            most = sum(self._empty[lot] - price[lot] for lot in own) - gains[site, sector]
            losses_of = tuple(sorted((most - gain, applicant) for gain, applicant in found))
            beside = tuple(each for lot in own for each in _near(near[lot], sector, labels, own))
            self._groups[own[0]].append(_Group(own, sectors[sector], losses_of, beside))
        for groups in self._groups:
            groups.sort(key=lambda group: (group.losses[0], group.lots, group.sector))
        self._matters = self._what_matters([max((other for other, _ in each), default=-1) for each in near])
        self._nobody = [
            _Group((lot,), EMPTY, ((loss, ""),), _near(near[lot], "", labels)) for lot, loss in enumerate(self._empty)
        ]

    def _what_matters(self, farthest: Sequence[int]) -> list[tuple[int, ...]]:
        """For each lot, when it is the first open one: the lots whose labels make a difference to what can be done.

        farthest: the last neighbour of each lot.
        """
        found, beside, covered = list[tuple[int, ...]](), set[int](), set[int]()
        for lot, groups in enumerate(self._groups):
            beside = {each for each in beside if farthest[each] >= lot}
            covered.discard(lot)
            found.append(tuple(sorted(beside | covered)))
            beside.add(lot)
            covered.update(each for group in groups for each in group.lots[1:])
        return found

    def exceeds(
        self, most: int, steps: int, piece: int, given: Sequence[tuple[str, Lots]] = (), held: Collection[str] = ()
    ) -> int:
        """Go through the fillings, of which some are the same as others to what is open; how many steps it took.

        given, held: as of `fillings`.  Raises CertificateError when a filling brings more than `most`, or when the
        steps run out.
        """
        for spare, _ in self._walk(most, steps, piece, given, held, {}):
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
        return self._walk(most, steps, piece, given, held, None)

    def _walk(
        self,
        most: int,
        steps: int,
        piece: int,
        given: Sequence[tuple[str, Lots]],
        held: Collection[str],
        barren: Barren | None,
    ) -> Iterator[tuple[int, Grants]]:
        """As `fillings`.  barren: what was gone through to no end, to be remembered; None to go through it again."""
        self.taken, label, used = 0, [OPEN] * self._count, set[str]()
        self._must_hold = [lot in held for lot in self._lots]
        spare = self.first - most
        for grant in given:
            spare -= self._grant(grant, label, used)
        if OPEN not in label:
            if spare > 0:
                yield spare, {}
            return
        frames = [self._frame(spare, self._around(label), label, used)]
        while frames:
            frame = frames[-1]
            step = frame.next_step(label, used)
            if step is None:
                frames.pop()
                if barren is not None:
                    self._remember(barren, frames, frame)
                continue
            self.taken += 1
            if self.taken > steps:
                raise CertificateError(
                    "too_long", f"With piece {piece} the searches take more steps than a check may take in all."
                )
            if OPEN not in label:
                yield step[0], {each.step[3]: self._site(each.step) for each in frames if each.step[3]}
                frame.hear(None)
                continue
            around = self._around(label)
            tried, missed = UNKNOWN if barren is None else barren.get(around, UNKNOWN)
            if step[0] > tried or not missed <= used:
                frames.append(self._frame(step[0], around, label, used))
            elif missed:
                frame.hear(missed)

    @staticmethod
    def _remember(barren: Barren, frames: Sequence[Frame], ended: Frame) -> None:
        """Take note of what came of a frame, in the one before it and for others with the same around."""
        if ended.missed is not None and ended.spare >= barren.get(ended.around, UNKNOWN)[0]:
            barren[ended.around] = ended.spare, ended.missed
        if frames and ended.missed != NOBODY:
            frames[-1].hear(ended.missed)

    def _site(self, step: Step) -> Lots:
        return tuple(self._lots[lot] for lot in step[1])

    def _around(self, label: list[int]) -> tuple[int, ...]:
        """The first open lot, and the labels that matter to what is open."""
        lot = label.index(OPEN)
        return lot, *[label[each] for each in self._matters[lot]]

    def losses(self) -> Iterator[tuple[str, Lots, int]]:
        """(applicant, site, what any filling in which it holds the site loses at least against `first`), of all."""
        for groups in self._groups:
            for group in groups:
                site = tuple(sorted(self._lots[lot] for lot in group.lots))
                yield from ((applicant, site, loss) for loss, applicant in group.losses)

    def least_loss(self, applicant: str, site: Lots) -> int:
        """What any filling in which the applicant holds the site loses at least against `first`."""
        return self._grant((applicant, site), [OPEN] * self._count, set())

    def _frame(self, spare: int, around: tuple[int, ...], label: list[int], used: set[str]) -> Frame:
        """What is ahead at the first open lot with so much to spare."""
        frame = Frame(spare, around)
        frame.steps = self._steps(frame, around[0], label, used)
        return frame

    def _steps(self, frame: Frame, lot: int, label: list[int], used: set[str]) -> Iterator[Step]:
        """What can be done at the lot with something to spare."""
        spare = frame.spare
        for group in self._groups[lot]:
            if group.losses[0][0] >= spare:
                break
            left = spare  # as group.left says it: most of a check is spent here
            for other, by_label in group.near:
                left -= by_label[label[other]]
            if left <= group.losses[0][0] or (len(group.lots) > 1 and not group.left(spare, label)):
                continue
            for loss, applicant in group.losses:
                if loss >= left:
                    break
                if applicant not in used:
                    yield left - loss, group.lots, group.sector, applicant
                elif frame.missed is not None:
                    frame.missed |= {applicant}
        if self._must_hold[lot]:
            return
        left = self._nobody[lot].left(spare, label) - self._empty[lot]
        if left > 0:
            yield left, (lot,), EMPTY, ""

    def _grant(self, given: tuple[str, Lots], label: list[int], used: set[str]) -> int:
        """Put the applicant on the site, and what it loses there.  Raises KeyError when it does not fit."""
        applicant, site = given
        own = tuple(sorted(self._lots.index(lot) for lot in site))
        for group in self._groups[own[0]]:
            if group.lots == own:
                for loss, each in group.losses:
                    if each == applicant:
                        lost = loss + NEVER - group.left(NEVER, label)
                        for lot in own:
                            label[lot] = group.sector
                        used.add(applicant)
                        return lost
        raise KeyError(given)


def _near(
    near: Sequence[tuple[int, Mapping[tuple[str, str], int]]],
    sector: str,
    labels: Sequence[str],
    own: Sequence[int] = (),
) -> Near:
    """What borders of a lot lose when it has the sector: to lots that are not of the same site."""
    return tuple(
        (other, (*(losses.get((sector, there), NEVER) for there in labels), 0))
        for other, losses in near
        if other not in own
    )


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
