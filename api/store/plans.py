"""Plans as stored: the document, the reasons and the certificate, never changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.pages import Place, newest_first
from api.store.tables import plans


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A plan in a list.  bound and gap are proved, or None."""

    id: str
    run_id: str
    round_id: str | None
    instance_id: str
    value_millipoints: int
    bound_millipoints: int | None
    gap_millionths: int | None
    certificate_sha256: str | None
    created_at: datetime


SUMMARY = [plans.c[name] for name in PlanSummary.__dataclass_fields__]


def find(connection: Connection, plan_id: str) -> PlanSummary | None:
    """The summary of a plan."""
    row = connection.execute(sa.select(*SUMMARY).where(plans.c.id == plan_id)).one_or_none()
    return None if row is None else PlanSummary(**row._asdict())


def page(connection: Connection, after: Place | None, count: int, round_id: str | None = None) -> list[PlanSummary]:
    """The newest first, beginning behind `after`; of one round, when it is given."""
    wanted = newest_first(sa.select(*SUMMARY), plans, after, count)
    if round_id is not None:
        wanted = wanted.where(plans.c.round_id == round_id)
    return [PlanSummary(**row._asdict()) for row in connection.execute(wanted)]


def content(connection: Connection, plan_id: str) -> bytes | None:
    """plan.json as bytes."""
    found: bytes | None = connection.execute(
        sa.select(plans.c.document).where(plans.c.id == plan_id)
    ).scalar_one_or_none()
    return found


def document(connection: Connection, plan_id: str) -> dict[str, Any]:
    """plan.json as values.  Raises KeyError."""
    found = content(connection, plan_id)
    if found is None:
        raise KeyError(plan_id)
    parsed: dict[str, Any] = json.loads(found)
    return parsed


def reasons(connection: Connection, plan_id: str) -> dict[str, Any]:
    """Applicant id -> code and values of its reason.  Raises KeyError."""
    found = connection.execute(sa.select(plans.c.reasons).where(plans.c.id == plan_id)).scalar_one_or_none()
    if found is None:
        raise KeyError(plan_id)
    parsed: dict[str, Any] = json.loads(found)
    return parsed


def certificate(connection: Connection, plan_id: str) -> bytes | None:
    """certificate.json as bytes; None when nothing was proved."""
    found: bytes | None = connection.execute(
        sa.select(plans.c.certificate).where(plans.c.id == plan_id)
    ).scalar_one_or_none()
    return found
