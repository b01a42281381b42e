"""Rounds over HTTP: open a sitting, gather, freeze, approve, publish; each step is in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from api.store import audit, choices, instances
from api.store import rounds as store
from api.store.answers import Answer
from api.store.principals import Principal
from api.store.rounds import Round
from instances.instance import Instance

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
    proposed_plan_id: str | None = Field(
        None, description="The plan that one member approved and a second must confirm."
    )
    proposed_by: str | None = Field(None, description="Who approved it first.")
    approvals_needed: int = Field(1, description="How many members must approve a plan before it is decided.")
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
        approvals_needed=choices.approvals_needed(connection),
    )


def etag(found: Round) -> str:
    """The version as an ETag."""
    return f'"{found.version}"'


def needs(found: Round, move: Move) -> None:
    """Raises Problem wrong_state unless the round is in the state that the move needs."""
    if found.state != MOVES[move][0]:
        raise Problem("wrong_state", state=found.state, move=move, wanted=MOVES[move][0])


@dataclass(frozen=True, slots=True)
class Mover:
    """Takes steps of a round for one request: who asks, under which key, and which version was read."""

    request: Request
    member: Principal
    key: str | None
    if_match: str | None

    def take(
        self,
        round_id: str,
        move: str,
        states: tuple[str, str],
        values: Callable[[Connection, Round], dict[str, Any]] = lambda connection, found: {},
        body: BaseModel | None = None,
    ) -> Response:
        """Take a step, in one transaction with its entry in the audit log.

        values: what the step changes besides the state, or with another state where the step is only begun.
        Raises Problem: not_found, changed_meanwhile, wrong_state, and
        what `values` raises.
        """
        service = service_of(self.request)
        facts = {} if body is None else body.model_dump(exclude_none=True)

        def effect(connection: Connection) -> Answer:
            found = round_at(connection, round_id, for_change=True)
            if self.if_match is not None and self.if_match not in ("*", etag(found)):
                raise Problem("changed_meanwhile")
            if found.state != states[0]:
                raise Problem("wrong_state", state=found.state, move=move, wanted=states[0])
            given = values(connection, found)
            changed = store.change(connection, found, **({"state": states[1]} | given))
            if changed is None:
                raise Problem("changed_meanwhile")
            # A step that leaves the round where it was waits for somebody else's.
            action = f"round.{move}" if changed.state == states[1] else f"round.{move}_first"
            audit.write(connection, self.member.id, action, round_id, facts | given)
            return answer_of(200, resource(connection, service, changed), ETag=etag(changed))

        content = b"" if body is None else body.model_dump_json().encode()
        return once(service, self.request, self.member, self.key, content, effect)


def mover(request: Request, member: Member, key: Key = None, if_match: IfMatch = None) -> Mover:
    """The mover of a request."""
    return Mover(request, member, key, if_match)


Moving = Annotated[Mover, Depends(mover)]


@router.patch(
    "/{round_id}",
    summary="Change a draft",
    response_model=RoundResource,
    responses={**ANSWERS, **refusals(428)},
)
def patch(moving: Moving, round_id: str, changes: RoundChanges) -> Response:
    """Needs If-Match with the ETag that was read, so that nobody's change is lost."""
    if moving.if_match is None:
        raise Problem("needs_if_match")

    def values(connection: Connection, found: Round) -> dict[str, Any]:
        given = changes.model_dump(exclude_none=True)
        if "applicants" in given:
            given["applicants_kept"] = given.pop("applicants")
        return given

    return moving.take(round_id, "patch", ("draft", "draft"), values, changes)
