"""What the tests of the service share: one PostgreSQL server, and a fresh store of either kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import House, house
from tests.api.stores import KINDS, Stores
from tests.postgres import Server, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Stores:
    folder: Path = tmp_path_factory.mktemp("stores")
    return Stores(folder, server)


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, stores: Stores) -> Iterator[str]:
    """A migrated, empty store: each test that asks for it runs on SQLite and on PostgreSQL."""
    with stores.fresh(request.param) as url:
        yield url


@pytest.fixture
def home(store_url: str) -> Iterator[House]:
    """A service without workers on a fresh store of either kind."""
    with house(store_url) as built:
        yield built
