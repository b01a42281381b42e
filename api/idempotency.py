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
    asked = json.dumps([request.method, request.url.path, request.url.query]).encode()
    digest = hashlib.sha256(asked + b"\0" + body).hexdigest()
    try:
        with service.writing() as connection:
            known = answers.recall(connection, principal.id, key)
            if known is None:
                made = replace(effect(connection), request_sha256=digest)
                answers.keep(connection, principal.id, key, made)
                return _response(made)
    except IntegrityError:
        # The same request came twice at once, and the other one was first.
        with service.reading() as connection:
            known = answers.recall(connection, principal.id, key)
        if known is None:
            raise
    if known.request_sha256 != digest:
        raise Problem("key_used_otherwise", key=key)
    return _response(known, {REPEATED: "true"})


def _response(answer: Answer, more: dict[str, str] | None = None) -> Response:
    return Response(answer.body, answer.status, {**answer.headers, **(more or {})}, "application/json")
