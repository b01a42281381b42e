"""The exact bound of a certificate by pieces, recomputed from the instance: whole numbers only, no solver.

Applicants, limits, quotas and the borders between pieces are moved into the value at their prices.  What is left falls
apart into one filling for each piece and one link for each pair of neighbours in two pieces.  That no filling of a
piece brings more than the certificate says is proved by going through all fillings, leaving out only what the prices
of lots and borders inside the piece show to bring no more.  Format and method: docs/certificate.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from instances.applicant import Applicant
from instances.instance import Instance
from instances.zone import Neighbours
from optimizer.candidates import Fit, Lots, fits
from optimizer.certificate import CertificateError
from optimizer.piece_certificate import PieceCertificate
from optimizer.piece_search import MOST_STEPS, Border, Choice, Grants, PieceSearch

Choices = dict[tuple[Lots, str], list[Choice]]
Unary = dict[tuple[str, str], int | None]
"""(lot, sector) -> what the lot's outer borders bring a tenant of the sector, or None where a pin next door
forbids it."""
CHANGES = ("changes", "", "")
"""The row of the changes against an earlier plan, named like the other rows by three texts."""


def piece_bound_millipoints(instance: Instance, certificate: PieceCertificate) -> int:
    """Whole millipoints that no feasible plan exceeds, by the certificate's prices and pieces alone.

    Does not look at the certificate's own claim.  Raises CertificateError for prices or pieces that do not suit the
    instance, and for a piece that has a filling worth more than the certificate says.
    """
    check = PieceCheck(instance, certificate)
    check.names()
    choices = check.choices()
    total = check.constant() + check.links(choices)
    steps = MOST_STEPS
    for number, (piece, search) in enumerate(zip(certificate.pieces, check.searches(choices), strict=True)):
        steps -= search.exceeds(piece.most, steps, number)
        total += piece.most
    return total // certificate.scale


def fillings_of_value(
    instance: Instance, certificate: PieceCertificate, value_millipoints: int, steps: int
) -> tuple[int, list[list[tuple[int, Grants]]]]:
    """(spare, for each piece its fillings that lose at most the spare against its `most`: (loss, grants)).

    Every plan of that value holds one of them in each piece, and they lose at most the spare together, in 1/scale
    millipoints.  Raises CertificateError as `piece_bound_millipoints`, and when it takes more than so many steps.
    """
    check = PieceCheck(instance, certificate)
    check.names()
    choices = check.choices()
    total = check.constant() + check.links(choices) + sum(piece.most for piece in certificate.pieces)
    spare = total - certificate.scale * value_millipoints
    found = []
    for number, (piece, search) in enumerate(zip(certificate.pieces, check.searches(choices), strict=True)):
        floor = piece.most - spare - 1
        found.append([(spare + 1 - over, grants) for over, grants in search.fillings(floor, steps, number)])
        steps -= search.taken
    return spare, found


class OpenPieces(NamedTuple):
    """A certificate's pieces, ready to be searched again, in 1/scale millipoints.

    total: no plan exceeds it.  sites: for each applicant without a pin, the sites that it can be granted, and the
    number of the piece of each.
    """

    total: int
    searches: list[PieceSearch]
    sites: dict[str, list[tuple[Lots, int]]]


def open_pieces(instance: Instance, certificate: PieceCertificate) -> OpenPieces:
    """The pieces of a certificate whose claims are believed.  Raises CertificateError as `piece_bound_millipoints`."""
    check = PieceCheck(instance, certificate)
    check.names()
    choices = check.choices()
    total = check.constant() + check.links(choices) + sum(piece.most for piece in certificate.pieces)
    searches = check.searches(choices)
    sites: dict[str, list[tuple[Lots, int]]] = defaultdict(list)
    for number, of_piece in enumerate(choices):
        for (lots, _), found in sorted(of_piece.items()):
            for _, applicant_id in found:
                sites[applicant_id].append((lots, number))
    return OpenPieces(total, searches, sites)


@dataclass
class PieceCheck:
    """The parts of a certificate's bound; `names` is asked first, then `choices`, on which the rest builds."""

    instance: Instance
    certificate: PieceCertificate
    piece_of: dict[str, int] = field(default_factory=dict)
    pinned: dict[str, str] = field(default_factory=dict)
    inside: list[list[Border]] = field(default_factory=list)
    between: list[Neighbours] = field(default_factory=list)
    unary: Unary = field(default_factory=dict)
    most: dict[tuple[str, str, str], int] = field(default_factory=dict)
    rates: dict[str, dict[tuple[str, str], int | None]] = field(default_factory=dict)

    def names(self) -> None:
        """Everything named is in the instance; pieces are apart; sort the neighbours.  Raises CertificateError."""
        self.most = {key: self._most(key) for key in self.certificate.rows}
        instance, certificate = self.instance, self.certificate
        sectors = [sector.sector_id for sector in instance.policy.sectors]
        kinds = {pair for each in instance.neighbours for pair in ((each.lot_a, each.lot_b), (each.lot_b, each.lot_a))}
        for name in certificate.applicants:
            if name not in instance.applicant or instance.applicant[name].is_pinned:
                raise CertificateError("invalid_row", f"{name[:60]} is not an applicant without a pin.")
        for lot in certificate.lots:
            if lot not in instance.lot:
                raise CertificateError("invalid_row", f"There is no lot {lot[:60]}.")
        for one, two, sector in certificate.borders:
            if (one, two) not in kinds or sector not in sectors:
                raise CertificateError("invalid_row", f"There is no border {one[:40]} {two[:40]} {sector[:40]}.")
        for applicant in instance.applicants:
            self.pinned.update(dict.fromkeys(applicant.pinned_lots, applicant.sector))
        for number, piece in enumerate(certificate.pieces):
            for lot in piece.lots:
                if lot not in instance.lot or lot in self.piece_of or lot in self.pinned:
                    raise CertificateError(
                        "bad_piece", f"Lot {lot[:60]} of piece {number} is unknown, pinned or given twice."
                    )
                self.piece_of[lot] = number
        self._sort_neighbours(sectors)

    def _sort_neighbours(self, sectors: list[str]) -> None:
        """Neighbours within a piece, between two, and with a pin on one side, which brings or forbids by itself."""
        self.inside = [[] for _ in self.certificate.pieces]
        paid: dict[tuple[str, str], int] = defaultdict(int)
        forbidden: set[tuple[str, str]] = set()
        for pair in self.instance.neighbours:
            one, two = self.piece_of.get(pair.lot_a), self.piece_of.get(pair.lot_b)
            if one is not None and one == two:
                self.inside[one].append(self._border(pair, sectors))
            elif one is not None and two is not None:
                self.between.append(pair)
                for lot, other in ((pair.lot_a, pair.lot_b), (pair.lot_b, pair.lot_a)):
                    for sector in sectors:
                        paid[lot, sector] += self.certificate.borders.get((lot, other, sector), 0)
            for lot, other in ((pair.lot_a, pair.lot_b), (pair.lot_b, pair.lot_a)):
                if lot not in self.pinned and other in self.pinned:
                    for sector in sectors:
                        brings = self._link(pair, sector, self.pinned[other])
                        if brings is None:
                            forbidden.add((lot, sector))
                        else:
                            paid[lot, sector] += brings
        self.unary = {**paid, **dict.fromkeys(forbidden)}

    def _border(self, pair: Neighbours, sectors: list[str]) -> Border:
        prices = self.certificate.borders
        here = {sector: prices.get((pair.lot_a, pair.lot_b, sector), 0) for sector in sectors}
        there = {sector: prices.get((pair.lot_b, pair.lot_a, sector), 0) for sector in sectors}
        dm = pair.length_dm
        brings = {key: None if rate is None else rate * dm for key, rate in self._rates(pair.kind).items()}
        return Border(pair.lot_a, pair.lot_b, here, there, brings)

    def _link(self, pair: Neighbours, one: str, two: str) -> int | None:
        """What two different tenants of these sectors earn on the pair, in 1/scale millipoints; None: not allowed."""
        rate = self._rates(pair.kind)[one, two]
        return None if rate is None else rate * pair.length_dm

    def _rates(self, kind: str) -> dict[tuple[str, str], int | None]:
        """What two different tenants earn on a decimetre of such a border, by their sectors."""
        if kind not in self.rates:
            policy, sectors = self.instance.policy, [sector.sector_id for sector in self.instance.policy.sectors]
            unit = self.certificate.scale * policy.metre_points(kind)
            parted = policy.hostile if kind in policy.separation else frozenset[tuple[str, str]]()
            self.rates[kind] = {
                (one, two): None if (one, two) in parted else unit * policy.affinity_percent.get((one, two), 0)
                for one in sectors
                for two in sectors
            }
        return self.rates[kind]

    def searches(self, choices: list[Choices]) -> list[PieceSearch]:
        """The search through each piece, with these choices."""
        return [
            PieceSearch(piece.lots, choices[number], self.inside[number], self.certificate.lots)
            for number, piece in enumerate(self.certificate.pieces)
        ]

    def constant(self) -> int:
        """What is paid and earned whatever the pieces hold: prices of applicants and rows, and the pins by
        themselves."""
        instance, certificate = self.instance, self.certificate
        total = sum(certificate.applicants.values())
        pins = [applicant for applicant in instance.applicants if applicant.is_pinned]
        total += sum(price * self.most[key] for key, price in certificate.rows.items())
        for pin in pins:
            once, each = self._paid(pin, {instance.lot[lot].zone for lot in pin.pinned_lots})
            total += certificate.scale * self._worth(pin, pin.pinned_lots) - once - each * len(pin.pinned_lots)
            total += self._paid_back(pin, pin.pinned_lots)
        holder = {lot: pin.applicant_id for pin in pins for lot in pin.pinned_lots}
        for pair in instance.neighbours:
            one, two = holder.get(pair.lot_a), holder.get(pair.lot_b)
            if one is not None and two is not None and one != two:
                total += self._link(pair, self.pinned[pair.lot_a], self.pinned[pair.lot_b]) or 0
        return total

    def links(self, choices: list[Choices]) -> int:
        """The best that each pair between two pieces can earn after the prices at its ends."""
        total, prices = 0, self.certificate.borders
        held: dict[str, set[str]] = defaultdict(set)
        for lots, sector in (key for of_piece in choices for key in of_piece):
            for lot in lots:
                held[lot].add(sector)
        for pair in self.between:
            here = {sector: prices.get((pair.lot_a, pair.lot_b, sector), 0) for sector in held[pair.lot_a]}
            there = {sector: prices.get((pair.lot_b, pair.lot_a, sector), 0) for sector in held[pair.lot_b]}
            best = max([0, *(-paid for paid in here.values()), *(-paid for paid in there.values())])
            for one, paid_here in here.items():
                for two, paid_there in there.items():
                    brings = self._link(pair, one, two)
                    if brings is not None:
                        best = max(best, brings - paid_here - paid_there)
            total += best
        return total

    def choices(self, given: Iterable[Fit] | None = None) -> list[Choices]:
        """For each piece, by site and sector, what each applicant that fits brings; of these sites only, when they are
        given.  Raises CertificateError for a site that is not in one piece."""
        found: list[Choices] = [defaultdict(list) for _ in self.certificate.pieces]
        outer: dict[tuple[Lots, str], int | None] = {}
        for applicant, zones, sites in fits(self.instance) if given is None else given:
            own = -self.certificate.applicants.get(applicant.applicant_id, 0)
            once, each = self._paid(applicant, zones)
            for lots in sites:
                key = (lots, applicant.sector)
                if key not in outer:
                    outer[key] = self._outer(lots, applicant.sector)
                at = outer[key]
                if at is not None:
                    worth = self.certificate.scale * self._worth(applicant, lots)
                    worth += self._paid_back(applicant, lots)
                    brings = own + worth - once - each * len(lots) + at
                    found[self.piece_of[lots[0]]][key].append((brings, applicant.applicant_id))
        return found

    def _outer(self, lots: Lots, sector: str) -> int | None:
        """What the site's outer borders bring a tenant of the sector; None where a pin next door forbids it."""
        total = 0
        for lot in lots:
            brings = self.unary.get((lot, sector), 0)
            if brings is None:
                return None
            total += brings
        pieces = {self.piece_of.get(lot) for lot in lots}
        if len(pieces) != 1 or None in pieces:
            raise CertificateError("bad_piece", f"The site {', '.join(lots)[:100]} is in no piece or in several.")
        return total

    def _worth(self, applicant: Applicant, lots: Lots) -> int:
        policy = self.instance.policy
        points = policy.job_direct * applicant.jobs_direct + policy.job_indirect * applicant.jobs_indirect
        if not set(applicant.preferred_lots).isdisjoint(lots):
            points += policy.preferred_lot
        if lots == applicant.earlier_lots:
            points += policy.kept_site
        return 1000 * points

    def _paid_back(self, applicant: Applicant, lots: Lots) -> int:
        """What the applicant is paid back for keeping its earlier site: the price of the changes."""
        return self.certificate.rows.get(CHANGES, 0) if lots == applicant.earlier_lots else 0

    def _most(self, key: tuple[str, str, str]) -> int:
        """The right-hand side of a row.  Raises CertificateError when the policy has none such."""
        kind, name, what = key
        most_changes = self.instance.policy.most_changes
        if key == CHANGES and most_changes is not None:
            return most_changes - sum(1 for each in self.instance.applicants if each.earlier_lots)
        if kind == "limit" and what in ("power_kw", "water_hl_day"):
            for limit in self.instance.policy.limits:
                most = getattr(limit, what)
                if limit.zone == name and most is not None:
                    return int(most)
        if kind == "quota" and what in ("min", "max"):
            for quota in self.instance.policy.quotas:
                if quota.name == name and getattr(quota, f"{what}_lot_share_percent") is not None:
                    return 0
        raise CertificateError("invalid_row", f"The policy has no row {' '.join(key)[:100]}.")

    def _paid(self, applicant: Applicant, zones: Collection[str]) -> tuple[int, int]:
        """What the applicant pays for limits, once, and for quotas, for each lot, on a site in these zones."""
        once, each = 0, 0
        for (kind, name, what), price in self.certificate.rows.items():
            if kind == "limit":
                once += price * int(getattr(applicant, what)) if not name or name in zones else 0
            elif kind == "quota":
                quota = next(quota for quota in self.instance.policy.quotas if quota.name == name)
                counts = applicant.group == quota.group if quota.group else applicant.sector == quota.sector
                excess = int(getattr(quota, f"{what}_lot_share_percent")) - (100 if counts else 0)
                each += price * (excess if what == "min" else -excess)
        return once, each
