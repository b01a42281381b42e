"""The check of a certificate for a request, in a process of its own.

By cases it is half a minute of plain Python and may be made to be more (docs/security.md), for which everybody else's
requests would wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from api.attempt import Died, Overran, attempt, never
from api.problems import Problem
from api.service import Service
from instances.instance import Instance
from instances.writing import document
from optimizer.outcome import Proof
from optimizer.plan import Plan

SECONDS = 120.0
"""A check is over by then or not at all; that of a real proof by cases took 13 to 36 seconds."""


def checked(service: Service, instance: Instance, plan: Plan, certificate: Mapping[str, Any]) -> Proof | None:
    """The proof as `check` gives it, or None when the certificate does not hold.  To be called in a thread.

    Raises Problem not_checked.
    """
    job = {
        "task": "check",
        "instance": document(instance),
        "start": {each: list(lots) for each, lots in plan.assignments.items()},
        "certificate": certificate,
        "memory_mb": service.settings.run_memory_mb,
    }
    try:
        proof = asyncio.run(attempt(job, SECONDS, 0.0, never))["proof"]
    except (Died, Overran):
        raise Problem("not_checked", headers={"Retry-After": "10"}) from None
    return None if proof is None else Proof(**proof)
