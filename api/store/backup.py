"""A backup: the whole store, at one moment, in one SQLite file, whichever kind of store it came from.

Sessions, workers, zone jobs and counts of failed sign-ins stay behind: they mean nothing later, or would open what was
closed.
Sketches stay behind too: they are derived, and made anew by whoever looks first.
Restoring recounts every row and the audit chain before anything is committed, and puts unfinished runs in the queue.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Table, Text

from api.store import audit
from api.store.engine import is_sqlite, open_engine
from api.store.migrate import StoreTooNew, migrate, newest_revision, revision_of
from api.store.tables import (
    ENDED,
    metadata,
    rounds,
    runs,
    sessions,
    sign_in_failures,
    sketches,
    workers,
    zone_jobs,
    zone_messages,
)

LEFT_BEHIND = frozenset({sessions, workers, sign_in_failures, sketches, zone_jobs, zone_messages})
KEPT = tuple(table for table in metadata.sorted_tables if table not in LEFT_BEHIND)
FACTS = Table("backup_facts", sa.MetaData(), Column("name", Text, primary_key=True), Column("value", Text))
BATCH = 200
Enqueue = Callable[[Connection, str], None]


class BackupError(RuntimeError):
    """A backup that cannot be made or trusted.  code: of a phrase; found: what it is about."""

    def __init__(self, code: str, found: str) -> None:
        self.code, self.found = code, found
        super().__init__(f"{code}: {found}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a backup says of itself: rows and digest of each table, entries and last hash of the audit log."""

    revision: str
    made_at: str
    tables: Mapping[str, tuple[int, str]]
    entries: int
    last_sha256: str

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(count for count, _ in self.tables.values())


def back_up(url: str, path: Path) -> Facts:
    """Write the store into a file that is not there yet.  The service may go on meanwhile.

    Raises BackupError: file_exists, store_behind, chain_not_whole.
    """
    if path.exists():
        raise BackupError("file_exists", str(path))
    engine = open_engine(url)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with engine.connect() as connection:
            whole = connection.execution_options(**_snapshot(connection))
            with whole.begin():
                revision = revision_of(whole)
                if revision is None or revision != newest_revision():
                    raise BackupError("store_behind", str(revision))
                facts = _written(whole, beside, revision)
        _settle(beside)
        beside.rename(path)
    finally:
        engine.dispose()
        for each in (beside, *(beside.with_name(beside.name + end) for end in ("-wal", "-shm"))):
            each.unlink(missing_ok=True)
    return facts


def facts_of(path: Path) -> Facts:
    """What the file says of itself.  Raises BackupError not_a_backup."""
    try:
        with path.open("rb") as stream:
            if not stream.read(16).startswith(b"SQLite format 3"):
                raise BackupError("not_a_backup", path.name)
        engine = sa.create_engine("sqlite://", creator=lambda: _read_only(path))
        with engine.connect() as connection:
            told = {row.name: row.value for row in connection.execute(sa.select(FACTS))}
        engine.dispose()
        tables = {name: (int(count), str(digest)) for name, (count, digest) in json.loads(told["tables"]).items()}
        return Facts(told["revision"], told["made_at"], tables, int(told["entries"]), told["last_sha256"])
    except (sa.exc.DatabaseError, KeyError, ValueError, TypeError, AttributeError):
        raise BackupError("not_a_backup", path.name) from None


