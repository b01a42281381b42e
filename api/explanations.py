"""Explanations over HTTP: why and why not for each applicant and lot, and who takes a freed lot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from api.access import Reader, service_of
from api.openapi import refusals
from api.problems import Problem, language_of
from api.recorded import recorded_at
from api.service import Service
from api.store import plans as store
from instances.faults import Language
from instances.instance import Instance
from optimizer.certificate import CertificateError
from optimizer.certificates import any_certificate_from
from optimizer.explain import Reason
from optimizer.plan import Plan
from optimizer.reasons import sentence
from optimizer.waitlist import succession
from optimizer.why.asked_sites import wanting
from optimizer.why.explainer import Explainer
from optimizer.why.fact import Fact, fact
from optimizer.why.fact import sentence as sentence_of
from optimizer.why.forced_bound import ForcedBounds
from optimizer.why.told import succession_facts

router = APIRouter(prefix="/v1/plans", tags=["plans"])

PROVED_MOST = 500_000
"""Lots times applicants up to which a reason also tells what the prices prove: that takes all placements, and nine
seconds for 2,000 lots.  There the bound is further above the plan than any one site is worth, so that nothing would be
told: of 4,486 applicants without a site, of nobody.  A question looks all the same, in a process of its own."""

Gone = Annotated[list[str], Query(min_length=1, max_length=100, description="Who gives up its site; may be repeated.")]


class Told(BaseModel):
    """One coded fact, and its sentence in the language of the request."""

    code: str
    values: dict[str, Any]
    text: str


class Explanation(BaseModel):
    """Why an applicant holds what it holds, or nothing."""

    applicant_id: str
    outcome: str = Field(description="granted, waitlist or refused")
    lots: list[str]
    code: str
    values: dict[str, str]
    text: str = Field(description="The reason as a sentence, in the language of the request.")
    facts: list[Told] = Field(description="What stands behind the reason, and the nearest change that would help.")


class LotExplanation(BaseModel):
    """Who holds a lot, or why nobody does."""

    lot_id: str
    tenant: str | None
    facts: list[Told]


class PromotionResource(BaseModel):
    """Somebody of the waitlist takes free lots."""

    applicant_id: str
    lots: list[str]
    gain_millipoints: int


class SuccessionResource(BaseModel):
    """What follows when tenants give up their sites: nothing is stored by asking."""

    plan_id: str
    gone: list[str]
    freed: list[str]
    promotions: list[PromotionResource]
    passed_over: list[str]
    idle: list[str]
    cost_millipoints: int
    facts: list[Told]


@router.get("/{plan_id}/explanations/{applicant_id}", summary="Why, or why not?", responses=refusals(401, 403, 404))
def explanation(
    request: Request,
    reader: Reader,
    plan_id: str,
    applicant_id: str,
    lot: Annotated[str, Query(max_length=100, description="Why this lot, or why not.")] = "",
) -> Explanation:
    """The reason for one applicant, with what stands behind it."""
    service, language = service_of(request), language_of(request.headers.get("accept-language"))
    instance, recorded = recorded_at(service, plan_id)
    document, plan, found = recorded.document, recorded.plan, recorded.reasons.get(applicant_id)
    if found is None or applicant_id not in instance.applicant:
        raise Problem("not_found", what="applicant", id=applicant_id[:80])
    if lot and lot not in instance.lot:
        raise Problem("not_found", what="lot", id=lot[:80])
    explainer = Explainer(instance, plan)
    facts = explainer.of_pair(applicant_id, lot) if lot else explainer.of_applicant(applicant_id)
    if applicant_id not in plan.assignments and not lot:
        facts = (*facts, *_proved(service, plan_id, instance, document, applicant_id))
    code, values = found
    lots = document["assignments"].get(applicant_id, [])
    return Explanation(
        applicant_id=applicant_id,
        outcome="granted" if lots else "waitlist" if applicant_id in document["waitlist"] else "refused",
        lots=lots,
        code=code,
        values=values,
        text=sentence(Reason(code, tuple(sorted(values.items()))), language),
        facts=told(facts, language, instance),
    )


@router.get("/{plan_id}/lots/{lot_id}/explanation", summary="Why this lot so?", responses=refusals(401, 403, 404))
def lot_explanation(request: Request, reader: Reader, plan_id: str, lot_id: str) -> LotExplanation:
    """Who holds the lot, or what keeps those whom it fits from it."""
    service, language = service_of(request), language_of(request.headers.get("accept-language"))
    instance, _, plan = plan_at(service, plan_id)
    if lot_id not in instance.lot:
        raise Problem("not_found", what="lot", id=lot_id[:80])
    facts = Explainer(instance, plan).of_lot(lot_id)
    return LotExplanation(lot_id=lot_id, tenant=plan.tenant.get(lot_id), facts=told(facts, language, instance))


@router.get("/{plan_id}/succession", summary="Who takes a freed lot?", responses=refusals(401, 403, 404, 422))
def show_succession(request: Request, reader: Reader, plan_id: str, gone: Gone) -> SuccessionResource:
    """By the order of the waitlist; nobody who holds a site is moved."""
    service, language = service_of(request), language_of(request.headers.get("accept-language"))
    instance, document, plan = plan_at(service, plan_id)
    found = succession_of(instance, document, plan, gone)
    return SuccessionResource.model_validate(
        plain(found)
        | {
            "plan_id": plan_id,
            "gone": sorted(set(gone)),
            "promotions": [plain(each) for each in found.promotions],
            "facts": told(succession_facts(found), language, instance),
        }
    )


def succession_of(instance: Instance, document: Mapping[str, Any], plan: Plan, gone: Iterable[str]) -> Any:
    """Who takes the sites given up.  Raises Problem not_found, cannot_give_up."""
    for each in gone:
        if each not in plan.assignments:
            raise Problem("not_found", what="grant", id=each[:80])
    try:
        freed = {lot for each in gone for lot in plan.assignments[each]}
        # All whom some site fits hold one or are on the recorded waitlist.
        fitting = {*plan.assignments, *document["waitlist"]}
        return succession(instance, plan, gone, wanting(instance, *freed), document.get("gone", ()), fitting)
    except ValueError as error:
        raise Problem("cannot_give_up", found=str(error)) from None


def told(facts: Iterable[Fact], language: Language, instance: Instance) -> list[Told]:
    """The facts with their sentences."""
    return [
        Told(code=each.code, values=each.document(), text=sentence_of(each, language, instance.policy))
        for each in facts
    ]


def plan_at(service: Service, plan_id: str) -> tuple[Instance, Mapping[str, Any], Plan]:
    """Instance, plan.json and plan.  Raises Problem not_found."""
    instance, recorded = recorded_at(service, plan_id)
    return instance, recorded.document, recorded.plan


def certificate_at(service: Service, plan_id: str) -> dict[str, Any] | None:
    """The certificate that was checked when the plan was stored, or None."""
    with service.reading() as connection:
        content = store.certificate(connection, plan_id)
    document: dict[str, Any] | None = None if content is None else json.loads(content)
    try:
        any_certificate_from(document)
    except CertificateError:
        return None
    return document


def _proved(
    service: Service, plan_id: str, instance: Instance, document: Mapping[str, Any], applicant_id: str
) -> tuple[Fact, ...]:
    """What the certificate's prices alone prove of granting the applicant a site; nothing of a large instance."""
    if len(instance.lots) * len(instance.applicants) > PROVED_MOST:
        return ()
    certificate = certificate_at(service, plan_id)
    if certificate is None:
        return ()
    most = ForcedBounds(instance, any_certificate_from(certificate)).most_millipoints(applicant_id)
    if most is None:
        return ()
    loss = document["value_millipoints"] - most
    return (fact("cost_proved", least_millipoints=loss),) if loss > 0 else ()


def plain(value: Any) -> dict[str, Any]:
    """The fields of a frozen value."""
    return {name: getattr(value, name) for name in type(value).__dataclass_fields__}
