"""One spelling for a JSON document, so that its SHA-256 can be recomputed by a stranger.

Keys sorted by code point, no blanks, UTF-8 without escapes for letters, whole numbers only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical_json(document: Any) -> bytes:
    """The document as canonical JSON in UTF-8.

    Allowed: mappings with text keys, lists and tuples, text, whole numbers, true, false, null.
    Raises TypeError for anything else, a float above all: two languages may spell one float in two ways.
    """
    text = json.dumps(_plain(document, "document"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def sha256_hex(content: bytes) -> str:
    """The SHA-256 of the bytes, in 64 lowercase hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _plain(value: Any, where: str) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        strangers = [key for key in value if not isinstance(key, str)]
        if strangers:
            raise TypeError(f"{where}: the key {strangers[0]!r} is not text")
        return {key: _plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, where) for item in value]
    raise TypeError(f"{where}: {value!r} is {type(value).__name__}; canonical JSON holds text and whole numbers only")
