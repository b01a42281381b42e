"""Marks of workers, where the store's clock jumps."""

import pytest

from api.store import workers
from api.store.engine import now_seconds, open_engine

DAY = 24 * 3600


@pytest.fixture
def connection(store_url):
    engine = open_engine(store_url)
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def seen_at(connection, worker_id, seconds):
    """Let the worker have been seen so many seconds ago; less than 0: the clock was set back since."""
    workers.beat(connection, worker_id, "here")
    at = now_seconds(connection) - seconds
    connection.execute(workers.workers.update().where(workers.workers.c.id == worker_id).values(seen_at=at))


@pytest.mark.parametrize(("seconds", "count"), [(0, 1), (5, 1), (60, 0), (-60, 0), (-3 * DAY, 0)])
def test_whoever_was_not_seen_about_now_is_not_counted(connection, seconds, count):
    seen_at(connection, "amal", seconds)
    assert workers.count_alive(connection, 10) == count


def test_only_the_silent_are_forgotten_even_when_the_clock_jumps_by_days(connection):
    for worker_id, seconds in (("amal", 3 * DAY), ("badr", 3 * DAY), ("chadia", 5)):
        seen_at(connection, worker_id, seconds)
    workers.forget(connection, {"badr", "chadia"}, DAY)
    assert workers.seen(connection).keys() == {"amal", "chadia"}
