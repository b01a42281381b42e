"""The worker: takes runs from the queue, solves each in a process of its own, and stores what comes out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from api.attempt import Died, Overran, attempt
from api.logs import bound, log
from api.outages import say_away, surely
from api.run_zones import RunZones
from api.service import Service
from api.store import instances, plans, runs
from api.store.engine import AWAY
from api.store.runs import Lost, Run

LEAST_SHARE = 4
"""A run taken over gets what is left of its time, but at least a quarter."""
KEEPING_SECONDS = 120.0
"""How long recounting the best plan of a run that is given up may take."""


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
                claimed = await surely(self._claim, run_id)
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
            await self._give_up(run, token, document, "poison", {"attempts": run.attempts - 1})
            return True
        limits = remaining(run)
        seconds = float(limits["seconds"] or settings.run_seconds_most)
        start = run.best_assignments or await surely(self._start, run)
        job = {"task": "solve", "limits": limits, "start": start} | self._common(document)

        async def told(message: Mapping[str, Any]) -> bool:
            return await self._heard(run.id, token, message)

        try:
            async with RunZones(self.service, run.id, token) as zones:
                outcome = await attempt(job, seconds, settings.run_grace_seconds, told, zones)
        except Died as died:
            log.error("died", code=died.code, attempt=run.attempts)
            return False
        except Overran:
            await self._give_up(run, token, document, "overran", {"seconds": int(seconds)})
            return True
        plan_id = await surely(self._finish, run.id, token, outcome)
        log.info("finished", kind=outcome["kind"], plan=plan_id)
        return True

    async def _give_up(self, run: Run, token: str, document: bytes, code: str, facts: Mapping[str, Any]) -> None:
        """End the run as failed, with the best plan that is stored of it."""
        kept = await self._kept(run, token, document)
        plan_id = await surely(self._fail, run.id, token, code, facts, kept)
        log.error("given_up", code=code, plan=plan_id)

    async def _kept(self, run: Run, token: str, document: bytes) -> dict[str, Any] | None:
        """The outcome that the best stored plan makes by itself, counted in a process of its own; None without one."""
        found = await surely(self._now, run.id)
        if found.best_assignments is None:
            return None
        job = {
            "task": "keep",
            "limits": dict(run.limits),
            "start": found.best_assignments,
            "claimed_bound": found.best_bound_millipoints,
        }

        async def told(message: Mapping[str, Any]) -> bool:
            await self._heard(run.id, token, message)
            return False

        try:
            outcome = await attempt(job | self._common(document), KEEPING_SECONDS, 0.0, told)
        except (Died, Overran) as error:
            log.error("nothing_kept", error=str(error))
            return None
        return outcome if outcome["kind"] == "plan" else None

    def _common(self, document: bytes) -> dict[str, Any]:
        return {"instance": json.loads(document), "memory_mb": self.service.settings.run_memory_mb}

    async def _heard(self, run_id: str, token: str, message: Mapping[str, Any]) -> bool:
        """Store what the solver told; whether it shall stop.  Raises Lost."""
        try:
            return await asyncio.to_thread(self._told, run_id, token, dict(message))
        except AWAY as error:
            # The solver goes on while the store is away; the outcome waits for it to come back.
            say_away(error)
            return False

    def _claim(self, run_id: str) -> tuple[Run, str, bytes] | None:
        with self.service.writing() as connection:
            claimed = runs.claim(connection, run_id, self.worker_id)
            if claimed is None:
                return None
            run, token = claimed
            document = instances.document(connection, run.instance_id)
            assert document is not None, "a run refers to a stored instance"
            return run, token, document

    def _start(self, run: Run) -> Mapping[str, Any] | None:
        """What the plan that the run begins from grants; the solver leaves out what no longer fits."""
        if run.start_plan_id is None:
            return None
        with self.service.reading() as connection:
            assignments: Mapping[str, Any] = plans.document(connection, run.start_plan_id)["assignments"]
        return assignments

    def _told(self, run_id: str, token: str, message: dict[str, Any]) -> bool:
        if not message:
            with self.service.reading() as connection:
                return runs.is_stop_asked(connection, run_id, token)
        plan = message.pop("plan", None)
        with self.service.writing() as connection:
            return runs.progress(connection, run_id, token, message, plan)

    def _now(self, run_id: str) -> Run:
        with self.service.reading() as connection:
            return runs.known(connection, run_id)

    def _finish(self, run_id: str, token: str, outcome: Mapping[str, Any]) -> str | None:
        with self.service.writing() as connection:
            return runs.finish(connection, run_id, token, packed(outcome))

    def _fail(
        self, run_id: str, token: str, code: str, facts: Mapping[str, Any], kept: Mapping[str, Any] | None
    ) -> str | None:
        with self.service.writing() as connection:
            return runs.fail(connection, run_id, token, code, facts, None if kept is None else packed(kept))


PARTS = ("document", "reasons", "certificate")


def packed(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """The outcome with its documents as bytes, as the store takes them."""
    return {**outcome, **{name: outcome[name].encode() for name in PARTS if outcome.get(name) is not None}}


def remaining(run: Run) -> dict[str, int | None]:
    """The limits of this attempt: all of the run's, or for one taken over what is left of its seconds."""
    limits = dict(run.limits)
    seconds = limits.get("seconds")
    if seconds is not None and run.attempts > 1 and run.started_at is not None:
        # A clock that was set back meanwhile gives the run no more time than it asked for.
        gone = max(0.0, (datetime.now(UTC) - run.started_at).total_seconds())
        limits["seconds"] = max(int(seconds - gone), seconds // LEAST_SHARE, 1)
    return limits
