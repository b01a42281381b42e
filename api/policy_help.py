"""Policy help over HTTP: what the policy's points decide, and what a unit more could bring at most."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.access import Reader, service_of
from api.checked import checked
from api.instances import instance_at
from api.openapi import refusals
from api.problems import Problem, language_of
from api.service import Service
from api.store import plans
from instances.faults import Language
from instances.instance import Instance
from optimizer.certificate import CertificateError
from optimizer.certificates import AnyCertificate, any_certificate_from
from optimizer.plan import Plan
from optimizer.policy_help.telling import policy_help, sentences

router = APIRouter(prefix="/v1/plans", tags=["plans"])
MOST_AGAINST = 20


class PolicyHelpResource(BaseModel):
    """What is known exactly: facts about the plans named, and what the certificate proves about all plans."""

    plan_id: str
    metre_in_job_hundredths: int | None = Field(
        description="What a metre of border is worth, in hundredths of a direct job."
    )
    seen: int = Field(description="How many other plans were looked at.")
    better: list[str] = Field(description="Of these, the ones that are worth more already.")
    weights: list[dict[str, Any]] = Field(
        description="For each weight alone: from where on a plan seen is worth more (a fact), and the range in which "
        "no plan is worth over within_millipoints more (proved)."
    )
    rules: list[dict[str, Any]] = Field(
        description="For each limit and side of a quota: what is used, and by how much at most a unit more lifts the "
        "proved bound. Empty without a certificate that holds."
    )
    sentences: list[str] = Field(description="The same as sentences, in the language of the request.")


@router.get(
    "/{plan_id}/policy-help", summary="What do the policy's points decide?", responses=refusals(401, 403, 404, 422)
)
async def show(
    request: Request,
    reader: Reader,
    plan_id: str,
    against: Annotated[
        list[str] | None,
        Query(max_length=MOST_AGAINST, description="Ids of plans to look at; they may be of variants."),
    ] = None,
) -> PolicyHelpResource:
    """Facts and proofs only, without any search; compare variants of the policy to see other plans."""
    service, language = service_of(request), language_of(request.headers.get("accept-language"))
    asked = await run_in_threadpool(_asked, service, plan_id, against or ())
    certificate = await _certificate(service, plan_id, asked)
    return await run_in_threadpool(_told, plan_id, asked, certificate, language)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is stored of the plan and of those to look at."""

    instance: Instance
    plan: Plan
    certificate: Any
    others: Mapping[str, Plan]


def _asked(service: Service, plan_id: str, against: Sequence[str]) -> _Asked:
    with service.reading() as connection:
        summary = plans.find(connection, plan_id)
        if summary is None:
            raise Problem("not_found", what="plan", id=plan_id[:80])
        instance = instance_at(service, summary.instance_id, connection)
        plan, content = _plan(connection, plan_id), plans.certificate(connection, plan_id)
        others = {each: _plan(connection, each) for each in against}
    return _Asked(instance, plan, json.loads(content or b"null"), others)


def _told(plan_id: str, asked: _Asked, certificate: AnyCertificate | None, language: Language) -> PolicyHelpResource:
    told = policy_help(asked.instance, asked.plan, certificate, asked.others)
    document = told.document() | {"plan_id": plan_id, "sentences": sentences(told, language)}
    return PolicyHelpResource.model_validate(document)


def _plan(connection: Connection, plan_id: str) -> Plan:
    try:
        document = plans.document(connection, plan_id)
    except KeyError:
        raise Problem("not_found", what="plan", id=plan_id[:80]) from None
    return Plan({each: tuple(lots) for each, lots in document["assignments"].items()})


async def _certificate(service: Service, plan_id: str, asked: _Asked) -> AnyCertificate | None:
    """The certificate, checked anew once in a while; None without one that holds.

    Of many who ask, one causes the check, and no thread of the service waits for it.
    """
    try:
        certificate = any_certificate_from(asked.certificate)
    except CertificateError:
        return None
    if service.proofs.get(plan_id) is None:
        proof = await service.checks.get(
            plan_id, lambda: checked(service, asked.instance, asked.plan, asked.certificate)
        )
        if proof is None:
            return None
        service.proofs.put(plan_id, proof)
    return certificate
