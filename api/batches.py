"""Batches over HTTP: applicants for an open round, as JSON, CSV or Excel, all of them or none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import May, Reader, service_of
from api.idempotency import Key, answer_of, once, replayed_or
from api.instances import Body, instance_at, media_of
from api.openapi import APPLICANT_EXAMPLE, body_of, refusals
from api.paging import Limit, Page
from api.problems import Problem
from api.rounds import round_at
from api.store import audit
from api.store import rounds as store
from api.store.answers import Answer
from api.store.principals import Principal
from api.store.rounds import Round
from instances.batch import read_batch
from instances.faults import refuse

router = APIRouter(prefix="/v1/rounds/{round_id}/batches", tags=["batches"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {"application/json": ".json", "text/csv": ".csv", XLSX: ".xlsx"}
TRIES = 8
"""How often a batch is held against a roster that changes under it, before its sender must send it again."""
CSV_EXAMPLE = (
    "applicant_id,sector,area_min_m2,area_max_m2,max_lots,jobs_direct,jobs_indirect,power_kw,water_m3_day,score\n"
    "A4,bakery,500,1100,1,6,2,30,1.0,75\n"
)


class BatchResource(BaseModel):
    """A batch as stored."""

    model_config = ConfigDict(from_attributes=True)

    id: str | None = Field(default=None, description="null for a dry run.")
    round_id: str
    number: int | None = Field(default=None, description="Counts from 1 within the round; null for a dry run.")
    source: str = Field(description="The kind of file that it came as.")
    count: int = Field(description="How many applicants it holds.")
    sha256: str = Field(description="SHA-256 of the body as it was sent.")
    warnings: list[dict[str, Any]] = []
    created_at: datetime | None = None


Sender = Annotated[Principal, Depends(May("submit_batch"))]


@router.post(
    "",
    status_code=201,
    summary="Send a batch of applicants",
    response_model=BatchResource,
    responses={
        **refusals(401, 403, 404, 409, 412, 415, 422),
        200: {"description": "A dry run without faults; nothing is stored.", "model": BatchResource},
    },
    openapi_extra=body_of({"application/json": [APPLICANT_EXAMPLE], "text/csv": CSV_EXAMPLE, XLSX: None}),
)
def add(
    request: Request,
    sender: Sender,
    round_id: str,
    body: Body,
    key: Key = None,
    dry_run: Annotated[bool, Query(description="Validate only; store nothing.")] = False,
) -> Response:
    """A list of applicants, or a table with the columns of applicants.csv.

    All of it is stored, or nothing and every fault is listed.
    """
    sending = _Sending(request, sender, round_id, body, media_of(request, MEDIA), key, dry_run)

    def attempt() -> Response:
        for _ in range(TRIES - 1):
            try:
                return sending.attempt()
            except Problem as problem:
                if problem.code != "changed_meanwhile":
                    raise
        return sending.attempt()

    return replayed_or(service_of(request), request, sender, key, body, attempt)


@dataclass(frozen=True, slots=True)
class _Sending:
    """A batch on its way into a round."""

    request: Request
    sender: Principal
    round_id: str
    body: bytes
    suffix: str
    key: str | None
    dry_run: bool

    def attempt(self) -> Response:
        """Hold the batch against the roster as it is, then store it.  Raises Problem, InstanceError with every fault.

        It is read before the transaction, so that nobody waits for it; a roster that changed meanwhile is refused as
        changed_meanwhile, since what the batch must fit may have changed with it.
        """
        service = service_of(self.request)
        with service.reading() as connection:
            seen = round_at(connection, self.round_id)
            _needs_open(seen)
            there = store.ids_in_batches(connection, self.round_id)
            earlier = store.applicants_of(connection, self.round_id) if there else []
        base = instance_at(service, seen.instance_id)
        earlier += store.kept(base, seen.applicants_kept)
        there |= {each.applicant_id for each in earlier}
        pinned = [each for each in earlier if each.is_pinned]
        batch = read_batch(self.body, f"batch{self.suffix}", base, there, pinned)
        refuse(batch.faults)
        source, digest = self.suffix[1:], hashlib.sha256(self.body).hexdigest()
        warnings = [each.document() for each in batch.faults]
        if self.dry_run:
            tried = BatchResource(
                round_id=self.round_id, source=source, count=len(batch.applicants), sha256=digest, warnings=warnings
            )
            return Response(tried.model_dump_json(), 200, media_type="application/json")

        def effect(connection: Connection) -> Answer:
            found = round_at(connection, self.round_id, for_change=True)
            _needs_open(found)
            if found.version != seen.version:
                raise Problem("changed_meanwhile")
            made = store.add_batch(
                connection, self.round_id, source, batch.applicants, digest, warnings, self.sender.id
            )
            store.change(connection, found)
            facts = {"batch": made.id, "count": made.count, "sha256": digest}
            audit.write(connection, self.sender.id, "batch.add", self.round_id, facts)
            location = f"/v1/rounds/{self.round_id}/batches/{made.id}"
            return answer_of(201, BatchResource.model_validate(made), Location=location)

        return once(service, self.request, self.sender, self.key, self.body, effect)


@router.get("", summary="List the batches of a round", responses=refusals(401, 403, 404, 422))
def page(
    request: Request,
    reader: Reader,
    round_id: str,
    limit: Limit = 50,
    after: Annotated[int, Query(ge=0, le=2**53, description="`next_cursor` of the page before.")] = 0,
) -> Page[BatchResource]:
    """In the order in which they came."""
    with service_of(request).reading() as connection:
        round_at(connection, round_id)
        found = store.batches_of(connection, round_id, after, limit + 1)
    more = str(found[limit - 1].number) if len(found) > limit else None
    return Page(items=[BatchResource.model_validate(each) for each in found[:limit]], next_cursor=more)


@router.get("/{batch_id}", summary="Read a batch", responses=refusals(401, 403, 404))
def show(request: Request, reader: Reader, round_id: str, batch_id: str) -> BatchResource:
    """What was sent, and when."""
    with service_of(request).reading() as connection:
        round_at(connection, round_id)
        found = store.find_batch(connection, round_id, batch_id)
    if found is None:
        raise Problem("not_found", what="batch", id=batch_id[:80])
    return BatchResource.model_validate(found)


@router.delete("/{batch_id}", status_code=204, summary="Withdraw a batch", responses=refusals(401, 403, 404, 409, 422))
def withdraw(request: Request, sender: Sender, round_id: str, batch_id: str, key: Key = None) -> Response:
    """While the round is open, a batch can be taken out again; the audit log keeps its hash."""

    def effect(connection: Connection) -> Answer:
        found = round_at(connection, round_id, for_change=True)
        _needs_open(found)
        gone = store.withdraw_batch(connection, round_id, batch_id)
        if gone is None:
            raise Problem("not_found", what="batch", id=batch_id[:80])
        store.change(connection, found)
        facts = {"batch": gone.id, "count": gone.count, "sha256": gone.sha256}
        audit.write(connection, sender.id, "batch.withdraw", round_id, facts)
        return Answer(204, b"", {})

    return once(service_of(request), request, sender, key, b"", effect)


def _needs_open(found: Round) -> None:
    if found.state != "open":
        raise Problem("wrong_state", state=found.state, move="batch", wanted="open")
