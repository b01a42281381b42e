"""The certificate by pieces: prices between pieces, and for each piece what no filling of it exceeds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.certificate import LARGEST, LARGEST_SCALE, CertificateError

FORMAT = "lotwise-certificate-3"
Lots = tuple[str, ...]
End = tuple[str, str, str]
"""(lot, neighbour, sector): the end at the lot of a border with the neighbour, for a tenant of the sector."""
LISTS = ("applicants", "rows", "borders", "lots")
KEYS = (
    "format", "instance", "plan_sha256", "value_millipoints", "bound_millipoints", "scale",
    *LISTS, "pieces",
)  # fmt: skip


@dataclass(frozen=True)
class PieceClaim:
    """No filling of these lots brings more than `most`, in 1/scale millipoints; lots in the order of the search."""

    lots: Lots
    most: int


@dataclass(frozen=True)
class PieceCertificate:
    """A bound and what proves it, tied to one instance and one plan by their hashes.  Raises CertificateError.

    In 1/scale millipoints: applicants: what a grant pays; rows: price of a unit of ("limit", zone, unit),
    ("quota", name, side) or ("changes", "", ""); borders: what an end of a border is paid back; lots: price of a lot.
    The prices of applicants and rows are positive; those of borders and lots may be negative, and inside a piece only
    guide the search through it.
    """

    instance: str
    plan_sha256: str
    value_millipoints: int
    bound_millipoints: int
    scale: int
    applicants: Mapping[str, int]
    rows: Mapping[tuple[str, str, str], int]
    borders: Mapping[End, int]
    lots: Mapping[str, int]
    pieces: tuple[PieceClaim, ...]

    def __post_init__(self) -> None:
        for field in ("instance", "plan_sha256"):
            value = getattr(self, field)
            if not isinstance(value, str) or len(value) != 64 or set(value) - set("0123456789abcdef"):
                raise CertificateError("bad_hash", f"{field} is not 64 hexadecimal digits.")
        for field in ("value_millipoints", "bound_millipoints"):
            _whole(field, getattr(self, field), 0)
        _whole("scale", self.scale, 1)
        if self.scale > LARGEST_SCALE:
            raise CertificateError("too_large", f"scale is {self.scale}, over {LARGEST_SCALE}.")
        for name, price in self.applicants.items():
            _whole(f"the price of applicant {name}", price, 1)
        for key, price in self.rows.items():
            _whole(f"the price of {' '.join(key)}", price, 1)
        for end, price in self.borders.items():
            _whole(f"the price of the border {' '.join(end)}", price, -LARGEST)
        for lot, price in self.lots.items():
            _whole(f"the price of lot {lot}", price, -LARGEST)
        for number, piece in enumerate(self.pieces):
            _whole(f"the most of piece {number}", piece.most, 0)
            if not piece.lots:
                raise CertificateError("bad_piece", f"Piece {number} has no lots.")

    def document(self) -> dict[str, Any]:
        """The certificate as JSON values, prices in sorted order."""
        return {
            "format": FORMAT,
            "instance": self.instance,
            "plan_sha256": self.plan_sha256,
            "value_millipoints": self.value_millipoints,
            "bound_millipoints": self.bound_millipoints,
            "scale": self.scale,
            "applicants": [[name, price] for name, price in sorted(self.applicants.items())],
            "rows": [[*key, price] for key, price in sorted(self.rows.items())],
            "borders": [[*end, price] for end, price in sorted(self.borders.items())],
            "lots": [[lot, price] for lot, price in sorted(self.lots.items())],
            "pieces": [[list(piece.lots), piece.most] for piece in self.pieces],
        }


def piece_certificate_from(document: Mapping[str, Any]) -> PieceCertificate:
    """Read a certificate by pieces from JSON values.  Raises CertificateError for anything but the exact format."""
    check_keys(document, KEYS)
    if document["format"] != FORMAT:
        raise CertificateError("unknown_format", f"The format is {str(document['format'])[:40]!r}, not {FORMAT!r}.")
    applicants = _prices("applicants", document["applicants"], 1)
    rows = _prices("rows", document["rows"], 3)
    borders = _prices("borders", document["borders"], 3)
    lots = _prices("lots", document["lots"], 1)
    return PieceCertificate(
        document["instance"], document["plan_sha256"], document["value_millipoints"], document["bound_millipoints"],
        document["scale"], {key[0]: price for key, price in applicants.items()},
        {(key[0], key[1], key[2]): price for key, price in rows.items()},
        {(key[0], key[1], key[2]): price for key, price in borders.items()},
        {key[0]: price for key, price in lots.items()}, _pieces(document["pieces"]),
    )  # fmt: skip


def check_keys(document: Mapping[str, Any], keys: Collection[str]) -> None:
    """Raises CertificateError unless the document has exactly these keys."""
    for key in sorted(set(keys) - document.keys()):
        raise CertificateError("missing_key", f"The certificate has no {key!r}.")
    for key in sorted(document.keys() - set(keys), key=str):
        raise CertificateError("unknown_key", f"The certificate has the unknown key {str(key)[:40]!r}.")


def _prices(field: str, entries: object, texts: int) -> dict[tuple[str, ...], int]:
    if not isinstance(entries, list):
        raise CertificateError("not_a_list", f"{field!r} is not a list.")
    prices: dict[tuple[str, ...], int] = {}
    for number, entry in enumerate(entries):
        if (
            not isinstance(entry, list)
            or len(entry) != texts + 1
            or not all(isinstance(each, str) for each in entry[:-1])
        ):
            said = f"Entry {number} of {field!r} is not a list of {texts} texts and a price."
            raise CertificateError("bad_price", said)
        key = tuple(entry[:-1])
        if key in prices:
            raise CertificateError("row_twice", f"{' '.join(key)} has two prices in {field!r}.")
        prices[key] = entry[-1]
    return prices


def _pieces(entries: object) -> tuple[PieceClaim, ...]:
    if not isinstance(entries, list):
        raise CertificateError("not_a_list", "'pieces' is not a list.")
    for number, entry in enumerate(entries):
        is_pair = isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], list)
        if not is_pair or not all(isinstance(lot, str) for lot in entry[0]):
            raise CertificateError("bad_piece", f"Entry {number} of 'pieces' is not a list of lots and a number.")
    return tuple(PieceClaim(tuple(lots), most) for lots, most in entries)


def _whole(field: str, value: object, least: int) -> None:
    if type(value) is not int:
        raise CertificateError("not_whole", f"{field} is not a whole number.")
    if value < least:
        raise CertificateError("too_small", f"{field} is {str(value)[:30]}, under {least}.")
    if value > LARGEST:
        raise CertificateError("too_large", f"{field} is {str(value)[:30]}, over {LARGEST}.")
