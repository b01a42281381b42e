"""The worker of zone jobs: serves each in a process of its own, for as long as its run's attempt lasts."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.attempt import Say, attempt, never
from api.heard import Heard
from api.logs import bound, log
from api.outages import surely
from api.run_zones import POLL_SECONDS
from api.service import Service
from api.store import zone_jobs

FOR_EVER = float("inf")
"""A zone job lasts as long as its run, which has a limit."""


class Over(Exception):
    """The run has ended, belongs to another attempt, or wants no zone jobs any more."""


@dataclass(frozen=True, slots=True)
class ZoneWorker:
    """Serves zone jobs under one name."""

    service: Service
    worker_id: str

    async def serve(self, zone_id: str) -> None:
        """Answer a run for as long as it has a use for it; not at all once its attempt is over or after another did."""
        run_id = await surely(self._claim, zone_id)
        if run_id is None:
            return
        with bound(run_id=run_id, worker=self.worker_id, zone_job=zone_id):
            log.info("zone_job")
            job = {"task": "zone", "memory_mb": self.service.settings.run_memory_mb}
            try:
                await attempt(job, FOR_EVER, 0.0, never, _Answers(self.service, self.worker_id, zone_id))
            except Over:
                return
            except Exception as error:
                # Whatever it was: the run must not wait for it.
                log.error("zone_job_died", error=str(error))
            await surely(self._lose, zone_id)

    def _claim(self, zone_id: str) -> str | None:
        with self.service.writing() as connection:
            return zone_jobs.claim(connection, zone_id, self.worker_id)

    def _lose(self, zone_id: str) -> None:
        with self.service.writing() as connection:
            zone_jobs.lose(connection, zone_id, self.worker_id)


class _Answers:
    """Passes messages from the store to the process, and its answers back."""

    def __init__(self, service: Service, worker_id: str, zone_id: str) -> None:
        self.service, self.worker_id, self.zone_id = service, worker_id, zone_id
        self._heard = Heard()

    def hear(self, event: str, message: Mapping[str, Any]) -> None:
        self._heard.put(event, message)

    async def feed(self, say: Say) -> None:
        """Raises Over."""
        answered = passed_on = 0
        while True:
            for _, message in await self._heard.since(POLL_SECONDS):
                answered += 1
                await surely(self._answer, answered, b64decode(message["body"]))
            newest = await surely(self._newest)
            if newest is None:
                raise Over
            if newest > passed_on:
                for number, body in await surely(self._messages, passed_on):
                    await say({"body": b64encode(body).decode()})
                    passed_on = number
                await surely(self._forget, passed_on)

    def _answer(self, number: int, body: bytes) -> None:
        with self.service.writing() as connection:
            zone_jobs.send(connection, self.zone_id, "to_run", number, body)

    def _newest(self) -> int | None:
        with self.service.reading() as connection:
            return zone_jobs.newest(connection, self.zone_id, self.worker_id)

    def _messages(self, after: int) -> list[tuple[int, bytes]]:
        with self.service.reading() as connection:
            return zone_jobs.messages(connection, self.zone_id, "to_job", after)

    def _forget(self, number: int) -> None:
        with self.service.writing() as connection:
            zone_jobs.passed_on(connection, self.zone_id, "to_job", number)
