"""Promotion over HTTP: sites given up after publication go to the waitlist, as a new plan of the same round."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import service_of
from api.attempt import Died, Overran, attempt, never
from api.explanations import certificate_at, plan_at, succession_of
from api.idempotency import replayed_or
from api.openapi import refusals
from api.problems import Problem
from api.recorded import record_at
from api.rounds import Moving, RoundResource, round_at
from api.service import Service
from api.store import instances, runs
from api.store.rounds import Round
from api.worker import packed
from optimizer.plan import Plan

router = APIRouter(prefix="/v1/rounds", tags=["rounds"])
PROMOTE = ("published", "published")
SECONDS = 120.0
"""The plan is put together by then or not at all."""


class GivenUp(BaseModel):
    """Who gives up its site, and why it is known."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"gone": ["A1"], "note": "Withdrew."}]})

    gone: list[str] = Field(min_length=1, max_length=100)
    note: str = Field("", max_length=2000)


@router.post(
    "/{round_id}:promote",
    summary="Give freed lots to the waitlist",
    response_model=RoundResource,
    responses=refusals(401, 403, 404, 409, 412, 422),
)
def promote(moving: Moving, round_id: str, given: GivenUp) -> Response:
    """The decision becomes the plan that `succession` shows; the earlier plan stays as it was, and so does its proof.

    The new plan is worth what the audit counts, and its proof is the earlier certificate's, checked again for it.
    """
    service = service_of(moving.request)

    def put_together() -> Response:
        # The plan is put together before the transaction, so that nobody waits for it; the version guards it.
        with service.reading() as connection:
            seen = round_at(connection, round_id)
        if seen.state != PROMOTE[0] or seen.plan_id is None:
            raise Problem("wrong_state", state=seen.state, move="promote", wanted=PROMOTE[0])
        instance, document, plan = plan_at(service, seen.plan_id)
        found = succession_of(instance, document, plan, given.gone)
        gone = sorted({*document.get("gone", ()), *given.gone})
        outcome = _outcome(service, seen.plan_id, found.plan, gone)

        def values(connection: Connection, now: Round) -> dict[str, Any]:
            if now.version != seen.version:
                raise Problem("changed_meanwhile")
            return {"plan_id": _stored(connection, now, document, moving.member.id, outcome)}

        return moving.take(round_id, "promote", PROMOTE, values, given)

    body = given.model_dump_json().encode()
    return replayed_or(service, moving.request, moving.member, moving.key, body, put_together)


def _outcome(service: Service, old_plan_id: str, plan: Plan, gone: Sequence[str]) -> dict[str, Any]:
    """What the store keeps of the plan: recounted, and proved by the certificate of the earlier one.

    A process of its own says it, for it goes through all placements and checks the certificate.
    Raises Problem not_checked.
    """
    recorded = record_at(service, old_plan_id)
    with service.reading() as connection:
        text = instances.document(connection, recorded.instance_id)
    assert text is not None, "a plan is of a stored instance"
    job = {
        "task": "promote",
        "instance": text.decode(),
        "instance_id": recorded.instance_id,
        "document": recorded.document,
        "certificate": certificate_at(service, old_plan_id),
        "start": plan.assignments,
        "gone": gone,
        "memory_mb": service.settings.run_memory_mb,
    }
    try:
        return asyncio.run(attempt(job, SECONDS, 0.0, never))
    except (Died, Overran):
        raise Problem("not_checked", headers={"Retry-After": "10"}) from None


def _stored(
    connection: Connection, now: Round, document: Mapping[str, Any], by: str, outcome: Mapping[str, Any]
) -> str:
    """Store the plan under a run of its own that has ended."""
    assert now.frozen_instance_id is not None, "a published round has a frozen instance"
    limits = {name: document["limits"].get(name) for name in ("seconds", "work", "seed", "workers")}
    made = runs.add(connection, now.frozen_instance_id, now.id, limits, by)
    claimed = runs.claim(connection, made.id, "promotion")
    assert claimed is not None, "the run is new"
    plan_id = runs.finish(connection, made.id, claimed[1], packed(outcome))
    assert plan_id is not None, "the outcome has a plan"
    return plan_id
