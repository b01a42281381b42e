"""Names of what the service makes: short, unguessable, and sorted by time, so that pages of a list keep their order."""

from __future__ import annotations

import secrets
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that looks like another."""
TIME_DIGITS, CHANCE_DIGITS = 9, 16


def new_id(prefix: str) -> str:
    """`prefix_` and 25 characters: 45 bits of milliseconds since 1970, then 80 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    return f"{prefix}_{_digits(milliseconds, TIME_DIGITS)}{_digits(secrets.randbits(80), CHANCE_DIGITS)}"


def _digits(number: int, count: int) -> str:
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(count)))
