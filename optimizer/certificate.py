"""The certificate: whole-number prices from which anybody can recompute a bound.  Format: docs/certificate.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from optimizer.canonical_json import canonical_json, sha256_hex

FORMAT = "lotwise-certificate-1"
LARGEST = 2**53 - 1
LARGEST_SCALE = 2**20
KEY_LENGTH: Mapping[str, int] = MappingProxyType(
    {"lot": 1, "limit": 2, "quota": 2, "separation": 4, "link": 3, "apart": 4}
)
"""How many texts name a row of each kind."""

Key = tuple[str, ...]


class CertificateError(ValueError):
    """The certificate is refused: a stable code, and a sentence with the place and the value found."""

    def __init__(self, code: str, says: str) -> None:
        self.code = code
        super().__init__(says)


@dataclass(frozen=True)
class Certificate:
    """A bound and the prices that prove it, tied to one instance and one plan by their hashes.

    prices: row key -> price in 1/scale millipoints per unit of the row, all positive.  Raises CertificateError.
    """

    instance: str
    plan_sha256: str
    value_millipoints: int
    bound_millipoints: int
    scale: int
    prices: Mapping[Key, int]

    def __post_init__(self) -> None:
        for field in ("instance", "plan_sha256"):
            _hash(field, getattr(self, field))
        for field in ("value_millipoints", "bound_millipoints"):
            _whole(field, getattr(self, field), 0, LARGEST)
        _whole("scale", self.scale, 1, LARGEST_SCALE)
        for key, price in self.prices.items():
            _row_key(key)
            _whole(f"the price of {' '.join(key)}", price, 1, LARGEST)

    def document(self) -> dict[str, Any]:
        """The certificate as JSON values, prices in sorted order."""
        return {
            "format": FORMAT,
            "instance": self.instance,
            "plan_sha256": self.plan_sha256,
            "value_millipoints": self.value_millipoints,
            "bound_millipoints": self.bound_millipoints,
            "scale": self.scale,
            "prices": [[*key, price] for key, price in sorted(self.prices.items())],
        }


def certificate_from(document: object) -> Certificate:
    """Read a certificate from JSON values.  Raises CertificateError for anything but the exact format."""
    if not isinstance(document, dict):
        raise CertificateError("not_an_object", f"The certificate is {_kind(document)}, not an object.")
    wanted = {"format", "instance", "plan_sha256", "value_millipoints", "bound_millipoints", "scale", "prices"}
    for key in sorted(wanted - document.keys()):
        raise CertificateError("missing_key", f"The certificate has no {key!r}.")
    for key in sorted(document.keys() - wanted, key=str):
        raise CertificateError("unknown_key", f"The certificate has the unknown key {str(key)[:40]!r}.")
    if document["format"] != FORMAT:
        found = str(document["format"])[:40]
        raise CertificateError("unknown_format", f"The format is {found!r}; this checker reads {FORMAT!r}.")
    if not isinstance(document["prices"], list):
        raise CertificateError("not_a_list", f"'prices' is {_kind(document['prices'])}, not a list.")
    prices: dict[Key, int] = {}
    for number, entry in enumerate(document["prices"]):
        if not isinstance(entry, list) or len(entry) < 2:
            raise CertificateError("bad_price", f"Entry {number} of 'prices' is not a list of a row's key and price.")
        row = tuple(entry[:-1])
        _row_key(row)
        if row in prices:
            raise CertificateError("row_twice", f"The row {' '.join(row)} has two prices.")
        prices[row] = entry[-1]
    return Certificate(
        document["instance"],
        document["plan_sha256"],
        document["value_millipoints"],
        document["bound_millipoints"],
        document["scale"],
        prices,
    )


def document_sha256(document: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of the document's canonical JSON."""
    return sha256_hex(canonical_json(document))


def _row_key(key: Key) -> None:
    if not all(isinstance(each, str) for each in key):
        raise CertificateError("bad_row", f"The row {str(list(key))[:80]} is not named by texts alone.")
    if key[0] not in KEY_LENGTH:
        raise CertificateError("unknown_row", f"There is no row of the kind {key[0][:40]!r}.")
    if len(key) != KEY_LENGTH[key[0]] + 1:
        said = f"A row of the kind {key[0]!r} is named by {KEY_LENGTH[key[0]]} texts, not {len(key) - 1}."
        raise CertificateError("bad_row", said)


def _hash(field: str, value: object) -> None:
    if not isinstance(value, str) or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise CertificateError("bad_hash", f"{field} is not 64 hexadecimal digits.")


def _whole(field: str, value: object, least: int, most: int) -> None:
    if type(value) is not int:
        raise CertificateError("not_whole", f"{field} is {_kind(value)}; a whole number is needed.")
    if value < least:
        code = "negative_price" if field.startswith("the price") else "too_small"
        raise CertificateError(code, f"{field} is {str(value)[:30]}, under {least}.")
    if value > most:
        raise CertificateError("too_large", f"{field} is {str(value)[:30]}…, over {most}.")


def _kind(value: object) -> str:
    names = {
        str: "text",
        float: "a fraction",
        bool: "true or false",
        list: "a list",
        dict: "an object",
        int: "a number",
    }
    return "nothing" if value is None else names.get(type(value), "something else")
