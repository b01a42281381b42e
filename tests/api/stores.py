"""Fresh stores for tests, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.store.migrate import migrate
from tests.postgres import Server

KINDS = ("sqlite", "postgresql")
TEMPLATE = "lotwise_template"


class Stores:
    """Makes migrated stores quickly: each is a copy of one that was migrated once."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server
        self._ready: set[str] = set()

    @contextmanager
    def fresh(self, kind: str) -> Iterator[str]:
        """The URL of a migrated and empty store."""
        name = f"store_{uuid.uuid4().hex}"
        if kind == "sqlite":
            template = self.folder / "template.sqlite"
            if not template.exists():
                migrate(f"sqlite:///{template}")
            shutil.copy(template, self.folder / f"{name}.sqlite")
            yield f"sqlite:///{self.folder / name}.sqlite"
            return
        if kind not in self._ready:
            migrate(self.server.create(TEMPLATE))
            self._ready.add(kind)
        yield self.server.create(name, TEMPLATE)
        self.server.drop(name)
