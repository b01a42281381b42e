"""A plan with its document and reasons as values: read once and kept for a while, for a stored plan never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.instances import instance_at
from api.problems import Problem
from api.service import Service
from api.store import plans as store
from instances.instance import Instance
from optimizer.plan import Plan


@dataclass(frozen=True, slots=True)
class Recorded:
    """A stored plan.  document: plan.json; reasons: applicant id -> code and values.  Never to be changed."""

    instance_id: str
    document: Mapping[str, Any]
    reasons: Mapping[str, Any]
    plan: Plan


def recorded_at(service: Service, plan_id: str) -> tuple[Instance, Recorded]:
    """The plan under the id with the instance that it is of.  Raises Problem not_found."""
    known = record_at(service, plan_id)
    return instance_at(service, known.instance_id), known


def record_at(service: Service, plan_id: str) -> Recorded:
    """The plan under the id.  Raises Problem not_found."""
    known = service.recorded.get(plan_id)
    if known is not None:
        return known
    with service.reading() as connection:
        found = store.find(connection, plan_id)
        if found is None:
            raise Problem("not_found", what="plan", id=plan_id[:80])
        document, reasons = store.document(connection, plan_id), store.reasons(connection, plan_id)
    plan = Plan({each: tuple(lots) for each, lots in document["assignments"].items()})
    return service.recorded.put(plan_id, Recorded(found.instance_id, document, reasons, plan))
