"""Runs over HTTP: start one, watch it, stop it; and the one call that does everything."""

from __future__ import annotations

import asyncio
import json
import re
import time
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import May, Reader, Runner, service_of
from api.idempotency import Key, answer_of, once, replayed_or
from api.openapi import refusals
from api.paging import Cursor, Limit, Page, paged, place_after
from api.problems import Problem
from api.rounds import roster_instance, round_at
from api.service import Service
from api.store import audit, instances
from api.store import runs as store
from api.store.answers import Answer
from api.store.principals import Principal
from api.store.runs import Run
from optimizer.outcome import Limits

router = APIRouter(tags=["runs"])

PREFER = re.compile(r"(?:^|[,;\s])wait\s*=\s*(\d{1,6})")
LOOK_SECONDS = 0.2
RETRY_SECONDS = 2


class LimitsRequest(BaseModel):
    """When the run stops: after seconds, or after units of work that do not depend on the machine."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"seconds": 10}, {"work": 20, "seed": 1}]}
    )

    seconds: int | None = Field(default=None, ge=1, description="Wall time; 60 unless work is given.")
    work: int | None = Field(default=None, ge=1, description="Work units; the same plan on any machine.")
    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    workers: int = Field(default=2, ge=1, le=2, description="Threads.")


class Progress(BaseModel):
    """The best so far.  The bound is one that the checker recomputed."""

    value_millipoints: int | None
    bound_millipoints: int | None


class Result(BaseModel):
    """What came out."""

    kind: Literal["plan", "infeasible_proved", "none_found"]
    plan_id: str | None
    conflict: dict[str, Any] | None = Field(
        default=None,
        description="Where no plan keeps the rules, or only the one that grants nothing: what stands in the way, which "
        "rules clash, and what would be enough.",
    )


class Failure(BaseModel):
    """Why a run failed.  poison: it brought down its process too often; overran: it did not end in time.

    The best plan that it told of is its result all the same, recounted by the audit and without a proof.
    forsaken: its place in the queue was lost again and again before anybody could work on it; it has no result.
    """

    model_config = ConfigDict(extra="allow")

    code: str


class RunResource(BaseModel):
    """One execution of the optimizer: state says what the machine does, result what came out.  Neither is a proof."""

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    round_id: str | None
    instance_id: str
    limits: LimitsRequest
    progress: Progress
    result: Result | None
    failure: Failure | None
    attempts: int
    start_plan_id: str | None = Field(default=None, description="The plan that it begins from.")
    stopping: bool = Field(description="Somebody asked it to stop with what it has.")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


Asker = Annotated[Principal, Depends(May("allocate"))]
Prefer = Annotated[
    str | None, Header(max_length=200, description="`wait=N`: answer 200 with the end of the run if it is near.")
]
STARTED: dict[int | str, dict[str, Any]] = {
    202: {"description": "Started, or waiting for its turn.", "model": RunResource},
    200: {"description": "It ended while you waited.", "model": RunResource},
}


@router.post(
    "/v1/rounds/{round_id}/runs",
    status_code=202,
    summary="Start a run of a round",
    response_model=RunResource,
    responses={**refusals(401, 403, 404, 409, 412, 422, 429), **STARTED},
)
async def start(
    request: Request,
    runner: Runner,
    round_id: str,
    limits: LimitsRequest,
    key: Key = None,
    prefer: Prefer = None,
) -> Response:
    """On the frozen roster, or while the round is open on the roster as it is now, to try things out."""
    service = service_of(request)
    given = checked(service, limits)

    def attempt() -> Response:
        with service.reading() as connection:
            seen = round_at(connection, round_id)
            if seen.state not in ("open", "frozen"):
                raise Problem("wrong_state", state=seen.state, move="run", wanted="open / frozen")
            tried = roster_instance(connection, service, seen) if seen.state == "open" else None

        def effect(connection: Connection) -> Answer:
            found = round_at(connection, round_id, for_change=True)
            if found.version != seen.version:
                raise Problem("changed_meanwhile")
            instance_id = found.frozen_instance_id
            if tried is not None:
                instance_id = instances.add_instance(connection, tried, runner.id).id
            return started(connection, queued(connection, service, runner, str(instance_id), round_id, given))

        return once(service, request, runner, key, limits.model_dump_json().encode(), effect)

    body = limits.model_dump_json().encode()
    answered = await run_in_threadpool(replayed_or, service, request, runner, key, body, attempt)
    return await waited(service, answered, prefer)


@router.get("/v1/runs", summary="List runs", responses=refusals(401, 403, 422))
def page(
    request: Request,
    reader: Reader,
    limit: Limit = 50,
    cursor: Cursor = None,
    round_id: Annotated[str | None, Query(max_length=100)] = None,
) -> Page[RunResource]:
    """The newest first; of one round, when it is named."""
    with service_of(request).reading() as connection:
        found = store.page(connection, place_after(cursor), limit + 1, round_id)
        items = [resource(connection, each) for each in found]
    return paged(items, limit, [(each.created_at, each.id) for each in found])


@router.get("/v1/runs/{run_id}", summary="Read a run", responses=refusals(401, 403, 404))
def show(request: Request, reader: Reader, run_id: str) -> RunResource:
    """What it does now, and what came out."""
    with service_of(request).reading() as connection:
        return resource(connection, run_at(connection, run_id))


@router.post(
    "/v1/runs/{run_id}:cancel",
    summary="Stop a run and keep its best plan",
    response_model=RunResource,
    responses=refusals(401, 403, 404, 409, 422),
)
def cancel(request: Request, runner: Asker, run_id: str, key: Key = None) -> Response:
    """The run ends within seconds as cancelled; its best plan is kept with its proof."""

    def effect(connection: Connection) -> Answer:
        found = run_at(connection, run_id, for_change=True)
        if found.created_by != runner.id and "committee" not in runner.roles:
            raise Problem("forbidden", roles="committee")
        if found.has_ended:
            raise Problem("run_ended", id=run_id, state=found.state)
        stopped = store.ask_to_stop(connection, run_id)
        audit.write(connection, runner.id, "run.cancel", run_id, {})
        return answer_of(200, resource(connection, stopped))

    return once(service_of(request), request, runner, key, b"", effect)


def run_at(connection: Connection, run_id: str, for_change: bool = False) -> Run:
    """The run.  Raises Problem not_found."""
    found = store.find(connection, run_id, for_change)
    if found is None:
        raise Problem("not_found", what="run", id=run_id[:80])
    return found


def resource(connection: Connection, found: Run) -> RunResource:
    """The run as it is answered."""
    result = None
    if found.kind is not None:
        plan_id = store.plan_of(connection, found.id)
        result = Result.model_validate({"kind": found.kind, "plan_id": plan_id, "conflict": found.conflict})
    return RunResource.model_validate(
        {
            "id": found.id,
            "state": found.state,
            "round_id": found.round_id,
            "instance_id": found.instance_id,
            "limits": LimitsRequest.model_validate(dict(found.limits)),
            "progress": Progress(
                value_millipoints=found.best_value_millipoints, bound_millipoints=found.best_bound_millipoints
            ),
            "result": result,
            "failure": None if found.failure is None else Failure.model_validate(dict(found.failure)),
            "attempts": found.attempts,
            "start_plan_id": found.start_plan_id,
            "stopping": found.stop_asked and not found.has_ended,
            "created_at": found.created_at,
            "started_at": found.started_at,
            "ended_at": found.ended_at,
        }
    )


def checked(service: Service, limits: LimitsRequest) -> Limits:
    """The limits, within those of the service.  Raises Problem bad_request."""
    seconds = limits.seconds if limits.seconds or limits.work else 60
    for name, asked, most in (
        ("seconds", seconds, service.settings.run_seconds_most),
        ("work", limits.work, service.settings.run_work_most),
    ):
        if asked is not None and asked > most:
            raise Problem("bad_request", where=f"limits/{name}", found=f"{asked} > {most}")
    return Limits(seconds, limits.work, limits.seed, limits.workers)


def started(connection: Connection, run: Run) -> Answer:
    """The answer that a run was put in the queue."""
    headers = {"Location": f"/v1/runs/{run.id}", "Retry-After": str(RETRY_SECONDS)}
    return answer_of(202, resource(connection, run), **headers)


def queued(
    connection: Connection,
    service: Service,
    by: Principal,
    instance_id: str,
    round_id: str | None,
    limits: Limits,
    start_plan_id: str | None = None,
) -> Run:
    """Store a run and put it in the queue.  Raises Problem too_many_runs."""
    most = service.settings.active_runs_most
    count = store.count_active(connection, by.id)
    if count >= most:
        raise Problem("too_many_runs", headers={"Retry-After": "10"}, count=count, most=most)
    given = {"seconds": limits.seconds, "work": limits.work, "seed": limits.seed, "workers": limits.workers}
    made = store.add(connection, instance_id, round_id, given, by.id, start_plan_id)
    service.queue.enqueue(connection, made.id)
    audit.write(connection, by.id, "run.start", made.id, {"round": round_id, "instance": instance_id, "limits": given})
    return made


async def waited(service: Service, answered: Response, prefer: str | None) -> Response:
    """The answer, or the end of its run when the client would rather wait and it ends in time (RFC 7240)."""
    wanted = PREFER.search(prefer or "")
    if wanted is None or answered.status_code != 202:
        return answered
    seconds = min(int(wanted[1]), service.settings.wait_seconds_most)
    run_id, deadline = json.loads(bytes(answered.body))["id"], time.monotonic() + seconds
    while time.monotonic() < deadline:
        await asyncio.sleep(LOOK_SECONDS)
        now = await run_in_threadpool(_now, service, run_id)
        if now.ended_at is not None:
            headers = {"Location": f"/v1/runs/{run_id}", "Preference-Applied": f"wait={seconds}"}
            return Response(now.model_dump_json(), 200, headers, "application/json")
    return answered


def _now(service: Service, run_id: str) -> RunResource:
    with service.reading() as connection:
        return resource(connection, run_at(connection, run_id))
