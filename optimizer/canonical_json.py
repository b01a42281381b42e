"""One spelling for a JSON document, so that its SHA-256 can be recomputed by a stranger.

Keys sorted by code point, no blanks, UTF-8 without escapes for letters, whole numbers only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

PLAIN = frozenset((str, int, bool, type(None)))


def canonical_json(document: Any) -> bytes:
    """The document as canonical JSON in UTF-8.

    Allowed: mappings with text keys, lists and tuples, text, whole numbers, true, false, null.
    Raises TypeError for anything else, a float above all: two languages may spell one float in two ways.
    """
    _check(document, "document")
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=dict)
    return text.encode("utf-8")


def sha256_hex(content: bytes) -> str:
    """The SHA-256 of the bytes, in 64 lowercase hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _check(value: Any, where: str) -> None:
    """Raises TypeError unless the value is plain; nothing is copied, for a proof may hold millions of values."""
    if isinstance(value, Mapping):
        strangers = [key for key in value if not isinstance(key, str)]
        if strangers:
            raise TypeError(f"{where}: the key {strangers[0]!r} is not text")
        for key, item in value.items():
            _check(item, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        if not PLAIN.issuperset(map(type, value)):
            for item in value:
                _check(item, where)
    elif value is not None and not isinstance(value, str | bool | int):
        said = f"{where}: {value!r} is {type(value).__name__}; canonical JSON holds text and whole numbers only"
        raise TypeError(said)
