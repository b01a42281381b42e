"""Readiness: can the service do its work, with a look at each thing that it needs.

The looks are real: a row is written and taken back, since a disk that is full or read-only still answers questions.  A
store that stands still lets a look wait for ever; nobody who asks waits with it, and many who ask cause one look.
"""

from __future__ import annotations

import asyncio
import time
from typing import Literal

from pydantic import BaseModel

from api.service import Service
from api.shared_answers import SharedAnswers
from api.store import health, workers
from api.store.migrate import is_current

PATIENCE_SECONDS = 3.0
"""After so long without an answer the store counts as away."""
REMEMBERED_SECONDS = 1.0
"""Strangers may ask: a look costs a transaction, so there is at most one in so long."""
STALLED_SECONDS = 30
"""Workers look for runs twice a second; when one waits for so long before an idle worker, none looks."""

WELL = ("takes_up", "no_worker")
"""Without a worker runs wait, which is no reason to send nobody here."""


class Readiness(BaseModel):
    """The service can do its work.

    store: it answers.  tables_current: its tables are this version's.  writable: it takes changes.
    workers: how many are alive; without one, runs wait in the queue.
    engine: takes_up, no_worker, stalled (runs wait although a worker is idle), tables_missing or tables_differ (its own
    tables are not there, or of another version), or unknown while the store is away.
    """

    status: Literal["ready", "not_ready"] = "not_ready"
    store: bool = False
    tables_current: bool = False
    writable: bool = False
    workers: int = 0
    engine: Literal["takes_up", "no_worker", "stalled", "tables_missing", "tables_differ", "unknown"] = "unknown"


class Looks:
    """Looks at a service's readiness, shared and remembered for a moment."""

    def __init__(self) -> None:
        self._asked = SharedAnswers[Readiness]()
        self._last: tuple[float, Readiness] | None = None

    async def of(self, service: Service) -> Readiness:
        """How it stands now."""
        if self._last is not None and time.monotonic() - self._last[0] < REMEMBERED_SECONDS:
            return self._last[1]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                found = await self._asked.get("", lambda: look(service))
        except TimeoutError:
            return Readiness()
        self._last = (time.monotonic(), found)
        return found


def look(service: Service) -> Readiness:
    """Look at everything once.  Raises nothing: whatever keeps the store from answering, the service is not ready."""
    found = Readiness()
    try:
        with service.reading() as connection:
            found.store = True
            found.tables_current = is_current(connection)
            tables = service.queue.tables(connection)
            found.workers = workers.count_alive(connection, service.settings.dead_after_seconds)
            idle = health.idle_seconds(connection, found.workers * service.settings.worker_runs)
        if tables != "current":
            found.engine = "tables_missing" if tables == "missing" else "tables_differ"
        else:
            found.engine = "no_worker" if not found.workers else "stalled" if idle > STALLED_SECONDS else "takes_up"
    except Exception:
        found.store = found.tables_current
        return found
    try:
        with service.writing() as connection:
            health.write_once(connection)
        found.writable = True
    except Exception:
        return found
    is_ready = found.tables_current and found.writable and found.engine in WELL
    found.status = "ready" if is_ready else "not_ready"
    return found
