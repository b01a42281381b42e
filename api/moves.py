"""Moves of a round over HTTP: open, freeze, approve, publish and back, each allowed in one state only."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import service_of
from api.openapi import refusals
from api.problems import Problem
from api.rounds import (
    MOVES,
    IfMatch,
    Member,
    RoundResource,
    etag,
    needs,
    resource,
    roster_instance,
    round_at,
    step,
)
from api.store import audit, instances, plans
from api.store import rounds as store
from api.store.rounds import Round
from optimizer.canonical_json import canonical_json, sha256_hex

router = APIRouter(prefix="/v1/rounds", tags=["rounds"])
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
    carry: Literal["granted", "waitlist", "all"] = Field(
        "granted", description="Who is on the roster: those granted, pinned to their lots; the waitlist too; or all."
    )


@router.post("/{round_id}:open", summary="Open for applicants", responses=ANSWERS)
def open_(
    request: Request, member: Member, round_id: str, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """From now on batches are taken."""
    return step(request, response, member, round_id, "open", MOVES["open"], if_match)


@router.post("/{round_id}:freeze", summary="Freeze the roster", responses=ANSWERS)
def freeze(
    request: Request, member: Member, round_id: str, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """No applicant comes or goes any more.  The answer holds the roster hash and the lottery seed to publish."""
    service = service_of(request)
    # The instance is put together before the transaction, so that nobody waits for it; the version guards it.
    with service.reading() as connection:
        seen = round_at(connection, round_id)
        needs(seen, "freeze")
        instance = roster_instance(connection, service, seen)
    sha256 = sha256_hex(canonical_json({"roster": instance.canonical()["applicants"]}))

    def values(connection: Connection, found: Round) -> dict[str, Any]:
        if found.version != seen.version:
            raise Problem("changed_meanwhile")
        summary = instances.add_instance(connection, instance, member.id)
        return {"frozen_instance_id": summary.id, "roster_sha256": sha256}

    return step(request, response, member, round_id, "freeze", MOVES["freeze"], if_match, values)


@router.post("/{round_id}:reopen", summary="Take a freeze back", responses=ANSWERS)
def reopen(
    request: Request, member: Member, round_id: str, note: Note, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """Batches are taken again; the next freeze has a roster hash of its own."""
    given = {"frozen_instance_id": None, "roster_sha256": None}
    return step(
        request, response, member, round_id, "reopen", MOVES["reopen"], if_match, lambda *_: given, {"note": note.note}
    )


@router.post("/{round_id}:approve", summary="Approve a plan", responses=ANSWERS)
def approve(
    request: Request, member: Member, round_id: str, approval: Approval, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """The plan must be of the frozen roster."""

    def values(connection: Connection, found: Round) -> dict[str, Any]:
        plan = plans.find(connection, approval.plan_id)
        if plan is None:
            raise Problem("not_found", what="plan", id=approval.plan_id)
        if plan.instance_id != found.frozen_instance_id:
            raise Problem("plan_of_another", plan=plan.id, round=found.id)
        return {"plan_id": plan.id}

    facts = approval.model_dump()
    return step(request, response, member, round_id, "approve", MOVES["approve"], if_match, values, facts)


@router.post("/{round_id}:revoke", summary="Take an approval back", responses=ANSWERS)
def revoke(
    request: Request, member: Member, round_id: str, note: Note, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """Before it is published, an approval can be taken back; the audit log keeps both."""
    given = {"plan_id": None}
    return step(
        request, response, member, round_id, "revoke", MOVES["revoke"], if_match, lambda *_: given, {"note": note.note}
    )


@router.post("/{round_id}:publish", summary="Publish the decision", responses=ANSWERS)
def publish(
    request: Request, member: Member, round_id: str, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """From now on the decision stands."""
    return step(request, response, member, round_id, "publish", MOVES["publish"], if_match)


@router.post("/{round_id}:next", status_code=201, summary="Begin the next round", responses=ANSWERS)
def next_(request: Request, member: Member, round_id: str, new: NextRound, response: Response) -> RoundResource:
    """A draft on the same zone, in which every granted applicant is pinned to its lots."""
    service = service_of(request)
    with service.writing() as connection:
        found = round_at(connection, round_id, for_change=True)
        needs(found, "next")
        there = store.following(connection, round_id)
        if there is not None:
            raise Problem("next_exists", round=there)
        assert found.plan_id is not None, "a published round has a plan"
        assert found.frozen_instance_id is not None, "a published round has a frozen instance"
        frozen = instances.load(connection, found.frozen_instance_id)
        carried = plans.carried_over(frozen, plans.document(connection, found.plan_id), new.carry)
        if carried is None:
            made = store.add(connection, new.name, found.instance_id, "none", member.id, found.id)
        else:
            summary = instances.add_instance(connection, carried, member.id)
            made = store.add(connection, new.name, summary.id, "all", member.id, found.id)
        audit.write(connection, member.id, "round.next", found.id, new.model_dump() | {"round": made.id})
        response.headers["Location"], response.headers["ETag"] = f"/v1/rounds/{made.id}", etag(made)
        return resource(connection, service, made)
