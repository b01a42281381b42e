"""One value of one field, as it was read from a file, made into a whole number, a text, a list of ids or a date.

Numbers never pass through binary fractions: decimal text is read digit by digit.  What Excel or JSON hands over as a
binary fraction is first written with 15 significant digits, which is what a spreadsheet shows.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from instances.zone import LARGEST

LONGEST_NUMBER = 40
EXCEL_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
GROUPED = re.compile(r"(-?[0-9]{1,3})((?:[ \u00a0\u2009\u202f'’,.٬][0-9]{3})+)([.,٫][0-9]+)?")
WITH_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Misread(ValueError):
    """A raw value is not what its field asks for; `code` is of the catalogue, `values` fill its sentences."""

    def __init__(self, code: str, found: object, **values: object) -> None:
        super().__init__(code)
        self.code, self.found, self.values = code, found, values


def is_blank(raw: object) -> bool:
    """Nothing was given: an absent key, null, or text without a mark."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def whole(raw: object) -> int:
    """A whole number of any sign, at most 2^53 - 1 in size.  Raises Misread."""
    if isinstance(raw, str) and len(raw) < 16 and raw.isascii() and raw.isdigit():
        return int(raw)
    return _scaled(raw, 0, "not_whole")


def tenths(raw: object) -> int:
    """A number with at most one decimal, in tenths: "6.3" gives 63.  Raises Misread."""
    return _scaled(raw, 1, "too_precise")


def text(raw: object) -> str:
    """A text in Unicode form NFC without blanks at its ends; a whole number stands for its digits.  Raises Misread."""
    if isinstance(raw, str):
        if raw.strip() in EXCEL_ERRORS:
            raise Misread("excel_error", raw)
        plain = " ".join(raw.split()) if any(mark in raw for mark in "\r\n\t") else raw.strip()
        return unicodedata.normalize("NFC", plain)
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) <= LARGEST:
        return str(raw)
    if isinstance(raw, (float, Decimal)) and -LARGEST <= raw <= LARGEST and raw == int(raw):
        return str(int(raw))
    raise Misread("not_text", raw)


def ids(raw: object) -> tuple[str, ...]:
    """Ids from a list, or from a text split by `|`; nothing between two bars is a fault.  Raises Misread."""
    if isinstance(raw, (list, tuple)):
        pieces = [text(each) for each in raw]
    else:
        line = text(raw)
        if "|" not in line and ("," in line or ";" in line):
            raise Misread("list_separator", line, better="|".join(re.split(r" ?[,;] ?", line[:200])))
        pieces = [piece.strip() for piece in line.split("|")]
    if "" in pieces:
        raise Misread("empty_in_list", raw)
    return tuple(pieces)


def day(raw: object) -> date:
    """A day from an ISO text (2026-11-24) or from a spreadsheet's own date.  Raises Misread."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if not isinstance(raw, str):
        raise Misread("date_not_iso", raw)
    line = raw.strip()
    if not ISO_DAY.fullmatch(line):
        raise _foreign(line, "date_not_iso")
    try:
        return date.fromisoformat(line)
    except ValueError:
        raise Misread("no_such_date", line) from None


def tenths_text(number: int) -> str:
    """Tenths as decimal text: 63 gives "6.3", 60 gives "6.0"."""
    return f"{'-' if number < 0 else ''}{abs(number) // 10}.{abs(number) % 10}"


def tenths_value(number: int) -> int | float | str:
    """Tenths as the plainest value that a JSON reader or a spreadsheet holds exactly; text when none does."""
    if number % 10 == 0:
        return number // 10
    return number / 10 if abs(number) < 10**14 else tenths_text(number)


def _scaled(raw: object, places: int, too_fine: str) -> int:
    number = _decimal(raw)
    if number.adjusted() > 17:
        raise Misread("out_of_range", raw, least=0, most=LARGEST)
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "only finite numbers come from _decimal"
    while exponent < -places and len(digits) > 1 and digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    if digits == (0,):
        return 0
    if exponent < -places:
        raise Misread(too_fine, raw)
    size = int("".join(map(str, digits))) * int(10 ** (exponent + places))
    if size > LARGEST:
        raise Misread("out_of_range", raw, least=0, most=LARGEST)
    return -size if sign else size


def _decimal(raw: object) -> Decimal:
    if isinstance(raw, str):
        return _decimal_text(raw.strip())
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal)):
        raise Misread("not_a_number", raw)
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    number = Decimal(format(raw, ".15g")) if isinstance(raw, float) else Decimal(raw)
    if not number.is_finite():
        raise Misread("not_a_number", raw)
    return number


def _decimal_text(line: str) -> Decimal:
    if line in EXCEL_ERRORS:
        raise Misread("excel_error", line)
    if len(line) > LONGEST_NUMBER:
        code = "out_of_range" if PLAIN.fullmatch(line) else "not_a_number"
        raise Misread(code, line, least=0, most=LARGEST)
    if PLAIN.fullmatch(line) and not GROUPED.fullmatch(line):
        return Decimal(line)
    raise _foreign(line, "not_a_number")


def _foreign(line: str, otherwise: str) -> Misread:
    """Why a text is not the plain number or date it should be: other digits, grouping, a comma, or none of these."""
    ascii_line = "".join(_ascii_mark(mark) for mark in line[: LONGEST_NUMBER + 1])
    if ascii_line != line and any(mark.isdecimal() and not mark.isascii() for mark in line):
        return Misread("arabic_digits", line, better=ascii_line)
    if grouped := GROUPED.fullmatch(line):
        better = grouped[1] + re.sub(r"[^0-9]", "", grouped[2]) + (grouped[3] or "").replace(",", ".")
        return Misread("thousands_separator", line, better=better)
    if WITH_COMMA.fullmatch(line):
        return Misread("decimal_comma", line, better=line.replace(",", "."))
    return Misread(otherwise, line)


def _ascii_mark(mark: str) -> str:
    if mark in "٫٬":
        return "." if mark == "٫" else ""
    return str(unicodedata.decimal(mark)) if mark.isdecimal() else mark
