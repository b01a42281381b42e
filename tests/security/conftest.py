"""Threats are tried on the same house as the routes; which store it stands on means nothing to them."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import home, server, stores
from tests.api.stores import Stores

__all__ = ["home", "server", "store_url", "stores"]


@pytest.fixture
def store_url(stores: Stores) -> Iterator[str]:
    with stores.fresh("sqlite") as url:
        yield url
