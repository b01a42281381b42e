"""What no plan exceeds in which a given applicant holds a site: from a certificate's own whole numbers, no solver.

Under prices the plan falls apart into independent choices; all of them are made at their best but that of the
applicant, which must take a site.  Of a certificate by pieces, the fillings of a piece are gone through with the
applicant on one of its sites there, as far as a number of steps allows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from instances.instance import Instance
from optimizer.bound import best_choices, choices
from optimizer.case_certificate import CaseCertificate
from optimizer.certificate import Certificate, CertificateError
from optimizer.certificates import AnyCertificate
from optimizer.piece_bound import OpenPieces, open_pieces
from optimizer.piece_certificate import PieceCertificate

STEPS = 2_000
"""Steps for each applicant when all are asked about at once."""
FIRST_PART = 2_000
"""The first loss that is tried is the bound divided by this; then twice as much, again and again."""

Lots = tuple[str, ...]


@dataclass(frozen=True)
class ForcedBounds:
    """Bounds on the plans in which somebody is granted, for one instance.

    certificate: one that `check` accepts for the instance; its claims are built upon.
    """

    instance: Instance
    certificate: AnyCertificate

    def most_millipoints(self, applicant_id: str, lot: str = "", steps: int = STEPS) -> int | None:
        """Whole millipoints that no plan exceeds in which the applicant is granted; None when it is plain that none is.

        lot: only sites that hold this lot count, when it is given.  Never more than the certificate's own bound; more
        steps may give less.  Raises KeyError for an applicant that the instance does not have.
        """
        applicant = self.instance.applicant[applicant_id]
        if applicant.is_pinned:
            return None if lot and lot not in applicant.pinned_lots else self.certificate.bound_millipoints
        if not isinstance(self.certificate, Certificate):
            most = self._by_pieces(self._root, applicant_id, lot, steps)
        else:
            most = self._by_prices(applicant_id, lot)
        return None if most is None else min(most, self.certificate.bound_millipoints)

    def _by_prices(self, applicant_id: str, lot: str) -> int | None:
        total, best, sites = self._priced
        gains = [gain for lots, gain in sites[applicant_id] if not lot or lot in lots]
        return (total - best[applicant_id] + max(gains)) // self.certificate.scale if gains else None

    @cached_property
    def _priced(self) -> tuple[int, dict[str, int], dict[str, list[tuple[Lots, int]]]]:
        """(the best of all choices, the best of each applicant, the gains of its sites), in 1/scale millipoints."""
        assert isinstance(self.certificate, Certificate), "a certificate by pieces has no prices of rows alone"
        opened = choices(self.instance, self.certificate.prices, self.certificate.scale)
        best = best_choices(opened)
        sites = {
            applicant.applicant_id: [
                (opened.lots(applicant, number), gain) for number, gain in zip(numbers, gains, strict=True)
            ]
            for applicant, numbers, gains in opened.gains(defaultdict(set))
        }
        return best.total, dict(best.of), sites

    @cached_property
    def _pieces(self) -> OpenPieces:
        return open_pieces(self.instance, self._root)

    @property
    def _root(self) -> PieceCertificate:
        """The prices by pieces that hold for all plans."""
        assert not isinstance(self.certificate, Certificate), "only a certificate by pieces has pieces"
        return self.certificate.root if isinstance(self.certificate, CaseCertificate) else self.certificate

    def _by_pieces(self, certificate: PieceCertificate, applicant_id: str, lot: str, steps: int) -> int | None:
        """The total less what the applicant's piece loses in every such plan, as far as the steps prove it."""
        total, searches, sites = self._pieces
        fitting = [
            (searches[piece].least_loss(applicant_id, lots) - searches[piece].first + certificate.pieces[piece].most,
             lots, piece)
            for lots, piece in sites.get(applicant_id, ()) if not lot or lot in lots
        ]  # fmt: skip
        if not fitting:
            return None
        fitting.sort()
        lost, tried = 0, max(total // FIRST_PART, 1)
        try:
            while lost < total:
                found, steps = self._loss_under(certificate, applicant_id, fitting, tried, steps)
                if found is not None:  # some filling loses less; no filling loses less than the least of them
                    return (total - found) // certificate.scale
                lost, tried = tried, 2 * tried
        except CertificateError:  # the steps ran out: what was proved so far stands
            pass
        return (total - lost) // certificate.scale

    def _loss_under(
        self,
        certificate: PieceCertificate,
        applicant_id: str,
        fitting: list[tuple[int, Lots, int]],
        most: int,
        steps: int,
    ) -> tuple[int | None, int]:
        """(the least that any filling with the applicant loses, None when none loses less than `most`; steps left).

        Raises CertificateError when the steps run out.
        """
        least: int | None = None
        for at_least, lots, piece in fitting:
            if at_least >= most:
                break
            search, claimed = self._pieces.searches[piece], certificate.pieces[piece].most
            while True:
                filling = next(search.fillings(claimed - most, steps, piece, ((applicant_id, lots),)), None)
                steps -= search.taken
                if filling is None:
                    break
                least = most = most - filling[0]
        return least, steps
