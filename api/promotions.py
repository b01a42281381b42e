"""Promotion over HTTP: sites given up after publication go to the waitlist, as a new plan of the same round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.access import service_of
from api.checked import checked
from api.child import outcome_document
from api.explanations import certificate_at, plan_at, succession_of
from api.idempotency import replayed_or
from api.openapi import refusals
from api.problems import Problem
from api.rounds import Moving, RoundResource, round_at
from api.service import Service
from api.store import runs
from api.store.rounds import Round
from api.worker import packed
from instances.instance import Instance
from optimizer.audit import audit
from optimizer.certificate import document_sha256
from optimizer.certificates import any_certificate_from
from optimizer.explain import explain
from optimizer.export.document import plan_document
from optimizer.export.recorded import recorded_outcome
from optimizer.plan import Plan
from optimizer.waitlist import waitlist
from optimizer.why.explainer import Explainer

router = APIRouter(prefix="/v1/rounds", tags=["rounds"])
PROMOTE = ("published", "published")


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

    def attempt() -> Response:
        # The plan is put together before the transaction, so that nobody waits for it; the version guards it.
        with service.reading() as connection:
            seen = round_at(connection, round_id)
        if seen.state != PROMOTE[0] or seen.plan_id is None:
            raise Problem("wrong_state", state=seen.state, move="promote", wanted=PROMOTE[0])
        instance, document, plan = plan_at(service, seen.plan_id)
        found = succession_of(instance, document, plan, given.gone)
        gone = sorted({*document.get("gone", ()), *given.gone})
        outcome = _outcome(service, instance, document, found.plan, gone, certificate_at(service, seen.plan_id))

        def values(connection: Connection, now: Round) -> dict[str, Any]:
            if now.version != seen.version:
                raise Problem("changed_meanwhile")
            return {"plan_id": _stored(connection, now, document, moving.member.id, outcome)}

        return moving.take(round_id, "promote", PROMOTE, values, given)

    body = given.model_dump_json().encode()
    return replayed_or(service, moving.request, moving.member, moving.key, body, attempt)


def _outcome(
    service: Service,
    instance: Instance,
    document: Mapping[str, Any],
    plan: Plan,
    gone: Sequence[str],
    certificate: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """What the store keeps of the plan: recounted, and proved by the certificate of the earlier one."""
    counted = audit(instance, plan)
    fitting = Explainer(instance, plan).fitting
    outcome = replace(
        recorded_outcome(instance, document, {}),
        plan=plan,
        value_millipoints=counted.value_millipoints,
        goals_millipoints=counted.goals_millipoints,
        waitlist=waitlist(instance, plan, fitting.keys()),
        reasons=explain(instance, plan, lambda each: fitting.get(each, [])),
        gone=tuple(gone),
        proof=None,
        unique=False,
    )
    if certificate is not None:
        said = {key: value for key, value in plan_document(outcome).items() if key != "proof"}
        tied = replace(
            any_certificate_from(certificate),
            value_millipoints=outcome.value_millipoints,
            plan_sha256=document_sha256(said),
        )
        proof = checked(service, instance, plan, tied.document())
        outcome = outcome if proof is None else replace(outcome, proof=proof, certificate=tied.document())
    return outcome_document(outcome)


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
