"""Rounds over HTTP: open a sitting, gather, freeze, approve, publish; each step is in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import May, Reader, service_of
from api.idempotency import Key, answer_of, once
from api.instances import instance_at
from api.openapi import refusals
from api.paging import Cursor, Limit, Page, paged, place_after
from api.problems import Problem
from api.service import Service
from api.store import audit, instances, plans
from api.store import rounds as store
from api.store.answers import Answer
from api.store.principals import Principal
from api.store.rounds import Round
from instances.instance import Instance
from optimizer.canonical_json import canonical_json, sha256_hex

router = APIRouter(prefix="/v1/rounds", tags=["rounds"])

Move = Literal["open", "freeze", "reopen", "approve", "revoke", "publish", "next"]
MOVES: dict[Move, tuple[str, str]] = {
    "open": ("draft", "open"),
    "freeze": ("open", "frozen"),
    "reopen": ("frozen", "open"),
    "approve": ("frozen", "decided"),
    "revoke": ("decided", "frozen"),
    "publish": ("decided", "published"),
    "next": ("published", "published"),
}
"""Move -> the state that it needs and the one that it leads to."""


class RoundResource(BaseModel):
    """A sitting of the committee.  `moves` says what may be done with it now."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    state: Literal["draft", "open", "frozen", "decided", "published"]
    version: int = Field(description="Rises with every change; the ETag names it.")
    instance_id: str
    applicants_kept: Literal["all", "pinned", "none"]
    applicants: int = Field(description="How many are on the roster.")
    moves: list[Move]
    parent_id: str | None
    frozen_instance_id: str | None = Field(description="The instance with the roster as it was frozen.")
    roster_sha256: str | None = Field(
        description="SHA-256 of the canonical JSON of the frozen roster: published before the draw."
    )
    lottery_seed: int = Field(description="The policy's seed: with the roster it settles every tie.")
    plan_id: str | None = Field(description="The approved plan.")
    created_at: datetime
    changed_at: datetime


class NewRound(BaseModel):
    """What a round begins with."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Spring 2027", "instance_id": "0" * 64}]}
    )

    name: str = Field(min_length=1, max_length=200)
    instance_id: str = Field(max_length=100)
    applicants: Literal["all", "pinned", "none"] = Field(
        "all", description="Which applicants of the instance are on the roster from the start."
    )
    neighbours_approved: bool = Field(
        False, description="Needed when the neighbours of the instance were computed from its polygons."
    )


class RoundChanges(BaseModel):
    """What may be changed in a draft."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=200)
    applicants: Literal["all", "pinned", "none"] | None = None


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


Member = Annotated[Principal, Depends(May("decide"))]
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=200)]
ANSWERS = refusals(401, 403, 404, 409, 412, 422)


@router.post("", status_code=201, summary="Begin a round", response_model=RoundResource, responses=ANSWERS)
def add(request: Request, member: Member, new: NewRound, key: Key = None) -> Response:
    """A draft: it can still be changed, and takes no applicants before it is opened."""
    service = service_of(request)

    def effect(connection: Connection) -> Answer:
        summary = instances.find(connection, new.instance_id)
        if summary is None:
            raise Problem("not_found", what="instance", id=new.instance_id)
        if summary.neighbours_computed and not new.neighbours_approved:
            raise Problem("neighbours_unapproved")
        made = store.add(connection, new.name, new.instance_id, new.applicants, member.id)
        audit.write(connection, member.id, "round.add", made.id, new.model_dump())
        document = resource(connection, service, made)
        return answer_of(201, document, Location=f"/v1/rounds/{made.id}", ETag=etag(made))

    return once(service, request, member, key, new.model_dump_json().encode(), effect)


