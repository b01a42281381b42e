"""What the solver process answers to a question about a plan: plain values, in no language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from instances.reading import read_instance
from optimizer.certificates import any_certificate_from
from optimizer.plan import Plan
from optimizer.why.answers import cost_facts, displaced, jobs_facts, threshold_fact
from optimizer.why.question import Questions


def answered(job: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to the job's question.

    job: instance, the plan as `start`, certificate (or None), applicant_id, lot, and the field whose threshold is
    wanted, or None.  Raises KeyError for a stranger.
    """
    instance = read_instance(job["instance"])
    plan = Plan({each: tuple(lots) for each, lots in job["start"].items()})
    certificate = None if job["certificate"] is None else any_certificate_from(job["certificate"])
    questions = Questions(instance, plan, certificate)
    applicant_id, field = job["applicant_id"], job["field"]
    answer = questions.cost(applicant_id, job["lot"])
    jobs = questions.jobs(answer)
    facts = [*cost_facts(answer, plan), *jobs_facts(jobs)]
    figure = None
    if field is not None and answer.status != "holds":
        figure = questions.threshold(applicant_id, field)
        told = threshold_fact(field, getattr(instance.applicant[applicant_id], field), figure)
        facts += [] if told is None else [told]
    found = answer.found
    others = None if found is None else displaced(plan, found, applicant_id)
    return {
        "status": answer.status,
        "least_millipoints": answer.least_millipoints,
        "most_millipoints": answer.most_millipoints,
        "lots": [] if found is None else list(found.assignments[applicant_id]),
        "lose": [] if others is None else list(others.lose),
        "move": [] if others is None else list(others.move),
        "gain": [] if others is None else list(others.gain),
        "jobs_out_below": jobs.out_below,
        "jobs_found_from": jobs.found_from,
        "jobs_sure_from": jobs.sure_from,
        "threshold": figure,
        "assignments": None if found is None else {each: list(lots) for each, lots in found.assignments.items()},
        "facts": [[each.code, each.document()] for each in facts],
    }
