"""The worker: takes runs from the queue, solves each in a process of its own, and stores what comes out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from api.attempt import Died, Overran, attempt
from api.logs import bound, log
from api.service import Service
from api.store import instances, runs
from api.store.runs import Lost, Run

Result = TypeVar("Result")

WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, *[15.0] * 40)
"""Seconds between tries while the store is away: about ten minutes in all."""
LEAST_SHARE = 4
"""A run taken over gets what is left of its time, but at least a quarter."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Works on runs under one name."""

    service: Service
    worker_id: str

    async def solve(self, run_id: str) -> None:
        """Bring a run to its end, in as many attempts as it may have.

        Does nothing to a run that has ended.  When another worker takes the run over, this one lets go of it.
        """
        with bound(run_id=run_id, worker=self.worker_id):
            while True:
                claimed = await self._surely(self._claim, run_id)
                if claimed is None:
                    return
                run, token, document = claimed
                log.info("attempt", attempt=run.attempts)
                try:
                    if await self._attempt(run, token, document):
                        return
                except Lost:
                    log.warning("lost", attempt=run.attempts)
                    return
                except Exception as error:
                    # A mistake of ours must not leave the run as running for ever; the next attempt may fare better.
                    log.error("attempt_failed", exc_info=error)

    async def _attempt(self, run: Run, token: str, document: bytes) -> bool:
        """Whether the run has ended with this attempt."""
        settings = self.service.settings
        if run.attempts > settings.attempts_most:
            await self._surely(self._fail, run.id, token, "poison", {"attempts": run.attempts - 1})
            return True
        limits = remaining(run)
        seconds = float(limits["seconds"] or settings.run_seconds_most)
        job = {
            "instance": json.loads(document),
            "limits": limits,
            "start": run.best_assignments,
            "memory_mb": settings.run_memory_mb,
        }

        async def told(message: Mapping[str, Any]) -> bool:
            try:
                return await asyncio.to_thread(self._told, run.id, token, dict(message))
            except OperationalError as error:
                # The solver goes on while the store is away; the outcome waits for it to come back.
                log.warning("store_away", error=type(error.orig).__name__)
                return False

        try:
            outcome = await attempt(job, seconds, settings.run_grace_seconds, told)
        except Died as died:
            log.error("died", code=died.code, attempt=run.attempts)
            return False
        except Overran:
            await self._surely(self._fail, run.id, token, "overran", {"seconds": int(seconds)})
            return True
        plan_id = await self._surely(self._finish, run.id, token, outcome)
        log.info("finished", kind=outcome["kind"], plan=plan_id)
        return True

    async def _surely(self, step: Callable[..., Result], *arguments: Any) -> Result:
        """Do a step on the store in a thread, again and again while the store is away."""
        for wait_seconds in (*WAITS, None):
            try:
                return await asyncio.to_thread(step, *arguments)
            except OperationalError as error:
                if wait_seconds is None:
                    raise
                log.warning("store_away", error=type(error.orig).__name__)
                await asyncio.sleep(wait_seconds)
        raise AssertionError("the last wait is none")

    def _claim(self, run_id: str) -> tuple[Run, str, bytes] | None:
        with self.service.writing() as connection:
            claimed = runs.claim(connection, run_id, self.worker_id)
            if claimed is None:
                return None
            run, token = claimed
            document = instances.document(connection, run.instance_id)
            assert document is not None, "a run refers to a stored instance"
            return run, token, document

    def _told(self, run_id: str, token: str, message: dict[str, Any]) -> bool:
        if not message:
            with self.service.reading() as connection:
                return runs.is_stop_asked(connection, run_id, token)
        plan = message.pop("plan", None)
        with self.service.writing() as connection:
            return runs.progress(connection, run_id, token, message, plan)

    def _finish(self, run_id: str, token: str, outcome: Mapping[str, Any]) -> str | None:
        packed = {name: value.encode() for name, value in outcome.items() if name in PARTS and value is not None}
        with self.service.writing() as connection:
            return runs.finish(connection, run_id, token, {**outcome, **packed})

    def _fail(self, run_id: str, token: str, code: str, facts: Mapping[str, Any]) -> None:
        with self.service.writing() as connection:
            runs.fail(connection, run_id, token, code, facts)


PARTS = ("document", "reasons", "certificate")


def remaining(run: Run) -> dict[str, int | None]:
    """The limits of this attempt: all of the run's, or for one taken over what is left of its seconds."""
    limits = dict(run.limits)
    seconds = limits.get("seconds")
    if seconds is not None and run.attempts > 1 and run.started_at is not None:
        gone = (datetime.now(UTC) - run.started_at).total_seconds()
        limits["seconds"] = max(int(seconds - gone), seconds // LEAST_SHARE, 1)
    return limits
