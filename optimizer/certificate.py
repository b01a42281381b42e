"""The certificate: whole-number prices from which anybody can recompute a bound.  Format: docs/certificate.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.canonical_json import canonical_json, sha256_hex
from optimizer.row_names import LARGEST, CertificateError, Key, check_key, check_whole, kind_of, read_prices
from optimizer.tree import Node, check_shape, tree_from

__all__ = [
    "FORMAT",
    "LARGEST",
    "TREE_FORMAT",
    "Certificate",
    "CertificateError",
    "Key",
    "certificate_from",
    "document_sha256",
]

FORMAT = "lotwise-certificate-1"
TREE_FORMAT = "lotwise-certificate-2"
LARGEST_SCALE = 2**20
FIELDS = frozenset({"format", "instance", "plan_sha256", "value_millipoints", "bound_millipoints", "scale", "prices"})


@dataclass(frozen=True)
class Certificate:
    """A bound and the prices that prove it, tied to one instance and one plan by their hashes.

    prices: row key -> price in 1/scale millipoints per unit of the row, all positive.  tree: None, or nodes of which
    the first is the root; its prices and its descendants' change these.  Raises CertificateError.
    """

    instance: str
    plan_sha256: str
    value_millipoints: int
    bound_millipoints: int
    scale: int
    prices: Mapping[Key, int]
    tree: tuple[Node, ...] | None = None

    def __post_init__(self) -> None:
        for field in ("instance", "plan_sha256"):
            _hash(field, getattr(self, field))
        for field in ("value_millipoints", "bound_millipoints"):
            check_whole(field, getattr(self, field), 0, LARGEST)
        check_whole("scale", self.scale, 1, LARGEST_SCALE)
        for key, price in self.prices.items():
            check_key(key)
            check_whole(f"the price of {' '.join(key)}", price, 1)
        object.__setattr__(self, "tree", tuple(self.tree) if self.tree else None)
        check_shape(self.tree or ())

    def document(self) -> dict[str, Any]:
        """The certificate as JSON values, prices in sorted order; of the first format when it has no tree."""
        tree = {} if self.tree is None else {"tree": [node.document() for node in self.tree]}
        return {
            "format": TREE_FORMAT if tree else FORMAT,
            "instance": self.instance,
            "plan_sha256": self.plan_sha256,
            "value_millipoints": self.value_millipoints,
            "bound_millipoints": self.bound_millipoints,
            "scale": self.scale,
            "prices": [[*key, price] for key, price in sorted(self.prices.items())],
            **tree,
        }


def certificate_from(document: object) -> Certificate:
    """Read a certificate of either format from JSON values.  Raises CertificateError for anything but these."""
    if not isinstance(document, dict):
        raise CertificateError("not_an_object", f"The certificate is {kind_of(document)}, not an object.")
    may_have = FIELDS | ({"tree"} if document.get("format") == TREE_FORMAT else set())
    for key in sorted(FIELDS - document.keys()):
        raise CertificateError("missing_key", f"The certificate has no {key!r}.")
    for key in sorted(document.keys() - may_have, key=str):
        raise CertificateError("unknown_key", f"The certificate has the unknown key {str(key)[:40]!r}.")
    if document["format"] not in (FORMAT, TREE_FORMAT):
        found = str(document["format"])[:40]
        said = f"The format is {found!r}; this checker reads {FORMAT!r} and {TREE_FORMAT!r}."
        raise CertificateError("unknown_format", said)
    return Certificate(
        document["instance"],
        document["plan_sha256"],
        document["value_millipoints"],
        document["bound_millipoints"],
        document["scale"],
        read_prices(document["prices"], "'prices'"),
        tree_from(document.get("tree")),
    )


def document_sha256(document: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of the document's canonical JSON."""
    return sha256_hex(canonical_json(document))


def _hash(field: str, value: object) -> None:
    if not isinstance(value, str) or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise CertificateError("bad_hash", f"{field} is not 64 hexadecimal digits.")
