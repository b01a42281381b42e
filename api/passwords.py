"""Passwords: hashed with Argon2id, never stored, never logged."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_CHARACTERS = 12

_hasher = PasswordHasher()


def is_strong(password: str, name: str) -> bool:
    """Long enough, short enough to be hashed in bearable time, and not the name again."""
    return LEAST_CHARACTERS <= len(password) <= 1024 and password.casefold() != name.casefold()


def hashed(password: str) -> str:
    """The password's hash with its salt and cost; takes some tenths of a second on purpose."""
    return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password of the hash.  Without a hash it takes as long and says no: names stay secret."""
    try:
        return _hasher.verify(stored or _nobodys(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")
