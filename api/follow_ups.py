"""Follow-up over HTTP: what became of each grant of a published round, and which lots come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import May, Reader, service_of
from api.idempotency import Key, answer_of, once
from api.instances import instance_at
from api.openapi import refusals
from api.problems import Problem
from api.rounds import round_at
from api.service import Service
from api.store import audit, plans
from api.store import follow_ups as store
from api.store.answers import Answer
from api.store.principals import Principal
from api.store.rounds import Round
from instances.follow_up import FollowUp, begun
from optimizer.following import Followed

router = APIRouter(prefix="/v1/rounds/{round_id}/follow-up", tags=["follow-up"])

Committee = Annotated[Principal, Depends(May("decide"))]
Follower = Annotated[Principal, Depends(May("follow"))]
Jobs = Annotated[int, Field(ge=0, le=2**53 - 1)]
DECIDED = frozenset({"works_due_on", "production_due_on", "returned_on"})
"""What the committee alone may change: deadlines, and that lots go back to the pool."""


class NewFollowUp(BaseModel):
    """The day of the grants and the deadlines, in days after it.  No deadlines are built in: contracts differ."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"granted_on": "2027-03-01", "works_days": 180, "production_days": 730}]},
    )

    granted_on: date
    works_days: int = Field(ge=0, le=36_525, description="Days from grant until works are due.")
    production_days: int = Field(ge=0, le=36_525, description="Days from grant until production is due.")


