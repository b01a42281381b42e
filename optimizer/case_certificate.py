"""The certificate by cases: a tree of questions that tells the plans apart, and prices by pieces for each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimizer.certificate import CertificateError
from optimizer.piece_certificate import LISTS, Lots, PieceCertificate, check_keys, piece_certificate_from

FORMAT = "lotwise-certificate-4"
KEYS = (
    "format", "instance", "plan_sha256", "value_millipoints", "bound_millipoints", "scale", "pieces", "proofs", "tree",
)  # fmt: skip
MOST_NODES = 200


@dataclass(frozen=True, slots=True)
class Question:
    """Does a tenant of the sector hold the lot (kind "lot"), or the applicant a site in the piece (kind "placed")?

    name: the lot or the applicant.  sector: "" for the kind "placed"; piece: -1 for the kind "lot".  no, yes: the
    nodes of the two answers.
    """

    kind: str
    name: str
    sector: str
    piece: int
    no: int
    yes: int

    def document(self) -> list[Any]:
        """The question as JSON values."""
        where = self.sector if self.kind == "lot" else self.piece
        return [self.kind, self.name, where, self.no, self.yes]


@dataclass(frozen=True, slots=True)
class Proved:
    """A case that is not told apart further, and the number of the proof of its bound."""

    proof: int

    def document(self) -> list[Any]:
        """The case as JSON values."""
        return ["proof", self.proof]


@dataclass(frozen=True)
class CaseCertificate:
    """A bound and what proves it, tied to one instance and one plan by their hashes.  Raises CertificateError.

    proofs: prices and claims for the same pieces; the first holds for all plans, the others for the cases that name
    them.  Of each only prices and claims count.  tree: the first node is asked first.
    """

    instance: str
    plan_sha256: str
    value_millipoints: int
    bound_millipoints: int
    scale: int
    proofs: tuple[PieceCertificate, ...]
    tree: tuple[Question | Proved, ...]

    def __post_init__(self) -> None:
        if not self.proofs:
            raise CertificateError("not_a_list", "'proofs' is empty: the first proof holds for all plans.")
        _check_tree(self.tree, len(self.proofs), len(self.pieces))

    @property
    def pieces(self) -> tuple[Lots, ...]:
        """The lots of each piece, in the order of the search."""
        return tuple(piece.lots for piece in self.proofs[0].pieces)

    @property
    def root(self) -> PieceCertificate:
        """The first proof, with the claim as its bound, though it may prove less by itself."""
        return replace(self.proofs[0], bound_millipoints=self.bound_millipoints)

    def document(self) -> dict[str, Any]:
        """The certificate as JSON values, prices in sorted order."""
        return {
            "format": FORMAT,
            "instance": self.instance,
            "plan_sha256": self.plan_sha256,
            "value_millipoints": self.value_millipoints,
            "bound_millipoints": self.bound_millipoints,
            "scale": self.scale,
            "pieces": [list(lots) for lots in self.pieces],
            "proofs": [_proof_document(proof) for proof in self.proofs],
            "tree": [node.document() for node in self.tree],
        }


def case_certificate_from(document: Mapping[str, Any]) -> CaseCertificate:
    """Read a certificate by cases from JSON values.  Raises CertificateError for anything but the exact format."""
    check_keys(document, KEYS)
    for key in ("pieces", "proofs", "tree"):
        if not isinstance(document[key], list):
            raise CertificateError("not_a_list", f"{key!r} is not a list.")
    proofs = tuple(_proof(number, each, document) for number, each in enumerate(document["proofs"]))
    return CaseCertificate(
        document["instance"], document["plan_sha256"], document["value_millipoints"], document["bound_millipoints"],
        document["scale"], proofs, tuple(_node(number, each) for number, each in enumerate(document["tree"])),
    )  # fmt: skip


def _proof_document(proof: PieceCertificate) -> dict[str, Any]:
    written = proof.document()
    return {key: written[key] for key in LISTS} | {"most": [piece.most for piece in proof.pieces]}


def _proof(number: int, entry: object, document: Mapping[str, Any]) -> PieceCertificate:
    if not isinstance(entry, dict) or entry.keys() != {*LISTS, "most"}:
        said = f"Proof {number} is not an object with the keys {', '.join(LISTS)} and most."
        raise CertificateError("bad_proof", said)
    pieces, most = document["pieces"], entry["most"]
    if not isinstance(most, list) or len(most) != len(pieces):
        raise CertificateError("bad_proof", f"'most' of proof {number} is not a list with a number for each piece.")
    header = {key: document[key] for key in KEYS[1:6]}
    alike = {
        **header,
        **{key: entry[key] for key in LISTS},
        "pieces": [list(each) for each in zip(pieces, most, strict=True)],
    }
    return piece_certificate_from({"format": "lotwise-certificate-3", **alike})


def _node(number: int, entry: object) -> Question | Proved:
    if isinstance(entry, list) and entry and isinstance(entry[0], str):
        if entry[0] == "proof" and len(entry) == 2:
            return Proved(entry[1])
        if len(entry) == 5 and isinstance(entry[1], str):
            kind, name, where, no, yes = entry
            if kind == "lot" and isinstance(where, str):
                return Question(kind, name, where, -1, no, yes)
            if kind == "placed" and type(where) is int:
                return Question(kind, name, "", where, no, yes)
    raise CertificateError("bad_node", f"Node {number} of 'tree' is {str(entry)[:80]}, neither a question nor a proof.")


def _check_tree(tree: Sequence[Question | Proved], proofs: int, pieces: int) -> None:
    """Raises CertificateError unless the nodes are one tree, children after their parents, and name what there is."""
    if not 0 < len(tree) <= MOST_NODES:
        raise CertificateError("bad_tree", f"The tree has {len(tree)} nodes, not 1 to {MOST_NODES}.")
    seen = {0}
    for number, node in enumerate(tree):
        if isinstance(node, Proved):
            if type(node.proof) is not int or not 0 <= node.proof < proofs:
                raise CertificateError(
                    "bad_node", f"Node {number} names the proof {str(node.proof)[:30]}, which is not there."
                )
            continue
        if node.kind == "placed" and not 0 <= node.piece < pieces:
            raise CertificateError("bad_node", f"Node {number} asks about piece {node.piece}, which is not there.")
        for child in (node.no, node.yes):
            if type(child) is not int or not number < child < len(tree) or child in seen:
                said = f"Node {number} leads to node {str(child)[:30]}, which is not after it or is led to twice."
                raise CertificateError("bad_tree", said)
            seen.add(child)
    if len(seen) < len(tree):
        raise CertificateError("bad_tree", f"{len(tree) - len(seen)} nodes of the tree are led to by none.")
