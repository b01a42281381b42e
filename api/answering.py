"""Answers about a stored plan that a process of its own works out: one for all who ask the same, and kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from fastapi.concurrency import run_in_threadpool

from api.attempt import Died, Overran, attempt, never
from api.problems import Problem
from api.service import Service

SECONDS = 120.0
"""An answer is there by then or not at all; most take a few seconds."""
MOST_AT_ONCE = 2
"""Processes that answer at the same time."""


async def answered(
    service: Service, key: str, job: Callable[[], Mapping[str, Any]], failed: Callable[[], Problem]
) -> dict[str, Any]:
    """What the process says to the job; kept under the key, since a stored plan never changes.

    job: called in a thread, when nobody asked the same before.  failed: what is told when the process does not answer.
    Raises Problem too_many_questions, what `job` raises, and `failed`.
    """
    content = await service.processes.get_kept(service.pages, key, lambda: _answer(service, job, failed))
    answer: dict[str, Any] = json.loads(content)
    return answer


async def _answer(service: Service, job: Callable[[], Mapping[str, Any]], failed: Callable[[], Problem]) -> bytes:
    if service.questions >= MOST_AT_ONCE:
        raise Problem("too_many_questions", headers={"Retry-After": "5"}, count=service.questions)
    service.questions += 1
    try:
        return json.dumps(await attempt(await run_in_threadpool(job), SECONDS, 0.0, never)).encode()
    except (Died, Overran):
        raise failed() from None
    finally:
        service.questions -= 1