def restore(path: Path, url: str, enqueue: Enqueue) -> Facts:
    """Put a backup into a store that holds nothing; all of it, or nothing when anything disagrees.

    enqueue: puts a run that has not ended into the queue, in the same transaction.  A backup of an earlier version is
    brought to this version's tables first, in a copy.
    Raises BackupError: not_a_backup, backup_altered, backup_too_new, store_not_empty, chain_not_whole.
    """
    facts = facts_of(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "backup.sqlite"
        shutil.copy(path, copy)
        _check(copy, facts)
        try:
            migrate(f"sqlite:///{copy}")
        except StoreTooNew as error:
            raise BackupError("backup_too_new", str(error)) from None
        migrate(url)
        source, target = open_engine(f"sqlite:///{copy}"), open_engine(url)
        try:
            with source.connect() as there, target.begin() as here:
                _refuse_unless_empty(here)
                for table in KEPT:
                    _copy(there, here, table)
                _compare(_digests(there), _digests(here))
                _whole_chain(here, facts)
                open_runs = sa.select(runs.c.id).where(runs.c.state.not_in(ENDED)).order_by(runs.c.created_at)
                for run_id in here.execute(open_runs).scalars().all():
                    enqueue(here, run_id)
        finally:
            source.dispose()
            target.dispose()
    return facts


def _snapshot(connection: Connection) -> dict[str, Any]:
    """Options with which a transaction sees one moment."""
    return {"reading": True} if is_sqlite(connection) else {"isolation_level": "REPEATABLE READ"}


def _written(source: Connection, path: Path, revision: str) -> Facts:
    path.touch(mode=0o600)
    migrate(f"sqlite:///{path}")
    engine = open_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as target:
            for table in KEPT:
                _copy(source, target, table)
            entries, last, broken = audit.verify(target)
            if broken is not None:
                raise BackupError("chain_not_whole", str(broken.number))
            digests = _digests(target)
            _compare(_digests(source), digests)
            facts = Facts(revision, datetime.now(UTC).isoformat(timespec="seconds"), digests, entries, last)
            FACTS.create(target)
            told = {
                "revision": revision,
                "made_at": facts.made_at,
                "tables": json.dumps(digests),
                "entries": str(entries),
                "last_sha256": last,
            }
            target.execute(FACTS.insert(), [{"name": name, "value": value} for name, value in told.items()])
    finally:
        engine.dispose()
    return facts


def _copy(source: Connection, target: Connection, table: Table) -> None:
    wanted = sa.select(table)
    if table is rounds:
        # A round may name the one that it follows.
        wanted = wanted.order_by(rounds.c.created_at, rounds.c.id)
    for page in source.execute(wanted).mappings().partitions(BATCH):
        target.execute(table.insert(), [dict(row) for row in page])


def _digests(connection: Connection) -> dict[str, tuple[int, str]]:
    """Rows of each table, and a digest of them that does not depend on their order."""
    return {table.name: _digest(connection, table) for table in KEPT}


def _digest(connection: Connection, table: Table) -> tuple[int, str]:
    count = total = 0
    for page in connection.execute(sa.select(table)).partitions(BATCH):
        for row in page:
            text = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True)
            total += int.from_bytes(hashlib.sha256(text.encode()).digest())
            count += 1
    return count, f"{total % 2**256:064x}"


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value.isoformat() if isinstance(value, datetime) else value


def _check(path: Path, facts: Facts) -> None:
    """What stands in the file is what it says of itself; only a backup of this version's tables can be recounted."""
    if facts.revision != newest_revision():
        return
    engine = open_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            if revision_of(connection) != facts.revision:
                raise BackupError("backup_altered", "alembic_version")
            _compare(facts.tables, _digests(connection))
    except (sa.exc.DatabaseError, ValueError) as error:
        raise BackupError("backup_altered", type(error).__name__) from None
    finally:
        engine.dispose()


def _compare(wanted: Mapping[str, tuple[int, str]], found: Mapping[str, tuple[int, str]]) -> None:
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise BackupError("backup_altered", name)


def _whole_chain(connection: Connection, facts: Facts) -> None:
    entries, last, broken = audit.verify(connection)
    if broken is not None or (entries, last) != (facts.entries, facts.last_sha256):
        raise BackupError("chain_not_whole", str(broken.number if broken else entries))


def _refuse_unless_empty(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
            raise BackupError("store_not_empty", table.name)


def _read_only(path: Path) -> Any:
    import sqlite3

    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _settle(path: Path) -> None:
    """One file, all of it on the disk."""
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
