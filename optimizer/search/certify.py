"""From the search's numbers to a certificate by pieces that can be checked in reasonable time."""

from __future__ import annotations

from collections.abc import Sequence

from instances.instance import Instance
from optimizer.case_certificate import CaseCertificate, Proved, Question
from optimizer.piece_certificate import PieceCertificate, PieceClaim
from optimizer.prove import NO_PLAN
from optimizer.search.branch_and_price import BranchAndPrice
from optimizer.search.case import LOT, Split
from optimizer.search.filling import SCALE
from optimizer.search.generation import Generation
from optimizer.search.ground import row_keys
from optimizer.search.stakes import PieceProof

STEPS = 1_500_000
"""Search nodes that a check may take in all; pieces that need more claim a little less."""


def certify(instance: Instance, generation: Generation, steps: int = STEPS) -> tuple[PieceCertificate, int]:
    """(the certificate of the best prices, not yet tied to a plan; the search nodes that a check of it takes, at most
    so many steps).

    Its bound is what the prices and claims add up to.  The generation has made a round at least.
    """
    assert generation.proof is not None
    most, bound_scaled, nodes = generation.thrifty(steps)
    return _by_pieces(instance, generation, generation.proof, most, bound_scaled), nodes


def certify_cases(
    instance: Instance, told: BranchAndPrice, value_millipoints: int, most_cases: int, most_steps: float = float("inf")
) -> CaseCertificate:
    """The certificate of the cases told apart so far, not yet tied to a plan; for plans not worth more than its bound.

    value_millipoints: of the best plan known; the bound is never under it.  most_cases, most_steps: of a check; where
    there are more, those cases that bring the bound down the least are put together again.
    """
    order = told.outline(most_cases, most_steps)
    number = {node: place for place, node in enumerate(order)}
    proofs, tree = [told.root], list[Question | Proved]()
    bound = value_millipoints
    for node in order:
        if node.split is not None and node.no in number and node.yes in number:
            tree.append(_question(instance, node.split, number[node.no], number[node.yes]))
            continue
        bound = max(bound, node.proof.bound_scaled // SCALE)
        if not any(node.proof is proof for proof in proofs):
            proofs.append(node.proof)
        tree.append(Proved(next(place for place, proof in enumerate(proofs) if proof is node.proof)))
    claims = [told.root.most, *(_claims(each, bound) for each in proofs[1:])]
    bodies = tuple(_by_pieces(instance, told.generation, *each) for each in zip(proofs, claims, strict=True))
    return CaseCertificate(instance.fingerprint(), NO_PLAN, 0, bound, SCALE, bodies, tuple(tree))


def _claims(proof: PieceProof, bound_millipoints: int) -> Sequence[int]:
    """What the pieces may claim so that together they prove no more than the bound: what a proof proves besides is
    given to those whose searches are long, which it shortens."""
    spare, nodes = SCALE * (bound_millipoints + 1) - 1 - proof.bound_scaled, sum(proof.nodes)
    if spare <= 0 or not nodes:
        return proof.most
    return [most + spare * own // nodes for most, own in zip(proof.most, proof.nodes, strict=True)]


def _question(instance: Instance, split: Split, no: int, yes: int) -> Question:
    if split.kind == LOT:
        sector = instance.policy.sectors[split.where].sector_id
        return Question("lot", instance.lots[split.what].lot_id, sector, -1, no, yes)
    return Question("placed", instance.applicants[split.what].applicant_id, "", split.where, no, yes)


def _by_pieces(
    instance: Instance, generation: Generation, proof: PieceProof, most: Sequence[int], bound_scaled: int = 0
) -> PieceCertificate:
    ground = generation.ground
    lots = [lot.lot_id for lot in instance.lots]
    sectors = [sector.sector_id for sector in instance.policy.sectors]
    borders = {}
    for edge, sector in zip(*proof.border.nonzero(), strict=True):
        one, two = lots[ground.edge_from[edge]], lots[ground.edge_to[edge]]
        borders[one, two, sectors[sector]] = int(proof.border[edge, sector])
    names = [each.applicant_id for each in instance.applicants]
    return PieceCertificate(
        instance.fingerprint(),
        NO_PLAN,
        0,
        max(0, bound_scaled) // SCALE,  # under 0 where no plan is feasible
        SCALE,
        {names[number]: int(proof.applicant[number]) for number in proof.applicant.nonzero()[0].tolist()},
        {key: price for key, price in zip(row_keys(instance), proof.row.tolist(), strict=True) if price},
        borders,
        {lots[number]: int(proof.lot[number]) for number in proof.lot.nonzero()[0].tolist()},
        tuple(
            PieceClaim(tuple(lots[lot] for lot in piece.lots), claim)
            for piece, claim in zip(generation.pieces, most, strict=True)
        ),
    )
