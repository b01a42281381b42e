"""Plans as stored: the document, the reasons and the certificate, never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.pages import Place, newest_first
from api.store.tables import plans
from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.waitlist import carried


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


def carried_over(instance: Instance, plan: Mapping[str, Any], carry: str) -> Instance | None:
    """The instance of the next round: grants become pins, and others stay as `carry` says; None when nobody stays.

    carry: "policy" (those who wait stay as the policy's waitlist says), "granted", "waitlist" (those who wait stay too)
    or "all".  Who gave up its site does not stay.
    """
    granted, gone, setting = plan["assignments"], set(plan.get("gone", ())), instance.policy.waitlist
    holding = [
        replace(each, pinned_lots=tuple(granted[each.applicant_id]), earlier_lots=(), rounds_waited=0)
        for each in instance.applicants
        if each.applicant_id in granted
    ]
    others = [each for each in instance.applicants if each.applicant_id not in {*granted, *gone}]
    others = [replace(each, pinned_lots=(), earlier_lots=()) for each in others]
    waiting = [each for each in others if each.applicant_id in plan["waitlist"]]
    staying: Iterable[Applicant] = ()
    if carry == "policy":
        staying = carried(waiting, setting)
    elif carry != "granted":
        # Who is carried over by hand waits just as long as by the policy's setting.
        longer = {each.applicant_id: each for each in carried(waiting, "standing") if setting != "none"}
        chosen = others if carry == "all" else waiting
        staying = [longer.get(each.applicant_id, each) for each in chosen]
    policy = replace(instance.policy, most_changes=None)  # of this round's revision only
    applicants = (*holding, *staying)
    return Instance(instance.lots, instance.neighbours, applicants, policy) if applicants else None
