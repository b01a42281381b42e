"""The walk through the API that the examples of its description tell, step by step on a service without workers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.examples import steps
from api.openapi import APPLICANT_EXAMPLE, DOCUMENT_EXAMPLE
from api.store import runs
from tests.api.house import House

PASSWORD = "a password of four words"
SECRETS = {"key": "lot_4f0c2a9d81b7_" + "x" * 43, "token": "t" * 43}
"""Shown in place of what opens a door."""
BATCH = [APPLICANT_EXAMPLE | {"applicant_id": "A4", "name": "Nekor Oven", "jobs_direct": 6}]
OURS = {"Origin": "http://testserver"}


@dataclass
class Walk:
    """Takes steps and notes each of them by its route."""

    home: House
    known: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)

    def step(self, role: str | None, route: str, body: Any = None, **headers: str) -> Any:
        """Take a step; {names} in the route are filled in with what is known.  Gives back the answer."""
        method, path = route.split(" ")
        answer = self.home.client(role, **headers).request(method, path.format_map(self.known), json=body)
        assert answer.status_code < 300, (route, answer.text)
        media = answer.headers.get("content-type", "").partition(";")[0]
        is_text = media in ("text/event-stream", "text/csv")
        parameters = {name: value for name, value in self.known.items() if f"{{{name}}}" in path}
        noted = {"status": str(answer.status_code), "parameters": parameters | {"token": SECRETS["token"]}}
        if "{token}" not in path:
            del noted["parameters"]["token"]
        if answer.content:
            noted |= {"media": media, "answer": answer.text if is_text else masked(answer.json())}
        if body is not None:
            noted["body"] = body
        self.steps[f"{method} {path.partition('?')[0]}"] = noted
        return answer.text if is_text else answer.json() if answer.content else None


def masked(answer: Any) -> Any:
    if not isinstance(answer, dict):
        return answer
    return {name: SECRETS.get(name, value) for name, value in answer.items()}


def kept_outcome() -> dict[str, Any]:
    """The outcome of the walk's run, as the kept examples tell it."""
    plan, summary = (steps()[f"GET /v1/plans/{{plan_id}}{part}"]["answer"] for part in ("", "/summary"))
    reason = steps()["GET /v1/plans/{plan_id}/explanations/{applicant_id}"]["answer"]
    names = ("value_millipoints", "bound_millipoints", "gap_millionths", "certificate_sha256")
    reasons = {each: ["granted", {"lots": ", ".join(lots)}] for each, lots in plan["assignments"].items()}
    reasons |= {each: [reason["code"], reason["values"]] for each in ("A1", "A2", "A3", "A4") if each not in reasons}
    return {"kind": "plan", "document": plan, "reasons": reasons} | {name: summary[name] for name in names}


