"""Instances as stored: read back without a second look while what is stored is what its id is the hash of."""

import pytest

from api.store import instances, principals
from api.store.engine import open_engine
from api.store.tables import instances as table
from instances.faults import InstanceError
from instances.generate import generate
from instances.writing import document_text


@pytest.fixture
def stored(store_url):
    engine = open_engine(store_url)
    zone = generate(lots=20, applicants=30, seed=1)
    with engine.begin() as connection:
        by = principals.add(connection, "machine", "m", ["admin"]).id
        kept = instances.add_instance(connection, zone, by)
    yield engine, zone, kept.id
    engine.dispose()


def test_what_was_stored_is_loaded(stored):
    engine, zone, its_id = stored
    with engine.connect() as connection:
        assert instances.load(connection, its_id) == zone
        with pytest.raises(KeyError):
            instances.load(connection, "nothing")


def test_what_was_altered_in_the_store_is_looked_at_with_every_check(stored):
    """Two lots that lie on each other are valid each, and seen only where outlines are compared."""
    engine, zone, its_id = stored
    text = document_text(zone)
    first, second = (str([[x / 10**7, y / 10**7] for x, y in each.outline[0][0]])[1:-1] for each in zone.lots[:2])
    squeezed = text.replace(second.replace(" ", ""), first.replace(" ", ""))
    assert squeezed != text
    with engine.begin() as connection:
        connection.execute(table.update().where(table.c.id == its_id).values(document=squeezed.encode()))
    with engine.connect() as connection, pytest.raises(InstanceError):
        instances.load(connection, its_id)
