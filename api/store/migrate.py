"""Migrations: bring a store up to this version's tables, once, whoever else starts at the same time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from api.store.engine import is_sqlite, open_engine

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x10_7715E
"""Number of the advisory lock that upgrades on PostgreSQL take in turn."""


class StoreTooNew(RuntimeError):
    """The store was made by a later version of lotwise than this one."""


def migrate(url: str) -> None:
    """Bring the store behind the URL to the newest tables; does nothing when it is there.  Raises StoreTooNew.

    On SQLite foreign keys are off meanwhile, since tables are rebuilt, and checked in the end before the commit.
    """
    engine = open_engine(url, keep_references=False)
    try:
        with engine.begin() as connection:
            if not is_sqlite(connection):
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            _upgrade(connection)
    finally:
        engine.dispose()


def revision_of(connection: Connection) -> str | None:
    """The revision that the store is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that this version of lotwise works with."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def is_current(connection: Connection) -> bool:
    """Whether the store has exactly this version's tables."""
    return revision_of(connection) == newest_revision()


def _upgrade(connection: Connection) -> None:
    found = revision_of(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise StoreTooNew(f"the store is at revision {found}, which this version does not know; upgrade lotwise")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if is_sqlite(connection):
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"the migration broke {len(broken)} references, first {broken[0]}")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
