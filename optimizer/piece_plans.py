"""All plans of a value that a certificate by pieces or by cases proves to be the best: one filling for each piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.case_bound import MOST_STEPS, CaseCheck
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

    def plans(self) -> Iterator[Plan]:
        """Each of them once."""
        pins = {each.applicant_id: each.pinned_lots for each in self.instance.applicants if each.is_pinned}
        tried = 0
        try:
            for spare, fillings in self._cases():
                for grants in _together(fillings, 0, spare, pins):
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

    def _cases(self) -> Iterator[tuple[int, list[list[tuple[int, Grants]]]]]:
        """(spare, for each piece its fillings that lose at most the spare) of each case; without cases, of all."""
        if isinstance(self.certificate, PieceCertificate):
            yield fillings_of_value(self.instance, self.certificate, self.value_millipoints, self.most_steps)
        else:
            steps = self.most_steps + MOST_STEPS
            yield from CaseCheck(self.instance, self.certificate, steps).fillings_of_value(self.value_millipoints)


def _together(fillings: list[list[tuple[int, Grants]]], piece: int, spare: int, held: Grants) -> Iterator[Grants]:
    """One filling for each piece that lose at most the spare together, each applicant at most once."""
    if piece == len(fillings):
        yield held
        return
    for loss, grants in fillings[piece]:
        if loss <= spare and held.keys().isdisjoint(grants):
            yield from _together(fillings, piece + 1, spare - loss, {**held, **grants})
