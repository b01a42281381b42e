"""Bytes of a file made into text, JSON values or a TOML table, with a coded fault for whatever prevents it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from instances.faults import Fault, InstanceError, Place, fault

LARGEST_FILE = 64 * 2**20
"""No single file, packed or not, may hold more bytes."""
LARGEST_POLICY = 2**20
MOST_DOTS = 1000
"""A TOML key of more parts would take the parser quadratic time."""
SIGNATURES = {
    b"PK\x03\x04": "zip / xlsx / ods",
    b"\xd0\xcf\x11\xe0": "xls",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"SQLite format 3": "GeoPackage / SQLite",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
}
ARABIC_IN_1256 = frozenset(
    byte for byte in range(0x80, 0x100) if "\u0621" <= bytes([byte]).decode("cp1256", "replace") <= "\u06ff"
)


def looks_like(data: bytes) -> str:
    """The kind of binary file that the first bytes announce; empty for none known."""
    return next((kind for start, kind in SIGNATURES.items() if data.startswith(start)), "")


def decoded(data: bytes, where: Place) -> str:
    """The text of a UTF-8 file (with or without BOM) or a UTF-16 file with BOM.

    Raises InstanceError: empty_file, wrong_format, not_utf8, binary_file.
    """
    if not data.strip():
        raise InstanceError([fault("empty_file", where)])
    if kind := looks_like(data):
        raise InstanceError([fault("wrong_format", where, kind)])
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InstanceError([_not_utf8(data, error.start, where)]) from None
    if "\0" in text:
        raise InstanceError([fault("binary_file", where, position=text.index("\0"))])
    if not text.strip():
        raise InstanceError([fault("empty_file", where)])
    return text


def _not_utf8(data: bytes, position: int, where: Place) -> Fault:
    high = [byte for byte in data[position : position + 100_000] if byte >= 0x80]
    arabic = sum(byte in ARABIC_IN_1256 for byte in high)
    encoding = "Windows-1256" if 2 * arabic > len(high) else "Windows-1252"
    line = data.count(b"\n", 0, position) + 1
    return fault("not_utf8", where, f"0x{data[position]:02X}", position=position, line=line, encoding=encoding)


def json_value(data: bytes, where: Place) -> tuple[Any, list[Fault]]:
    """The JSON value of a file, fractions as Decimal, and faults of keys given twice in one object.

    Raises InstanceError: what `decoded` raises, invalid_json with line and column, too_deep, json_constant.
    """
    text = decoded(data, where)
    twins: list[Fault] = []

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    twins.append(fault("key_twice", where, key))
                seen.add(key)
        return values

    def constant(name: str) -> Any:
        raise InstanceError([fault("json_constant", where, name)])

    try:
        value = json.loads(
            text, object_pairs_hook=table, parse_float=Decimal, parse_int=_bounded_int, parse_constant=constant
        )
    except json.JSONDecodeError as error:
        raise InstanceError([fault("invalid_json", where, error.msg, line=error.lineno, column=error.colno)]) from None
    except RecursionError:
        raise InstanceError([fault("too_deep", where)]) from None
    return value, twins


def _bounded_int(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= 20 else Decimal(digits)


def toml_table(data: bytes, where: Place) -> dict[str, Any]:
    """The table of a TOML file, fractions as Decimal.

    Raises InstanceError: what `decoded` raises, file_too_large, invalid_toml with line and column, too_deep.
    """
    if len(data) > LARGEST_POLICY:
        raise InstanceError([fault("file_too_large", where, len(data), most=LARGEST_POLICY)])
    text = decoded(data, where).replace("\r\n", "\n")
    if any(line.count(".") > MOST_DOTS for line in text.split("\n")):
        raise InstanceError([fault("too_deep", where)])
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        spot = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (spot[1], spot[2]) if spot else (str(text.count("\n") + 1), "1")
        message = str(error).split(" (at ")[0]
        at = Place(where.file, "line", line)
        raise InstanceError([fault("invalid_toml", at, message, line=line, column=column)]) from None
    except RecursionError:
        raise InstanceError([fault("too_deep", where)]) from None
    except ValueError as error:
        raise InstanceError([fault("invalid_toml", where, str(error), line="?", column="?")]) from None


def toml_lines(table: dict[str, Any]) -> Iterator[str]:
    """The lines of a TOML file: plain keys first, then tables and arrays of tables, in the order given."""
    yield from _toml_table(table, ())


def _toml_table(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    inner = {key: value for key, value in table.items() if _is_table(value)}
    for key, value in table.items():
        if key not in inner:
            yield f"{_toml_key(key)} = {_toml_value(value)}"
    for key, value in inner.items():
        name = ".".join(_toml_key(part) for part in (*path, key))
        if isinstance(value, list):
            for each in value:
                yield from ("", f"[[{name}]]", *_toml_table(each, (*path, key)))
        else:
            if not value or any(not _is_table(each) for each in value.values()):
                yield from ("", f"[{name}]")
            yield from _toml_table(value, (*path, key))


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and all(map(_is_plain_table, value)))


def _is_plain_table(value: object) -> bool:
    return isinstance(value, dict) and "stage" not in value


def _toml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml_value(key)


def _toml_value(value: object) -> str:
    if isinstance(value, str):
        # JSON's escapes are TOML's, save for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml_value, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml_key(key)} = {_toml_value(each)}" for key, each in value.items()) + " }"
    return str(value)
