import pytest
import sqlalchemy as sa

from api.store import audit
from api.store.engine import open_engine
from api.store.tables import audit_entries


@pytest.fixture
def engine(store_url):
    opened = open_engine(store_url)
    with opened.begin() as connection:
        for number in range(1, 7):
            audit.write(connection, "somebody", "round.open", f"round {number}", {"n": number, "name": "الحسيمة"})
    yield opened
    opened.dispose()


def verified(engine):
    with engine.connect() as connection:
        return audit.verify(connection)


def test_an_untouched_log_is_whole(engine):
    count, last, broken = verified(engine)
    assert (count, broken) == (6, None)
    with engine.connect() as connection:
        assert list(audit.entries(connection))[-1].sha256 == last


def test_an_empty_log_is_whole(store_url):
    engine = open_engine(store_url)
    assert verified(engine) == (0, audit.START, None)
    engine.dispose()


def unguarded(connection):
    """What somebody does first who owns the store and wants to change the past."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER audit_entries_unchanged")
        connection.exec_driver_sql("DROP TRIGGER audit_entries_kept")
    else:
        connection.exec_driver_sql("DROP TRIGGER audit_entries_kept ON audit_entries")
    return connection


@pytest.mark.parametrize(
    "change",
    [
        audit_entries.update().values(who="somebody else"),
        audit_entries.update().where(audit_entries.c.number == 3).values(facts="{}"),
        audit_entries.delete(),
        audit_entries.delete().where(audit_entries.c.number == 6),
    ],
    ids=["all altered", "one altered", "all removed", "last removed"],
)
def test_the_store_itself_refuses_to_change_the_past(engine, change):
    before = verified(engine)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(change)
    assert verified(engine) == before


@pytest.mark.parametrize("column", ["at", "who", "action", "subject", "facts"])
def test_any_altered_word_is_found(engine, column):
    with engine.begin() as connection:
        changed = sa.cast(audit_entries.c[column], sa.Text) + " "
        unguarded(connection).execute(
            audit_entries.update().where(audit_entries.c.number == 3).values({column: changed})
        )
    count, _, broken = verified(engine)
    assert (count, broken.number, broken.why) == (2, 3, "altered")


def test_an_altered_entry_that_was_sealed_again_breaks_the_next_one(engine):
    with engine.begin() as connection:
        entry = next(each for each in audit.entries(connection) if each.number == 3)
        sealed = audit.seal(3, entry.at, "somebody else", entry.action, entry.subject, "{}", entry.previous_sha256)
        given = {"who": "somebody else", "facts": "{}", "sha256": sealed}
        unguarded(connection).execute(audit_entries.update().where(audit_entries.c.number == 3).values(**given))
    count, _, broken = verified(engine)
    assert (count, broken.number, broken.why) == (3, 4, "not_linked")


@pytest.mark.parametrize("number", [1, 4])
def test_a_removed_entry_is_found(engine, number):
    with engine.begin() as connection:
        unguarded(connection).execute(audit_entries.delete().where(audit_entries.c.number == number))
    count, _, broken = verified(engine)
    assert (count, broken.number, broken.why) == (number - 1, number, "missing")


def test_the_last_hash_shows_a_log_that_was_cut_short(engine):
    before = verified(engine)[1]
    with engine.begin() as connection:
        unguarded(connection).execute(audit_entries.delete().where(audit_entries.c.number == 6))
    count, last, broken = verified(engine)
    assert (count, broken) == (5, None)
    assert last != before


def test_pages_of_the_log_follow_each_other(engine):
    with engine.connect() as connection:
        assert [each.number for each in audit.entries(connection, after=2, most=3)] == [3, 4, 5]
