"""The examples of the description are a tutorial: they are whole, they follow one another, and they still happen."""

import json
import os
import re
from datetime import date, timedelta
from pathlib import Path

import jsonschema_rs
import pytest

from api.attempt import attempt
from api.examples import steps
from api.openapi import DOCUMENT_EXAMPLE, description
from tests.api.loops import on_a_loop
from tests.api.tutorial import BATCH, kept_outcome, walk

KEPT = Path(__file__).parents[2] / "api" / "examples.json"
REWRITE = "LOTWISE_REWRITE"
WITHOUT = {
    ("GET", "/v1/plans/{plan_id}/certificate"),
    ("GET", "/metrics"),
    ("GET", "/v1/plans/{plan_id}.pdf"),
    ("GET", "/v1/rounds/{round_id}/minutes"),
    ("GET", "/v1/rounds/{round_id}/letters"),
    ("GET", "/v1/rounds/{round_id}/letters/{applicant_id}"),
    ("GET", "/invitations/{token}"),
    ("GET", "/v1/session/oidc"),
    ("GET", "/v1/session/oidc/callback"),
    ("DELETE", "/v1/session"),
    ("DELETE", "/v1/keys/{key_id}"),
    ("DELETE", "/v1/rounds/{round_id}/batches/{batch_id}"),
    ("POST", "/v1/principals/{principal_id}:disable"),
}
"""Routes that answer nothing, or what has a page of its own."""
VOLATILE = re.compile(r"\b[0-9a-f]{64}\b|\b[a-z]{2}_[0-9a-z]{20,}|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)|\b[0-9a-f]{12}\b")


@pytest.fixture(scope="module")
def outcome():
    """What a solver tells of the walk's round: as the kept examples tell it, or anew for new examples."""
    if not os.environ.get(REWRITE):
        return kept_outcome()
    applicants = [*DOCUMENT_EXAMPLE["applicants"], *BATCH]
    limits = {"seconds": 10, "work": None, "seed": 1, "workers": 2}
    job = {"task": "solve", "instance": DOCUMENT_EXAMPLE | {"applicants": applicants}, "limits": limits, "start": None}

    async def never(message):
        return False

    told = on_a_loop(attempt(job | {"memory_mb": 12_000}, 60, 60, never))
    return told | {name: json.loads(told[name]) for name in ("document", "reasons")}


def test_the_walk_still_happens_as_the_examples_tell_it(home, outcome):
    found = walk(home, outcome).steps
    if os.environ.get(REWRITE):
        KEPT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        steps.cache_clear()
    assert found.keys() == steps().keys()
    for route, step in steps().items():
        assert plain(found[route]) == plain(step), route


def plain(step):
    """The step without what is different each time: ids, hashes, times, versions, and the day it is looked at."""
    return VOLATILE.sub("…", json.dumps(step | {"answer": undated(unversioned(step.get("answer")))}, sort_keys=True))


def unversioned(answer):
    return {name: part for name, part in answer.items() if name != "versions"} if isinstance(answer, dict) else answer


def undated(answer):
    """The grants of a follow-up with the day that each is late since, which is the same whenever they are looked at."""
    if not (isinstance(answer, dict) and "on" in answer):
        return answer
    looked_at = date.fromisoformat(answer["on"])
    late = [grant["days_late"] for grant in answer["grants"]]
    since = [str(looked_at - timedelta(days)) if days else None for days in late]
    return answer | {
        "on": "…",
        "grants": [g | {"days_late": day} for g, day in zip(answer["grants"], since, strict=True)],
    }


def test_every_route_that_answers_something_has_an_example(home):
    routes = {(method.upper(), path) for path, ways in description(home.app)["paths"].items() for method in ways}
    told = {tuple(route.split(" ")) for route in steps()}
    assert routes - told == WITHOUT


def test_every_json_body_has_an_example_and_every_example_fits_its_schema(home):
    document = description(home.app)
    for path, ways in document["paths"].items():
        for method, operation in ways.items():
            bodies = operation.get("requestBody", {}).get("content", {})
            if "application/json" in bodies:
                assert fits(bodies["application/json"], document), (method, path)
            for answer in operation["responses"].values():
                for media, content in answer.get("content", {}).items():
                    # The schema of a stream is that of each event; the example is the stream as it is sent.
                    is_whole = media != "text/event-stream" and "example" in content
                    assert not is_whole or fits(content, document), (method, path)


def fits(content, document):
    schema = content["schema"] | {"components": document["components"]}
    jsonschema_rs.validate(schema, content["example"])
    return True


def test_the_examples_follow_one_another():
    """Each id in an address was in the answer of a step before."""
    seen = ""
    for route, step in steps().items():
        for name, value in step["parameters"].items():
            assert name in ("token", "applicant_id", "lot_id") or value in seen, (route, name)
        seen += json.dumps(step.get("answer", ""))
