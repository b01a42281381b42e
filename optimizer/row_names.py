"""How a certificate names rows and states numbers, and how it is refused.  Format: docs/certificate.md."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LARGEST = 2**53 - 1
BRANCH = "branch"
KEY_LENGTH: Mapping[str, int] = MappingProxyType(
    {"lot": 1, "limit": 2, "quota": 2, "changes": 0, "separation": 4, "link": 3, "apart": 4}
)
"""How many texts name a row of each kind.  Nodes of a tree may also price a "branch", named by one."""

Key = tuple[str, ...]


class CertificateError(ValueError):
    """The certificate is refused: a stable code, and a sentence with the place and the value found."""

    def __init__(self, code: str, says: str) -> None:
        self.code = code
        super().__init__(says)


def check_key(key: Key, may_branch: bool = False) -> None:
    """Raises CertificateError unless the key names a row of a known kind.  may_branch: splits of a tree too."""
    if set(map(type, key)) != {str}:
        raise CertificateError("bad_row", f"The row {str(list(key))[:80]} is not named by texts alone.")
    if may_branch and key[0] == BRANCH:
        _check_branch(key)
        return
    if key[0] not in KEY_LENGTH:
        raise CertificateError("unknown_row", f"There is no row of the kind {key[0][:40]!r}.")
    if len(key) != KEY_LENGTH[key[0]] + 1:
        said = f"A row of the kind {key[0]!r} is named by {KEY_LENGTH[key[0]]} texts, not {len(key) - 1}."
        raise CertificateError("bad_row", said)


def check_whole(field: str, value: object, least: int, most: int = LARGEST) -> None:
    """Raises CertificateError unless the value is a whole number from least to most."""
    if type(value) is int and least <= value <= most:
        return
    if type(value) is not int:
        raise CertificateError("not_whole", f"{field} is {kind_of(value)}; a whole number is needed.")
    if value < least:
        code = "negative_price" if field.startswith("the price") else "too_small"
        raise CertificateError(code, f"{field} is {str(value)[:30]}, under {least}.")
    if value > most:
        raise CertificateError("too_large", f"{field} is {str(value)[:30]}…, over {most}.")


def read_prices(entries: object, where: str, may_branch: bool = False) -> dict[Key, int]:
    """Row key -> price, from a list of JSON entries.  The prices themselves are not looked at."""
    if not isinstance(entries, list):
        raise CertificateError("not_a_list", f"{where} is {kind_of(entries)}, not a list.")
    prices: dict[Key, int] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, list) or len(entry) < 2:
            raise CertificateError("bad_price", f"Entry {number} of {where} is not a list of a row's key and price.")
        row = tuple(entry[:-1])
        check_key(row, may_branch)
        if row in prices:
            raise CertificateError("row_twice", f"The row {' '.join(row)[:120]} has two prices in {where}.")
        prices[row] = entry[-1]
    return prices


def kind_of(value: object) -> str:
    """What kind of JSON value this is, in words."""
    names = {
        str: "text",
        float: "a fraction",
        bool: "true or false",
        list: "a list",
        dict: "an object",
        int: "a number",
    }
    return "nothing" if value is None else names.get(type(value), "something else")


def _check_branch(key: Key) -> None:
    is_number = len(key) == 2 and len(key[1]) <= 16 and set(key[1]) <= set("0123456789")
    if not is_number or not key[1] or str(int(key[1])) != key[1]:
        raise CertificateError("bad_row", f"The row {' '.join(key)[:80]!r} does not name a node by its number.")
