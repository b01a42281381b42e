"""Journeys on both stores share the fixtures of the service's tests."""

from tests.api.conftest import server, store_url, stores

__all__ = ["server", "store_url", "stores"]
