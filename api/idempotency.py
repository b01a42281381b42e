"""Once: a request with an idempotency key takes effect once, however often it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.problems import Problem
from api.service import Service
from api.store import answers
from api.store.answers import Answer
from api.store.principals import Principal
from instances.faults import InstanceError

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Choose one for each new request; a repeated request with it takes effect once.",
    ),
]
REPEATED = "Idempotent-Replayed"


def answer_of(status: int, model: BaseModel, **headers: str) -> Answer:
    """An answer that holds a document."""
    return Answer(status, model.model_dump_json().encode(), headers)


def once(
    service: Service,
    request: Request,
    principal: Principal,
    key: str | None,
    body: bytes,
    effect: Callable[[Connection], Answer],
) -> Response:
    """Run the effect in one transaction with the note of its answer, or give the answer that was noted before.

    Raises Problem key_used_otherwise when the key came with another request, and what the effect raises; then nothing
    is stored and the key is still free.
    """
    if key is None:
        with service.writing() as connection:
            return _response(effect(connection))
    digest = _digest(request, body)

    def attempt() -> Response:
        with service.writing() as connection:
            known = answers.recall(connection, principal.id, key)
            if known is not None:
                return _again(known, key, digest)
            made = replace(effect(connection), request_sha256=digest)
            answers.keep(connection, principal.id, key, made)
            return _response(made)

    return replayed_or(service, request, principal, key, body, attempt)


def replayed_or(
    service: Service,
    request: Request,
    principal: Principal,
    key: str | None,
    body: bytes,
    attempt: Callable[[], Response],
) -> Response:
    """The answer noted under the key, if any, else that of the attempt.

    For requests that take work before they take effect.  An attempt that fails because the same request took effect
    meanwhile is answered as that one was.  Raises Problem key_used_otherwise, and what the attempt raises.
    """
    if key is None:
        return attempt()
    digest = _digest(request, body)
    known = _recalled(service, principal, key)
    if known is not None:
        return _again(known, key, digest)
    try:
        return attempt()
    except (Problem, InstanceError, IntegrityError):
        known = _recalled(service, principal, key)
        if known is None:
            raise
        return _again(known, key, digest)


def _recalled(service: Service, principal: Principal, key: str) -> Answer | None:
    with service.reading() as connection:
        return answers.recall(connection, principal.id, key)


def _again(known: Answer, key: str, digest: str) -> Response:
    if known.request_sha256 != digest:
        raise Problem("key_used_otherwise", key=key)
    return _response(known, {REPEATED: "true"})


def _digest(request: Request, body: bytes) -> str:
    asked = json.dumps([request.method, request.url.path, request.url.query]).encode()
    return hashlib.sha256(asked + b"\0" + body).hexdigest()


def _response(answer: Answer, more: dict[str, str] | None = None) -> Response:
    return Response(answer.body, answer.status, {**answer.headers, **(more or {})}, "application/json")
