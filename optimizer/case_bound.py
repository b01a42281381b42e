"""The exact bound of a certificate by cases, recomputed from the instance: whole numbers only, no solver.

The first proof bounds all plans.  Placements that cost more than what lies between that bound and the claim are in no
plan above the claim, and are left out.  Each case then has a proof by pieces of its own, over what the answers that
lead to it leave.  Format and method: docs/certificate.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from instances.instance import Instance
from optimizer.candidates import Fit, fits
from optimizer.case_certificate import CaseCertificate, Proved, Question
from optimizer.certificate import CertificateError
from optimizer.piece_bound import Choices, PieceCheck
from optimizer.piece_search import Grants, Lots, PieceSearch

MOST_STEPS = 10_000_000
"""Steps that a check takes in all, for all cases together, one for each way in which the placed applicants of a piece
can hold sites there, besides those of the searches; a certificate that needs more is refused."""
Answer = tuple[Question, bool]


def case_bound_millipoints(instance: Instance, certificate: CaseCertificate) -> int:
    """Whole millipoints that no feasible plan exceeds: the certificate's claim, or more where a case proves only more.

    Raises CertificateError as `piece_bound_millipoints`, and for questions about what the instance does not have.
    """
    check = CaseCheck(instance, certificate, MOST_STEPS)
    return max([certificate.bound_millipoints, *(total // certificate.scale for total, _ in check.cases())])


@dataclass
class _Searched:
    """A case's bound, in 1/scale millipoints, its piece searches, and how each is to be gone through."""

    total: int
    searches: list[PieceSearch]
    most: list[int]
    givens: list[Iterator[tuple[tuple[str, Lots], ...]]]
    held: frozenset[str]


