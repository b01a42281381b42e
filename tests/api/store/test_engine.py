import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
import sqlalchemy as sa

from api.store.engine import now_seconds, open_engine
from api.store.tables import sign_in_failures, workers


@pytest.fixture
def engine(store_url):
    opened = open_engine(store_url)
    yield opened
    opened.dispose()


def test_reading_and_then_writing_loses_no_update(engine):
    """Four writers add one, fifty times each."""
    with engine.begin() as connection:
        connection.execute(sign_in_failures.insert().values(name="x", count=0))

    def add():
        for _ in range(50):
            with engine.begin() as connection:
                of_x = sa.select(sign_in_failures.c.count).where(sign_in_failures.c.name == "x")
                count = connection.execute(of_x.with_for_update()).scalar_one()
                connection.execute(sign_in_failures.update().values(count=count + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.execute(sa.select(sign_in_failures.c.count)).scalar_one() == 200


def test_times_come_back_in_utc_and_naive_ones_are_refused(engine):
    noon = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=1)))
    with engine.begin() as connection:
        connection.execute(sign_in_failures.insert().values(name="x", count=2**53 + 1, closed_until=noon))
        row = connection.execute(sa.select(sign_in_failures)).one()
    assert row.closed_until == noon
    assert row.closed_until.tzinfo is UTC
    assert row.count == 2**53 + 1
    with pytest.raises(sa.exc.StatementError, match="no zone"), engine.begin() as connection:
        connection.execute(sign_in_failures.update().values(closed_until=datetime(2026, 3, 1)))


def test_the_stores_clock_is_about_right_and_moves_within_a_transaction(engine):
    with engine.begin() as connection:
        first = connection.execute(sa.select(now_seconds(connection))).scalar_one()
        connection.execute(workers.insert().values(id="w", place="here", started_at=now_seconds(connection), seen_at=0))
        started = connection.execute(sa.select(workers.c.started_at)).scalar_one()
    assert abs(first - datetime.now(UTC).timestamp()) < 60
    assert first <= started < first + 60


def test_another_database_is_refused():
    with pytest.raises(sa.exc.ArgumentError, match="mysql"):
        open_engine("mysql://localhost/x")


def test_a_connection_that_comes_back_after_the_end_is_closed(store_url):
    """A request that is still under way when the service lets go of its connections leaves none open."""
    engine = open_engine(store_url)
    late = engine.connect()
    driver = late.connection.driver_connection
    engine.dispose()
    assert late.execute(sa.text("SELECT 1")).scalar_one() == 1
    late.close()
    assert is_closed(driver)


def is_closed(driver) -> bool:
    try:
        driver.execute("SELECT 1")
    except (sqlite3.ProgrammingError, psycopg.OperationalError):
        return True
    return False
