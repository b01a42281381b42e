"""The zone jobs of an attempt, at its worker: what the process asks for goes into the store, and what comes, back."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Self

from api.attempt import Say
from api.heard import Heard
from api.logs import log
from api.outages import say_away, surely
from api.service import Service
from api.store import zone_jobs
from api.store.engine import AWAY
from api.store.zone_jobs import ZoneJob

POLL_SECONDS = 0.05
"""Between looks for answers while a zone job is at work."""
WAITING_SECONDS = 0.5
"""Between looks for zone jobs that came to work while all wait."""


class RunZones:
    """What an attempt and its zone jobs say to each other, in a context at whose end all of them are let go.

    A run that asks for none costs the store nothing.
    """

    def __init__(self, service: Service, run_id: str, attempt: str) -> None:
        self.service, self.run_id, self.attempt = service, run_id, attempt
        self._heard = Heard()
        self._has_asked = False
        self._look_seconds: float | None = None
        self._at_work: dict[int, str] = {}
        self._sent: Counter[str] = Counter()
        self._passed_on: defaultdict[str, int] = defaultdict(int)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    def hear(self, event: str, message: Mapping[str, Any]) -> None:
        """Take a line of the run's process."""
        self._heard.put(event, message)

    async def feed(self, say: Say) -> None:
        """Do what the process asks for, and tell it what came."""
        while True:
            for event, message in await self._heard.since(self._look_seconds):
                if event == "zone_jobs":
                    await self._ask(message["most"])
                elif event == "ask":
                    await self._send(message["job"], message["body"])
                elif event == "zone_jobs_end":
                    await self._end()
            if self._look_seconds is not None:
                await self._tell(await surely(self._now), say)

    async def _ask(self, most: int) -> None:
        count = min(most, self.service.settings.zone_jobs_most)
        self._has_asked = True
        await surely(self._store, count)
        self._look_seconds = WAITING_SECONDS
        log.info("zone_jobs", asked=most, waiting=count)

    async def _end(self) -> None:
        self._look_seconds = None
        if self._has_asked:
            try:
                await asyncio.to_thread(self._let_go)
            except AWAY as error:
                # Whatever ends or takes over the run lets go of them too.
                say_away(error)

    async def _send(self, number: int, body: str) -> None:
        zone_id = self._at_work.get(number)
        if zone_id is not None:
            self._sent[zone_id] += 1
            await surely(self._put, zone_id, self._sent[zone_id], b64decode(body))

    async def _tell(self, jobs: Sequence[ZoneJob], say: Say) -> None:
        for job in jobs:
            if job.number is not None and job.number not in self._at_work and job.state == "at_work":
                self._at_work[job.number] = job.id
                await say({"job": job.number, "is": "at_work"})
            if job.number in self._at_work and job.newest > self._passed_on[job.id]:
                await self._pass_on(job.number, job.id, say)
        here = {job.number for job in jobs if job.state == "at_work"}
        for number in self._at_work.keys() - here:
            del self._at_work[number]
            log.warning("zone_job_lost", number=number)
            await say({"job": number, "is": "lost"})
        is_hoping = any(job.state == "waiting" for job in jobs)
        self._look_seconds = POLL_SECONDS if self._at_work else WAITING_SECONDS if is_hoping else None

    async def _pass_on(self, number: int, zone_id: str, say: Say) -> None:
        for place, body in await surely(self._answers, zone_id, self._passed_on[zone_id]):
            await say({"job": number, "body": b64encode(body).decode()})
            self._passed_on[zone_id] = place
        await surely(self._forget, zone_id, self._passed_on[zone_id])

    def _store(self, count: int) -> None:
        with self.service.writing() as connection:
            for turn, zone_id in enumerate(zone_jobs.ask(connection, self.run_id, self.attempt, count), 1):
                self.service.queue.enqueue_zone(connection, zone_id, turn)

    def _now(self) -> list[ZoneJob]:
        with self.service.reading() as connection:
            return zone_jobs.of_attempt(connection, self.run_id, self.attempt)

    def _put(self, zone_id: str, number: int, body: bytes) -> None:
        with self.service.writing() as connection:
            zone_jobs.send(connection, zone_id, "to_job", number, body)

    def _answers(self, zone_id: str, after: int) -> list[tuple[int, bytes]]:
        with self.service.reading() as connection:
            return zone_jobs.messages(connection, zone_id, "to_run", after)

    def _forget(self, zone_id: str, number: int) -> None:
        with self.service.writing() as connection:
            zone_jobs.passed_on(connection, zone_id, "to_run", number)

    def _let_go(self) -> None:
        with self.service.writing() as connection:
            waiting = zone_jobs.end(connection, self.run_id, self.attempt)
        self.service.queue.withdraw(waiting)
