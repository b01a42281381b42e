"""What the API's own description says beyond the routes: refusals, bodies of files, examples."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field

from api.examples import weave
from api.problems import MEDIA_TYPE

ABOUT = """
Decides which project gets which lot in an economic-activity zone, and proves that the decision is right.

**A first plan in three calls.** Send an instance (`POST /v1/instances`: one JSON document, or a zip of the four files),
ask for an allocation (`POST /v1/allocations` with `Prefer: wait=30`), and read the plan and its certificate
(`GET /v1/plans/{id}`, `/v1/plans/{id}/certificate`).  Anybody can check the certificate against the instance in whole
numbers, without trusting this service.

**A round of the committee** gathers batches of applicants, is frozen, run, approved and published; each step is written
to an audit log that cannot be altered unseen.

Machines send an API key as `Authorization: Bearer lot_…`.  Every refusal is a problem document (RFC 9457) with a stable
code, in English, French or Arabic by `Accept-Language`.  Where an `Idempotency-Key` is taken, a repeated request takes
effect once.

**Every address shows an example.**  Together they are one walk, from three lots to a published plan and the next round:
send each body as it stands, with the ids of your own answers in place of those shown.
"""

APPLICANT_EXAMPLE: dict[str, Any] = {
    "applicant_id": "A1", "name": "Atlas Bakery", "sector": "bakery", "area_min_m2": 500, "area_max_m2": 1100,
    "max_lots": 2, "jobs_direct": 10, "jobs_indirect": 5, "power_kw": 40, "water_m3_day": 1.5, "score": 80,
}  # fmt: skip


def _square(lot_id: str, west: float, sectors: list[str]) -> dict[str, Any]:
    east = round(west + 0.0003, 4)
    ring = [[west, 35.172], [east, 35.172], [east, 35.17218], [west, 35.17218], [west, 35.172]]
    facts = {"lot_id": lot_id, "area_m2": 546, "power_kw": 60, "water_m3_day": 3, "sectors": sectors}
    return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": facts}


DOCUMENT_EXAMPLE: dict[str, Any] = {
    "zone": {
        "type": "FeatureCollection",
        "features": [_square("L1", -3.936, ["bakery"]), _square("L2", -3.9357, []), _square("L3", -3.9354, [])],
    },
    "neighbours": [
        {"lot_a": "L1", "lot_b": "L2", "length_m": 20.0, "kind": "border"},
        {"lot_a": "L2", "lot_b": "L3", "length_m": 20.0, "kind": "border"},
    ],
    "applicants": [
        APPLICANT_EXAMPLE,
        APPLICANT_EXAMPLE | {"applicant_id": "A2", "name": "Nekor Bread", "max_lots": 1, "jobs_direct": 8, "score": 90},
        APPLICANT_EXAMPLE | {"applicant_id": "A3", "name": "Rif Marble", "sector": "marble", "jobs_direct": 20},
    ],
    "policy": {
        "name": "three-lots",
        "lottery_seed": 7,
        "points": {"job_direct": 100, "job_indirect": 40, "border_metre": 6},
        "sectors": {
            "bakery": {"en": "Bakery", "sensitive_to": ["dust"]},
            "marble": {"en": "Marble", "emits": ["dust"]},
        },
    },
}


class FaultDocument(BaseModel):
    """One thing wrong in a file of the request."""

    model_config = ConfigDict(extra="allow")

    code: str
    severity: str
    file: str
    part: str
    key: str
    field: str
    found: str
    place: str
    text: str


class ProblemDocument(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(examples=["/v1/fault-types#faults"])
    title: str
    status: int
    code: str = Field(examples=["faults"])
    detail: str
    faults: list[FaultDocument] | None = None


PROBLEM = {"$ref": "#/components/schemas/ProblemDocument"}
VALIDATION = {"$ref": "#/components/schemas/HTTPValidationError"}
"""What the framework says of wrong parameters where a route says nothing."""
REFUSALS = {
    400: "The body is not JSON.",
    401: "Not known: no key, a wrong key, or signed out.",
    403: "Known, and not allowed.",
    404: "No such thing.",
    406: "Not in this format.",
    409: "Not in this state.",
    410: "No longer valid.",
    412: "It changed meanwhile.",
    413: "Too large.",
    415: "A format that is not read here.",
    422: "The input has faults, each with its place and what to do.",
    428: "If-Match is missing.",
    429: "Too many at once.",
    502: "The identity provider refused, or does not answer.",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals that a route may answer, for its description; 503 always."""
    said = {status: REFUSALS[status] for status in statuses} | {503: "The store does not answer; nothing was changed."}
    return {status: {"description": text, "model": ProblemDocument} for status, text in said.items()}


def body_of(examples: dict[str, Any]) -> dict[str, Any]:
    """The description of a body that is read as bytes: media type -> example, or None for binary files."""
    content: dict[str, Any] = {}
    for media, example in examples.items():
        if example is None:
            content[media] = {"schema": {"type": "string", "format": "binary"}}
        elif isinstance(example, str):
            content[media] = {"schema": {"type": "string"}, "example": example}
        else:
            kind = "array" if isinstance(example, list) else "object"
            content[media] = {
                "schema": {"type": kind, **({"items": {}} if kind == "array" else {})},
                "example": example,
            }
    return {"requestBody": {"required": True, "content": content}}


def description(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: problems under their own media type, and how to say who one is."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
        schemes = document["components"].setdefault("securitySchemes", {})
        schemes["key"] = {"type": "http", "scheme": "bearer", "description": "An API key: lot_…"}
        schemes["session"] = {"type": "apiKey", "in": "cookie", "name": "lotwise_session"}
        for methods in document["paths"].values():
            for operation in methods.values():
                if "requestBody" in operation:
                    for status in ("400", "413"):
                        operation["responses"].setdefault(status, _refusal(int(status)))
                if "401" in operation["responses"]:
                    operation["security"] = [{"key": []}, {"session": []}]
                for status, response in operation["responses"].items():
                    schema = response.get("content", {}).get("application/json", {}).get("schema")
                    if schema in (PROBLEM, VALIDATION):
                        response["content"] = {MEDIA_TYPE: {"schema": PROBLEM}}
                        response["description"] = REFUSALS.get(int(status), response["description"])
        for name in ("HTTPValidationError", "ValidationError"):
            document["components"]["schemas"].pop(name, None)
        weave(document)
        app.openapi_schema = document
    return app.openapi_schema


def _refusal(status: int) -> dict[str, Any]:
    """The description of a refusal that whatever takes a body may answer."""
    return {"description": REFUSALS[status], "content": {"application/json": {"schema": PROBLEM}}}


def text_of(app: FastAPI) -> str:
    """The OpenAPI document as it is kept in docs/openapi.json."""
    return json.dumps(description(app), ensure_ascii=False, indent=1) + "\n"
