import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from api.store.engine import open_engine
from api.store.migrate import StoreTooNew, is_current, migrate, newest_revision, revision_of
from api.store.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path, server):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        yield server.create("empty")
        server.drop("empty")


def checks_of(connection):
    """Names and texts of the check constraints, which the comparison of schemas does not see."""
    inspector = sa.inspect(connection)
    return {
        (table, check["name"], "".join(sorted(check["sqltext"].replace("::text", ""))).strip())
        for table in metadata.tables
        for check in inspector.get_check_constraints(table)
    }


def test_the_migrations_add_up_to_the_tables(empty_url, tmp_path, server):
    migrate(empty_url)
    engine = open_engine(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        migrated = checks_of(connection)
    engine.dispose()
    plain_url = f"sqlite:///{tmp_path / 'plain.sqlite'}" if empty_url.startswith("sqlite") else server.create("plain")
    plain = open_engine(plain_url)
    with plain.begin() as connection:
        metadata.create_all(connection)
    with plain.connect() as connection:
        assert checks_of(connection) == migrated != set()
    plain.dispose()
    server.drop("plain")


def test_a_second_migration_changes_nothing(empty_url):
    migrate(empty_url)
    migrate(empty_url)
    engine = open_engine(empty_url)
    with engine.connect() as connection:
        assert is_current(connection)
        assert revision_of(connection) == newest_revision()
    engine.dispose()


def test_several_migrate_at_once_and_all_succeed(empty_url):
    failures = []

    def upgrade():
        try:
            migrate(empty_url)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_store_of_a_later_version_is_refused(empty_url):
    migrate(empty_url)
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(StoreTooNew, match="9999"):
        migrate(empty_url)


def test_every_constraint_has_a_name(empty_url):
    migrate(empty_url)
    engine = open_engine(empty_url)
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        for table in metadata.tables:
            named = [
                *inspector.get_check_constraints(table),
                *inspector.get_foreign_keys(table),
                *inspector.get_unique_constraints(table),
                inspector.get_pk_constraint(table),
            ]
            assert all(each["name"] for each in named), table
    engine.dispose()
