"""A whole service in one process for tests of the routes: real store, real keys, and a queue that only notes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection
from starlette.testclient import TestClient

from api.access import ROLES
from api.app import create_app
from api.service import Service
from api.settings import Settings
from api.store import principals
from api.store.engine import open_engine


@dataclass
class Noted:
    """A queue in which runs and zone jobs wait for ever."""

    run_ids: list[str] = field(default_factory=list)
    zone_ids: list[str] = field(default_factory=list)

    def enqueue(self, connection: Connection, run_id: str) -> None:
        self.run_ids.append(run_id)

    def enqueue_zone(self, connection: Connection, zone_id: str, turn: int) -> None:
        self.zone_ids.append(zone_id)

    def withdraw(self, zone_ids: Collection[str]) -> None:
        self.zone_ids = [each for each in self.zone_ids if each not in zone_ids]

    def tables(self, connection: Connection) -> Literal["current"]:
        return "current"

    def forsaken(self, connection: Connection, run_ids: Collection[str]) -> dict[str, str]:
        return {}


@dataclass
class House:
    """The service, and a client for each role."""

    service: Service
    app: Any
    queue: Noted
    keys: dict[str, str]

    def client(self, role: str | None = None, **headers: str) -> TestClient:
        if role is not None:
            headers["Authorization"] = f"Bearer {self.keys[role]}"
        return TestClient(self.app, headers=headers, raise_server_exceptions=False)


@contextmanager
def house(url: str, **settings: Any) -> Iterator[House]:
    engine = open_engine(url)
    keys = {}
    with engine.begin() as connection:
        for role in ROLES:
            made = principals.add(connection, "machine", f"a {role}", [role])
            keys[role] = principals.issue_key(connection, made.id, None)[1]
    queue = Noted()
    service = Service(Settings(store=url, **settings), engine, queue)
    yield House(service, create_app(service), queue, keys)
    engine.dispose()