class CaseCheck:
    """Goes through the cases of a certificate.  steps: how many the searches may take in all.

    kept: the sites of each applicant that the first proof does not leave out; None when that proof alone proves the
    claim.
    """

    def __init__(self, instance: Instance, certificate: CaseCertificate, steps: int) -> None:
        self._instance, self._certificate, self._steps = instance, certificate, steps
        self._is_narrow = False
        self._check_names()
        self.kept = self._kept()

    def cases(self) -> Iterator[tuple[int, list[Answer]]]:
        """(bound in 1/scale millipoints, the answers that lead to it) of each case; none where the first proof does."""
        for answers, proof in self._leaves() if self.kept is not None else ():
            found = self._searched(answers, proof)
            if found is not None:
                self._prove(found)
                yield found.total, answers

    def fillings_of_value(
        self, value_millipoints: int
    ) -> Iterator[tuple[int, list[list[tuple[int, Grants]]], Mapping[str, int]]]:
        """For each case that may hold a plan of that value, which must be the claim: (spare, for each piece its
        fillings that lose at most the spare: (loss, grants), the case's prices of applicants), as
        `piece_bound.fillings_of_value`.

        Raises CertificateError also where a plan of that value might hold a placement that is left out.
        """
        if self.kept is None or self._is_narrow:
            raise CertificateError("too_long", "Plans worth the claim may hold placements that no better plan holds.")
        for answers, proof in self._leaves():
            found = self._searched(answers, proof)
            if found is None or found.total < self._certificate.scale * value_millipoints:
                continue
            spare = found.total - self._certificate.scale * value_millipoints
            near = [self._near(found, number, spare) for number in range(len(found.searches))]
            yield spare, near, self._certificate.proofs[proof].applicants

    def _check_names(self) -> None:
        for node in self._certificate.tree:
            if isinstance(node, Question):
                known = self._instance.lot if node.kind == "lot" else self._instance.applicant
                sectors = {sector.sector_id for sector in self._instance.policy.sectors}
                if node.name not in known or (node.kind == "lot" and node.sector not in sectors):
                    said = f"A question is about {node.name[:60]} {node.sector[:40]}, which the instance does not have."
                    raise CertificateError("invalid_split", said)

    def _kept(self) -> list[Fit] | None:
        certificate = self._certificate
        check = PieceCheck(self._instance, certificate.root)
        check.names()
        choices = check.choices()
        total = check.constant() + check.links(choices) + sum(piece.most for piece in certificate.root.pieces)
        searches = check.searches(choices)
        for number, (search, piece) in enumerate(zip(searches, certificate.root.pieces, strict=True)):
            self._steps -= search.exceeds(piece.most, self._steps, number)
        room = total - certificate.scale * (certificate.bound_millipoints + 1)
        if room < 0:
            return None
        losses = [
            (loss - (search.first - piece.most), applicant, site)
            for search, piece in zip(searches, certificate.root.pieces, strict=True)
            for applicant, site, loss in search.losses()
        ]
        self._is_narrow = any(room < loss <= room + certificate.scale for loss, _, _ in losses)
        kept = {(applicant, site) for loss, applicant, site in losses if loss <= room}
        found = (
            each._replace(sites=[site for site in each.sites if (each.applicant.applicant_id, site) in kept])
            for each in fits(self._instance)
        )
        return [each for each in found if each.sites]

    def _leaves(self) -> Iterator[tuple[list[Answer], int]]:
        waiting: list[tuple[int, list[Answer]]] = [(0, [])]
        while waiting:
            number, answers = waiting.pop()
            node = self._certificate.tree[number]
            if isinstance(node, Proved):
                yield answers, node.proof
            else:
                waiting += [(node.yes, [*answers, (node, True)]), (node.no, [*answers, (node, False)])]

    def _searched(self, answers: list[Answer], proof: int) -> _Searched | None:
        """The case with its searches ahead; None when an applicant that it places has no site left there."""
        prices = self._certificate.proofs[proof]
        check = PieceCheck(self._instance, prices)
        check.names()
        choices = [_of_case(number, each, answers) for number, each in enumerate(check.choices(self.kept))]
        sites: list[list[list[tuple[str, Lots]]]] = []
        for number, of_piece in enumerate(choices):
            placed = sorted({each.name for each, is_so in answers if is_so and each.piece == number})
            sites.append(
                [
                    sorted((name, lots) for (lots, _), found in of_piece.items() for _, other in found if other == name)
                    for name in placed
                ]
            )
        if not all(own for of_piece in sites for own in of_piece):
            return None
        self._steps -= sum(prod(map(len, of_piece)) for of_piece in sites)
        if self._steps < 0:
            said = (
                f"The applicants of a case can hold sites in so many ways that it takes more than {MOST_STEPS} steps."
            )
            raise CertificateError("too_long", said)
        held = frozenset(each.name for each, is_so in answers if is_so and each.kind == "lot")
        most = [piece.most for piece in prices.pieces]
        total = check.constant() + check.links(choices) + sum(most)
        return _Searched(total, check.searches(choices), most, [product(*of_piece) for of_piece in sites], held)

    def _prove(self, found: _Searched) -> None:
        for number, search in enumerate(found.searches):
            for given in found.givens[number]:
                self._steps -= search.exceeds(found.most[number], self._steps, number, given, found.held)

    def _near(self, found: _Searched, number: int, spare: int) -> list[tuple[int, Grants]]:
        search, near = found.searches[number], []
        for given in found.givens[number]:
            floor = found.most[number] - spare - 1
            for over, grants in search.fillings(floor, self._steps, number, given, found.held):
                near.append((spare + 1 - over, {**grants, **dict(given)}))
            self._steps -= search.taken
        return near


def _of_case(piece: int, choices: Choices, answers: list[Answer]) -> Choices:
    """The choices of a piece that the answers leave; one pass, however many answers there are."""
    told: dict[str, list[tuple[str, bool]]] = {}
    gone: set[str] = set()
    for question, is_so in answers:
        if question.kind == "lot":
            told.setdefault(question.name, []).append((question.sector, is_so))
        elif is_so == (question.piece != piece):
            gone.add(question.name)
    left = {
        (lots, sector): found for (lots, sector), found in choices.items()
        if all((sector == wanted) == is_so for lot in lots for wanted, is_so in told.get(lot, ()))
    }  # fmt: skip
    if not gone:
        return left
    kept = {key: [(brings, name) for brings, name in found if name not in gone] for key, found in left.items()}
    return {key: found for key, found in kept.items() if found}