class FollowUpChanges(BaseModel):
    """What is known now.  Absent: as it was; null: it has not come.  Deadlines and returns are the committee's."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"works_started_on": "2027-05-02", "jobs_delivered": 12}]}
    )

    works_due_on: date | None = None
    production_due_on: date | None = None
    works_started_on: date | None = None
    production_started_on: date | None = None
    jobs_delivered: Jobs | None = Field(None, description="Direct jobs, as last counted; null: never counted.")
    returned_on: date | None = Field(None, description="The day on which the lots went back to the pool.")


class Grant(BaseModel):
    """A grant, how it stands, and the direct jobs promised and delivered."""

    applicant_id: str
    lots: list[str]
    standing: Literal["on_time", "works_late", "production_late", "producing", "returned"]
    days_late: int = Field(description="Days since the deadline that the standing names; 0 when none is missed.")
    jobs_promised: int
    jobs_delivered: int | None
    granted_on: date
    works_due_on: date
    production_due_on: date
    works_started_on: date | None
    production_started_on: date | None
    returned_on: date | None


class Totals(BaseModel):
    """Sums over the grants.  `promised_counted` is what those promised whose jobs were counted."""

    grants: int
    late: int
    returned: int
    promised: int
    counted: int
    promised_counted: int
    delivered: int


class FollowUpResource(BaseModel):
    """The grants of a round at the end of a day, the most days late first.  unfollowed: who has no deadlines yet."""

    round_id: str
    on: date
    grants: list[Grant]
    totals: Totals
    unfollowed: list[str]


@router.get("", summary="How the grants stand", responses=refusals(401, 403, 404, 409, 422))
def show(
    request: Request,
    reader: Reader,
    round_id: str,
    on: Annotated[date | None, Query(description="The day at whose end grants are looked at.  Default: today.")] = None,
) -> FollowUpResource:
    """Deadlines kept and missed, direct jobs promised and delivered, and who gave lots back."""
    with service_of(request).reading() as connection:
        found = published(connection, round_id)
        return resource(service_of(request), connection, found, on or today())


@router.post(
    "",
    status_code=201,
    summary="Begin to follow grants up",
    response_model=FollowUpResource,
    responses=refusals(401, 403, 404, 409, 422),
)
def begin(request: Request, member: Committee, round_id: str, new: NewFollowUp, key: Key = None) -> Response:
    """Gives every grant that is not followed yet its deadlines; grants made by a promotion later can be added so."""
    service = service_of(request)

    def effect(connection: Connection) -> Answer:
        found = published(connection, round_id, for_change=True)
        waiting = resource(service, connection, found, today()).unfollowed
        if not waiting:
            raise Problem("all_followed", round=round_id)
        rows = [begun(each, new.granted_on, new.works_days, new.production_days) for each in waiting]
        store.begin(connection, round_id, rows, member.id)
        facts = new.model_dump(mode="json") | {"applicants": waiting}
        audit.write(connection, member.id, "follow_up.begin", round_id, facts)
        made = resource(service, connection, found, today())
        return answer_of(201, made, Location=f"/v1/rounds/{round_id}/follow-up")

    return once(service, request, member, key, new.model_dump_json().encode(), effect)


@router.patch("/{applicant_id}", summary="Note what became of a grant", responses=refusals(401, 403, 404, 409, 422))
def change(
    request: Request, follower: Follower, round_id: str, applicant_id: str, changes: FollowUpChanges
) -> FollowUpResource:
    """Works, production and jobs by a clerk or the committee; deadlines and returned lots by the committee."""
    service = service_of(request)
    with service.writing() as connection:
        found = published(connection, round_id, for_change=True)
        row = store.of_round(connection, round_id).get(applicant_id)
        if row is None:
            raise Problem("not_found", what="followed grant", id=applicant_id[:80])
        # A form sends all that it shows: what is as it was is no change.
        given = {name: getattr(changes, name) for name in changes.model_fields_set}
        given = {name: value for name, value in given.items() if value != getattr(row, name)}
        if DECIDED & given.keys() and "committee" not in follower.roles:
            raise Problem("forbidden", roles="committee")
        if given:
            store.change(connection, round_id, replace(row, **_filled(given)), follower.id)
            said = changes.model_dump(mode="json", include=set(given))
            audit.write(connection, follower.id, "follow_up.change", round_id, said | {"applicant": applicant_id})
        return resource(service, connection, found, today())


def resource(service: Service, connection: Connection, found: Round, on: date) -> FollowUpResource:
    """The grants of a published round at the end of a day."""
    followed, holders = followed_of(service, connection, found, on)
    grants = [_grant(each, followed.rows[each["applicant_id"]]) for each in followed.grants()]
    return FollowUpResource(
        round_id=found.id,
        on=on,
        grants=grants,
        totals=Totals(**followed.totals()),
        unfollowed=sorted(holders - followed.rows.keys()),
    )


def followed_of(service: Service, connection: Connection, found: Round, on: date) -> tuple[Followed, set[str]]:
    """What is followed of a published round's grants, and who holds lots; who gave up a site is no holder."""
    assert found.plan_id is not None, "a published round has a plan"
    assert found.frozen_instance_id is not None, "a published round has a frozen instance"
    instance = instance_at(service, found.frozen_instance_id, connection)
    assignments: Mapping[str, Any] = plans.document(connection, found.plan_id)["assignments"]
    rows = {each: row for each, row in store.of_round(connection, found.id).items() if each in assignments}
    return Followed(instance, assignments, rows, on), set(assignments)


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()


def _filled(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The changes, when none takes a deadline away.  Raises Problem bad_request."""
    missing = [name for name in ("works_due_on", "production_due_on") if name in given and given[name] is None]
    if missing:
        raise Problem("bad_request", where=f"body/{missing[0]}", found="null")
    return given


def _grant(told: Mapping[str, Any], row: FollowUp) -> Grant:
    days = {name: getattr(row, name) for name in store.DAYS}
    return Grant(**told, **days)


def published(connection: Connection, round_id: str, for_change: bool = False) -> Round:
    """The round.  Raises Problem not_found, wrong_state."""
    found = round_at(connection, round_id, for_change)
    if found.state != "published":
        raise Problem("wrong_state", state=found.state, move="follow-up", wanted="published")
    return found