@router.get("", summary="List rounds", responses=refusals(401, 403, 422))
def page(request: Request, reader: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[RoundResource]:
    """The newest first."""
    service = service_of(request)
    with service.reading() as connection:
        found = store.page(connection, place_after(cursor), limit + 1)
        items = [resource(connection, service, each) for each in found]
    return paged(items, limit, [(each.created_at, each.id) for each in found])


@router.get("/{round_id}", summary="Read a round", responses=refusals(401, 403, 404))
def show(request: Request, reader: Reader, round_id: str, response: Response) -> RoundResource:
    """The round; its ETag is the If-Match of a change."""
    service = service_of(request)
    with service.reading() as connection:
        found = round_at(connection, round_id)
        response.headers["ETag"] = etag(found)
        return resource(connection, service, found)


@router.patch("/{round_id}", summary="Change a draft", responses={**ANSWERS, **refusals(428)})
def patch(
    request: Request, member: Member, round_id: str, changes: RoundChanges, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """Needs If-Match with the ETag that was read, so that nobody's change is lost."""
    if if_match is None:
        raise Problem("needs_if_match")

    def values(connection: Connection, found: Round) -> dict[str, Any]:
        given = changes.model_dump(exclude_none=True)
        if "applicants" in given:
            given["applicants_kept"] = given.pop("applicants")
        return given

    return _step(request, response, member, round_id, "patch", ("draft", "draft"), if_match, values)


@router.post("/{round_id}:open", summary="Open for applicants", responses=ANSWERS)
def open_(
    request: Request, member: Member, round_id: str, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """From now on batches are taken."""
    return _step(request, response, member, round_id, "open", MOVES["open"], if_match)


@router.post("/{round_id}:freeze", summary="Freeze the roster", responses=ANSWERS)
def freeze(
    request: Request, member: Member, round_id: str, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """No applicant comes or goes any more.  The answer holds the roster hash and the lottery seed to publish."""
    service = service_of(request)
    # The instance is put together before the transaction, so that nobody waits for it; the version guards it.
    with service.reading() as connection:
        seen = round_at(connection, round_id)
        _needs(seen, "freeze")
        instance = roster_instance(connection, service, seen)
    sha256 = sha256_hex(canonical_json({"roster": instance.canonical()["applicants"]}))

    def values(connection: Connection, found: Round) -> dict[str, Any]:
        if found.version != seen.version:
            raise Problem("changed_meanwhile")
        summary = instances.add_instance(connection, instance, member.id)
        return {"frozen_instance_id": summary.id, "roster_sha256": sha256}

    return _step(request, response, member, round_id, "freeze", MOVES["freeze"], if_match, values)


@router.post("/{round_id}:reopen", summary="Take a freeze back", responses=ANSWERS)
def reopen(
    request: Request, member: Member, round_id: str, note: Note, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """Batches are taken again; the next freeze has a roster hash of its own."""
    given = {"frozen_instance_id": None, "roster_sha256": None}
    return _step(
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
    return _step(request, response, member, round_id, "approve", MOVES["approve"], if_match, values, facts)


@router.post("/{round_id}:revoke", summary="Take an approval back", responses=ANSWERS)
def revoke(
    request: Request, member: Member, round_id: str, note: Note, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """Before it is published, an approval can be taken back; the audit log keeps both."""
    given = {"plan_id": None}
    return _step(
        request, response, member, round_id, "revoke", MOVES["revoke"], if_match, lambda *_: given, {"note": note.note}
    )


@router.post("/{round_id}:publish", summary="Publish the decision", responses=ANSWERS)
def publish(
    request: Request, member: Member, round_id: str, response: Response, if_match: IfMatch = None
) -> RoundResource:
    """From now on the decision stands."""
    return _step(request, response, member, round_id, "publish", MOVES["publish"], if_match)


@router.post("/{round_id}:next", status_code=201, summary="Begin the next round", responses=ANSWERS)
def next_(request: Request, member: Member, round_id: str, new: NextRound, response: Response) -> RoundResource:
    """A draft on the same zone, in which every granted applicant is pinned to its lots."""
    service = service_of(request)
    with service.writing() as connection:
        found = round_at(connection, round_id, for_change=True)
        _needs(found, "next")
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


def round_at(connection: Connection, round_id: str, for_change: bool = False) -> Round:
    """The round.  Raises Problem not_found."""
    found = store.find(connection, round_id, for_change)
    if found is None:
        raise Problem("not_found", what="round", id=round_id[:80])
    return found


def roster_instance(connection: Connection, service: Service, found: Round) -> Instance:
    """The round's instance with the applicants that are on the roster now.  Raises Problem round_empty."""
    base = instances.load(connection, found.instance_id)
    applicants = (*store.kept(base, found.applicants_kept), *store.applicants_of(connection, found.id))
    if not applicants:
        raise Problem("round_empty")
    return Instance(base.lots, base.neighbours, applicants, base.policy)


def resource(connection: Connection, service: Service, found: Round) -> RoundResource:
    """The round as it is answered."""
    instance = instance_at(service, found.instance_id, connection)
    return RoundResource(
        **{name: getattr(found, name) for name in Round.__dataclass_fields__},
        applicants=store.count_applicants(connection, found, instance),
        moves=[move for move, (needed, _) in MOVES.items() if needed == found.state],
        lottery_seed=instance.policy.lottery_seed,
    )


def etag(found: Round) -> str:
    """The version as an ETag."""
    return f'"{found.version}"'


def _needs(found: Round, move: Move) -> None:
    if found.state != MOVES[move][0]:
        raise Problem("wrong_state", state=found.state, move=move, wanted=MOVES[move][0])


def _step(
    request: Request,
    response: Response,
    member: Principal,
    round_id: str,
    move: str,
    states: tuple[str, str],
    if_match: str | None,
    values: Callable[[Connection, Round], dict[str, Any]] = lambda connection, found: {},
    facts: dict[str, Any] | None = None,
) -> RoundResource:
    """Take one step of a round, in one transaction with its entry in the audit log.

    Raises Problem: not_found, changed_meanwhile, wrong_state, and what `values` raises.
    """
    service = service_of(request)
    with service.writing() as connection:
        found = round_at(connection, round_id, for_change=True)
        if if_match is not None and if_match not in ("*", etag(found)):
            raise Problem("changed_meanwhile")
        if found.state != states[0]:
            raise Problem("wrong_state", state=found.state, move=move, wanted=states[0])
        given = values(connection, found)
        changed = store.change(connection, found, state=states[1], **given)
        if changed is None:
            raise Problem("changed_meanwhile")
        audit.write(connection, member.id, f"round.{move}", round_id, (facts or {}) | given)
        response.headers["ETag"] = etag(changed)
        return resource(connection, service, changed)
