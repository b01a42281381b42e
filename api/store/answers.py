"""Answers that were given: a request repeated with the same idempotency key gets the same answer again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.tables import answers

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: status, headers and body; request_sha256 tells the request that it was for."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    request_sha256: str = ""


def recall(connection: Connection, principal_id: str, key: str) -> Answer | None:
    """The answer that this principal got under this key, if it is not older than a week."""
    found = connection.execute(
        sa.select(answers).where(
            answers.c.principal_id == principal_id,
            answers.c.key == key,
            answers.c.created_at > datetime.now(UTC) - KEPT,
        )
    ).one_or_none()
    return None if found is None else Answer(found.status, found.body, found.headers, found.request_sha256)


def keep(connection: Connection, principal_id: str, key: str, answer: Answer) -> None:
    """Keep an answer in the transaction of what it reports.  Raises IntegrityError when another came first."""
    old = datetime.now(UTC) - KEPT
    connection.execute(answers.delete().where(answers.c.principal_id == principal_id, answers.c.created_at <= old))
    connection.execute(
        answers.insert().values(
            principal_id=principal_id,
            key=key,
            request_sha256=answer.request_sha256,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            created_at=datetime.now(UTC),
        )
    )
