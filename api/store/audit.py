"""The audit log: every decision in order, each entry sealed with the hash of the one before it.

Nothing changes or removes an entry: the store itself refuses it.  Whoever owns the store and alters one all the same
must alter all that follow; comparing the last hash with one that was noted earlier shows it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.engine import is_sqlite
from api.store.tables import audit_entries

START = "0" * 64
"""What the first entry names as the hash before it."""
LOCK = 0x10_7715F
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision.  at: ISO time in UTC.  who: id and name of the principal.  subject: what it was about."""

    number: int
    at: str
    who: str
    action: str
    subject: str
    facts: Mapping[str, Any]
    previous_sha256: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain breaks: the number of the entry, and why."""

    number: int
    why: str


def seal(number: int, at: str, who: str, action: str, subject: str, facts: str, previous: str) -> str:
    """SHA-256, in hexadecimal, of the entry's values as a JSON list in UTF-8, the hash before it among them."""
    values = [number, at, who, action, subject, facts, previous]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def write(connection: Connection, who: str, action: str, subject: str, facts: Mapping[str, Any]) -> None:
    """Append an entry in the transaction of the decision itself: both are stored, or neither."""
    if not is_sqlite(connection):
        # Entries are numbered without gaps, so their writers take turns until they commit.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    newest = sa.select(audit_entries.c.number, audit_entries.c.sha256).order_by(audit_entries.c.number.desc()).limit(1)
    last = connection.execute(newest).one_or_none()
    number, previous = (last.number + 1, last.sha256) if last else (1, START)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    values = {"number": number, "at": at, "who": who, "action": action, "subject": subject, "facts": text}
    sealed = seal(number, at, who, action, subject, text, previous)
    connection.execute(audit_entries.insert().values(**values, previous_sha256=previous, sha256=sealed))


def entries(connection: Connection, after: int = 0, most: int | None = None) -> Iterator[Entry]:
    """The entries numbered over `after`, in order, at most so many."""
    while most is None or most > 0:
        count = PAGE if most is None else min(PAGE, most)
        wanted = sa.select(audit_entries).where(audit_entries.c.number > after)
        page = connection.execute(wanted.order_by(audit_entries.c.number).limit(count)).all()
        for row in page:
            values = row._asdict()
            yield Entry(**values | {"facts": json.loads(values["facts"])})
        if len(page) < count:
            return
        after, most = page[-1].number, None if most is None else most - len(page)


def last_at(connection: Connection, action: str, subject: str) -> datetime | None:
    """When the action was last taken about the subject; None when it never was."""
    about = (audit_entries.c.action == action) & (audit_entries.c.subject == subject)
    newest = sa.select(audit_entries.c.at).where(about).order_by(audit_entries.c.number.desc()).limit(1)
    found = connection.execute(newest).scalar_one_or_none()
    return None if found is None else datetime.fromisoformat(found)


def verify(connection: Connection) -> tuple[int, str, Break | None]:
    """How many entries stand in an unbroken chain from the first, the hash of the last of them, and what breaks it."""
    count, previous = 0, START
    wanted = sa.select(audit_entries).order_by(audit_entries.c.number)
    # On the statement: set on the connection, it would make whatever comes after fetch page by page too.
    with closing(connection.execute(wanted.execution_options(yield_per=PAGE))) as rows:
        for row in rows:
            if row.number != count + 1:
                return count, previous, Break(count + 1, "missing")
            if row.previous_sha256 != previous:
                return count, previous, Break(row.number, "not_linked")
            sealed = seal(row.number, row.at, row.who, row.action, row.subject, row.facts, row.previous_sha256)
            if row.sha256 != sealed:
                return count, previous, Break(row.number, "altered")
            count, previous = row.number, row.sha256
    return count, previous, None
