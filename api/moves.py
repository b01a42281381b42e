"""Moves of a round over HTTP: open, freeze, approve, publish and back, each allowed in one state only."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import service_of
from api.follow_ups import followed_of, today
from api.idempotency import Key, answer_of, once, replayed_or
from api.openapi import refusals
from api.problems import Problem
from api.rounds import (
    MOVES,
    Member,
    Moving,
    RoundResource,
    etag,
    needs,
    resource,
    roster_instance,
    round_at,
)
from api.store import audit, choices, instances, plans, principals
from api.store import rounds as store
from api.store.answers import Answer
from api.store.rounds import Round
from optimizer.fairness import roster_sha256
from optimizer.following import carried_with_returns

router = APIRouter(prefix="/v1/rounds", tags=["rounds"])
UNPROPOSED: dict[str, Any] = {"proposed_plan_id": None, "proposed_by": None}
ANSWERS = refusals(401, 403, 404, 409, 412, 422)


class Approval(BaseModel):
    """Which plan the committee approves, and why."""

    model_config = ConfigDict(extra="forbid")

    plan_id: str = Field(max_length=100)
    note: str = Field("", max_length=2000)


class Note(BaseModel):
    """Why a step is taken back."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field("", max_length=2000)


class NextRound(BaseModel):
    """What the next round begins with, besides the pins."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    carry: Literal["policy", "granted", "waitlist", "all"] = Field(
        "policy",
        description="Who is on the roster besides those granted, pinned to their lots: who waits, as the policy's "
        "waitlist says; nobody; the whole waitlist; or all.",
    )


@router.post("/{round_id}:open", summary="Open for applicants", response_model=RoundResource, responses=ANSWERS)
def open_(moving: Moving, round_id: str) -> Response:
    """From now on batches are taken."""
    return moving.take(round_id, "open", MOVES["open"])


@router.post("/{round_id}:freeze", summary="Freeze the roster", response_model=RoundResource, responses=ANSWERS)
def freeze(moving: Moving, round_id: str) -> Response:
    """No applicant comes or goes any more.  The answer holds the roster hash and the lottery seed to publish."""
    service = service_of(moving.request)

    def attempt() -> Response:
        # The instance is put together before the transaction, so that nobody waits for it; the version guards it.
        with service.reading() as connection:
            seen = round_at(connection, round_id)
            needs(seen, "freeze")
            instance = roster_instance(connection, service, seen)
        sha256 = roster_sha256(instance)

        def values(connection: Connection, found: Round) -> dict[str, Any]:
            if found.version != seen.version:
                raise Problem("changed_meanwhile")
            summary = instances.add_instance(connection, instance, moving.member.id)
            return {"frozen_instance_id": summary.id, "roster_sha256": sha256}

        return moving.take(round_id, "freeze", MOVES["freeze"], values)

    return replayed_or(service, moving.request, moving.member, moving.key, b"", attempt)


@router.post("/{round_id}:reopen", summary="Take a freeze back", response_model=RoundResource, responses=ANSWERS)
def reopen(moving: Moving, round_id: str, note: Note) -> Response:
    """Batches are taken again; the next freeze has a roster hash of its own."""
    given = {"frozen_instance_id": None, "roster_sha256": None} | UNPROPOSED
    return moving.take(round_id, "reopen", MOVES["reopen"], lambda *_: given, note)


@router.post("/{round_id}:approve", summary="Approve a plan", response_model=RoundResource, responses=ANSWERS)
def approve(moving: Moving, round_id: str, approval: Approval) -> Response:
    """The plan must be of the frozen roster.

    Where two members must approve, the first approval leaves the round frozen; another member approves the same plan.
    """

    def values(connection: Connection, found: Round) -> dict[str, Any]:
        plan = plans.find(connection, approval.plan_id)
        if plan is None:
            raise Problem("not_found", what="plan", id=approval.plan_id)
        if plan.instance_id != found.frozen_instance_id:
            raise Problem("plan_of_another", plan=plan.id, round=found.id)
        if choices.approvals_needed(connection) == 1:
            return {"plan_id": plan.id} | UNPROPOSED
        first = None if found.proposed_by is None else principals.by_id(connection, found.proposed_by)
        if found.proposed_plan_id != plan.id or first is None or "committee" not in first.roles:
            return {"state": found.state, "proposed_plan_id": plan.id, "proposed_by": moving.member.id}
        if first.id == moving.member.id:
            raise Problem("needs_second_member", plan=plan.id)
        return {"plan_id": plan.id} | UNPROPOSED

    return moving.take(round_id, "approve", MOVES["approve"], values, approval)


@router.post("/{round_id}:revoke", summary="Take an approval back", response_model=RoundResource, responses=ANSWERS)
def revoke(moving: Moving, round_id: str, note: Note) -> Response:
    """Before it is published, an approval can be taken back; the audit log keeps both."""
    return moving.take(round_id, "revoke", MOVES["revoke"], lambda *_: {"plan_id": None}, note)


@router.post("/{round_id}:publish", summary="Publish the decision", response_model=RoundResource, responses=ANSWERS)
def publish(moving: Moving, round_id: str) -> Response:
    """From now on the decision stands."""
    return moving.take(round_id, "publish", MOVES["publish"])


@router.post(
    "/{round_id}:next",
    status_code=201,
    summary="Begin the next round",
    response_model=RoundResource,
    responses=ANSWERS,
)
def next_(request: Request, member: Member, round_id: str, new: NextRound, key: Key = None) -> Response:
    """A draft on the same zone, in which every granted applicant is pinned to its lots; those returned are free."""
    service = service_of(request)

    def effect(connection: Connection) -> Answer:
        found = round_at(connection, round_id, for_change=True)
        needs(found, "next")
        there = store.following(connection, round_id)
        if there is not None:
            raise Problem("next_exists", round=there)
        assert found.plan_id is not None, "a published round has a plan"
        assert found.frozen_instance_id is not None, "a published round has a frozen instance"
        frozen = instances.load(connection, found.frozen_instance_id)
        returned = followed_of(service, connection, found, today())[0].returned
        carried = carried_with_returns(frozen, plans.document(connection, found.plan_id), returned, new.carry)
        if carried is None:
            made = store.add(connection, new.name, found.instance_id, "none", member.id, found.id)
        else:
            summary = instances.add_instance(connection, carried, member.id)
            made = store.add(connection, new.name, summary.id, "all", member.id, found.id)
        audit.write(connection, member.id, "round.next", found.id, new.model_dump() | {"round": made.id})
        document = resource(connection, service, made)
        return answer_of(201, document, Location=f"/v1/rounds/{made.id}", ETag=etag(made))

    return once(service, request, member, key, new.model_dump_json().encode(), effect)
