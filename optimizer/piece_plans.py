"""All plans of a value that a certificate by pieces or by cases proves to be the best: one filling for each piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.case_bound import CaseCheck
from optimizer.case_certificate import CaseCertificate
from optimizer.certificate import CertificateError
from optimizer.piece_bound import fillings_of_value
from optimizer.piece_certificate import PieceCertificate
from optimizer.piece_search import Grants
from optimizer.plan import Plan


@dataclass
class PiecePlans:
    """The feasible plans of a value that equals the certificate's bound.

    is_cut_short: the steps or the plans ran out, so there may be more than were yielded.
    """

    instance: Instance
    certificate: PieceCertificate | CaseCertificate
    value_millipoints: int
    most_steps: int
    most_plans: int
    is_cut_short: bool = False
    _steps: int = 0
    _due: list[list[tuple[str, int]]] = field(default_factory=list)

    def plans(self) -> Iterator[Plan]:
        """Each of them once."""
        pins = dict(self.instance.pins)
        tried = 0
        try:
            for spare, fillings, prices in self._cases():
                fillings.sort(key=len)
                self._due, spare = _due(fillings, prices, spare)
                for grants in self._together(fillings, 0, spare, pins):
                    tried += 1
                    if tried > self.most_plans:
                        self.is_cut_short = True
                        return
                    plan = Plan(grants)
                    counted = audit(self.instance, plan)
                    if counted.is_feasible and counted.value_millipoints == self.value_millipoints:
                        yield plan
        except CertificateError:
            self.is_cut_short = True

    def _cases(self) -> Iterator[tuple[int, list[list[tuple[int, Grants]]], Mapping[str, int]]]:
        """(spare, for each piece its fillings that lose at most the spare, prices of applicants) of each case; without
        cases, of all."""
        if isinstance(self.certificate, PieceCertificate):
            spare, near = fillings_of_value(
                self.instance, self.certificate, self.value_millipoints, self.most_steps
            )  # fmt: skip
            yield spare, near, self.certificate.applicants
        else:
            check = CaseCheck(self.instance, self.certificate, self.most_steps)
            yield from check.fillings_of_value(self.value_millipoints)

    def _together(
        self, fillings: list[list[tuple[int, Grants]]], piece: int, spare: int, held: Grants
    ) -> Iterator[Grants]:
        """One filling for each piece, each applicant at most once, that lose at most the spare together; a price of an
        applicant that is in none of them is lost too."""
        self._steps += 1
        if self._steps > self.most_steps:
            raise CertificateError("too_long", f"Putting fillings together takes more than {self.most_steps} steps.")
        if piece == len(fillings):
            yield held
            return
        for loss, grants in fillings[piece]:
            if loss <= spare and held.keys().isdisjoint(grants):
                both = {**held, **grants}
                left = spare - loss - sum(price for who, price in self._due[piece] if who not in both)
                if left >= 0:
                    yield from self._together(fillings, piece + 1, left, both)


def _due(
    fillings: list[list[tuple[int, Grants]]], prices: Mapping[str, int], spare: int
) -> tuple[list[list[tuple[str, int]]], int]:
    """(for each piece the priced applicants that no later one can hold; the spare less the prices of those that none
    can hold)."""
    last = {who: number for number, near in enumerate(fillings) for _, grants in near for who in grants}
    due: list[list[tuple[str, int]]] = [[] for _ in fillings]
    for who, price in prices.items():
        if who in last:
            due[last[who]].append((who, price))
        else:
            spare -= price
    return due, spare