def walk(home: House, outcome: Mapping[str, Any]) -> Walk:
    """The steps taken, and the ids of what they made.  outcome: of the round's run, as a solver process tells it."""
    taken = Walk(home)
    step, known = taken.step, taken.known
    for path in ("/healthz", "/readyz", "/v1/fault-types?code=faults"):
        step(None, f"GET {path}")
    known["token"] = step("admin", "POST /v1/invitations", {"roles": ["committee"], "hours": 72})["token"]
    person = {"name": "a member", "password": PASSWORD}
    step(None, "POST /v1/invitations/{token}:accept", person, **OURS)
    person_id = step(None, "POST /v1/session", person, **OURS)["id"]
    step("committee", "GET /v1/me")
    known["principal_id"] = step("admin", "POST /v1/principals", {"name": "portal", "roles": ["clerk"]})["id"]
    known["key_id"] = step("admin", "POST /v1/principals/{principal_id}/keys", {"days": 365})["id"]
    step("admin", "GET /v1/principals")
    step("admin", "PATCH /v1/principals/{principal_id}", {"roles": ["clerk", "analyst"]})
    step("admin", "GET /v1/principals/{principal_id}/keys")
    machine, known["principal_id"] = known["principal_id"], person_id
    step("admin", "POST /v1/principals/{principal_id}:reset")
    known["principal_id"] = machine
    step("admin", "PUT /v1/settings", {"approvals_needed": 1})
    step("admin", "GET /v1/settings")
    known["instance_id"] = step("clerk", "POST /v1/instances", DOCUMENT_EXAMPLE)["id"]
    for part in ("", "/document", "/lots.geojson", "/applicants"):
        step("reader", "GET /v1/instances/{instance_id}" + part)
    step("reader", "GET /v1/instances")
    new = {"name": "Spring", "instance_id": known["instance_id"]}
    known["round_id"] = step("committee", "POST /v1/rounds", new)["id"]
    step("committee", "PATCH /v1/rounds/{round_id}", {"name": "Spring 2027"}, **{"If-Match": '"1"'})
    step("committee", "POST /v1/rounds/{round_id}:open")
    known["batch_id"] = step("clerk", "POST /v1/rounds/{round_id}/batches", BATCH)["id"]
    step("reader", "GET /v1/rounds/{round_id}/batches")
    step("reader", "GET /v1/rounds/{round_id}/batches/{batch_id}")
    step("committee", "POST /v1/rounds/{round_id}:freeze")
    step("committee", "POST /v1/rounds/{round_id}:reopen", {"note": "A form was lost in the post."})
    step("committee", "POST /v1/rounds/{round_id}:freeze")
    known["run_id"] = step("committee", "POST /v1/rounds/{round_id}/runs", {"seconds": 10})["id"]
    known["plan_id"] = ended(home, known["run_id"], outcome)
    step("reader", "GET /v1/runs/{run_id}")
    step("reader", "GET /v1/runs/{run_id}/conflict")
    step("reader", "GET /v1/runs/{run_id}/events")
    known["applicant_id"] = "A2"
    known["lot_id"] = "L1"
    for part in ("", "/summary", "/waitlist", "/explanations/{applicant_id}", "/lots/{lot_id}/explanation"):
        step("reader", "GET /v1/plans/{plan_id}" + part)
    step("committee", "GET /v1/plans/{plan_id}/fairness")
    step("committee", "POST /v1/plans/{plan_id}/questions", {"applicant_id": "A2"})
    step("reader", "GET /v1/plans/{plan_id}/succession?gone=A1")
    step("reader", "GET /v1/plans/{plan_id}/policy-help")
    step("reader", "GET /v1/plans")
    approval = {"plan_id": known["plan_id"], "note": "Unanimous."}
    step("committee", "POST /v1/rounds/{round_id}:approve", approval)
    step("committee", "POST /v1/rounds/{round_id}:revoke", {"note": "Approved before the appeals were heard."})
    step("committee", "POST /v1/rounds/{round_id}:approve", approval)
    step("committee", "POST /v1/rounds/{round_id}:publish")
    step("reader", "GET /v1/rounds/{round_id}")
    step("committee", "POST /v1/rounds/{round_id}:promote", {"gone": ["A1"], "note": "Withdrew its project."})
    deadlines = {"granted_on": "2020-01-01", "works_days": 180, "production_days": 730}
    step("committee", "POST /v1/rounds/{round_id}/follow-up", deadlines)
    came = {"works_started_on": "2020-05-02", "production_started_on": "2021-06-01", "jobs_delivered": 5}
    step("clerk", "PATCH /v1/rounds/{round_id}/follow-up/{applicant_id}", came)
    step("reader", "GET /v1/rounds/{round_id}/follow-up?on=2021-12-31")
    step("committee", "POST /v1/rounds/{round_id}:next", {"name": "Autumn 2027", "carry": "waitlist"})
    step("reader", "GET /v1/rounds")
    sides = [
        {"label": "as approved", "plan_id": known["plan_id"]},
        {"label": "another seed", "instance_id": known["instance_id"], "limits": {"work": 5, "seed": 2}},
    ]
    compared = step("analyst", "POST /v1/comparisons", {"name": "seeds", "sides": sides})
    known["comparison_id"] = compared["id"]
    step("reader", "GET /v1/comparisons/{comparison_id}")
    step("reader", "GET /v1/comparisons")
    trial = {"changes": [{"change": "withdraw", "applicant_id": "A1"}], "revision": {"most_changes": 1}}
    step("analyst", "POST /v1/plans/{plan_id}/what-ifs", trial | {"limits": {"seconds": 3}})
    sent, known["instance_id"] = known["instance_id"], step("reader", "GET /v1/plans/{plan_id}/summary")["instance_id"]
    step("reader", "GET /v1/instances/{instance_id}/variants")
    known["instance_id"] = sent
    step("reader", f"GET /v1/plans/{{plan_id}}/difference?from={known['plan_id']}")
    curve = {"kind": "tradeoff", "instance_id": sent, "limits": {"work": 2}}
    curve["weights"] = [{"jobs": 64, "clustering": 1}, {"jobs": 1, "clustering": 64}]
    known["curve_id"] = step("analyst", "POST /v1/curves", curve)["id"]
    step("reader", "GET /v1/curves/{curve_id}")
    asked = {"instance": DOCUMENT_EXAMPLE, "limits": {"seconds": 10}}
    approved_run, known["run_id"] = known["run_id"], step("clerk", "POST /v1/allocations", asked)["id"]
    step("clerk", "POST /v1/runs/{run_id}:cancel")
    known["run_id"] = approved_run
    step("reader", "GET /v1/runs")
    step("auditor", "GET /v1/audit?after=2&limit=3")
    step("auditor", "GET /v1/audit/chain")
    return taken


def ended(home: House, run_id: str, outcome: Mapping[str, Any]) -> str:
    """Store the outcome of a run as its worker would; gives back the plan's id."""
    with home.service.writing() as connection:
        claimed = runs.claim(connection, run_id, "by hand")
        assert claimed is not None
        news = {"elapsed_ms": 84, "step": "search", "value_millipoints": outcome["value_millipoints"]}
        news["bound_millipoints"] = outcome["bound_millipoints"]
        runs.progress(connection, run_id, claimed[1], news, outcome["document"]["assignments"])
        parts = {"document": json.dumps(outcome["document"], ensure_ascii=False, indent=2)}
        parts |= {"reasons": json.dumps(outcome["reasons"]), "certificate": "{}"}
        plan_id = runs.finish(
            connection, run_id, claimed[1], {**outcome, **{name: text.encode() for name, text in parts.items()}}
        )
    assert plan_id is not None
    return plan_id
