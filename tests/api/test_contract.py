"""The service against its own description: no answer is undocumented, and none is an error of ours."""

import itertools
import json
import re
from pathlib import Path

import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import tiny
from tests.api.house import house
from tests.api.stores import KINDS
from tests.api.tutorial import kept_outcome, walk

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module", params=KINDS)
def furnished(request, stores):
    """A service that holds something under every kind of id: what the tutorial made, and a round that is open."""
    with stores.fresh(request.param) as url, house(url, active_runs_most=10**6) as built:
        built.app.state.knocks.count = lambda address: None
        known = walk(built, kept_outcome()).known
        member = built.client("committee")
        new = {"name": "x", "instance_id": known["instance_id"]}
        opened = member.post("/v1/rounds", json=new).json()["id"]
        member.post(f"/v1/rounds/{opened}:open")
        built.known = {name: [value] for name, value in known.items()}
        built.known["round_id"].append(opened)
        built.known["plan_id"] += [f"{known['plan_id']}.{suffix}" for suffix in ("csv", "xlsx", "geojson")]
        plan = member.get(f"/v1/plans/{known['plan_id']}").json()
        built.known["holder_id"] = sorted(plan["assignments"])
        yield built


@pytest.fixture(scope="module")
def contract(furnished):
    return schemathesis.openapi.from_asgi("/openapi.json", furnished.app)


KEPT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [(method.upper(), path) for path, methods in KEPT["paths"].items() for method in methods]
HOLDERS = {"/v1/invitations": "admin", "/v1/principals": "admin", "/v1/keys": "admin", "/v1/audit": "auditor"}


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda part: part)
def test_every_answer_is_documented_and_none_is_an_error_of_ours(contract, furnished, method, path):
    role = next((role for start, role in HOLDERS.items() if path.startswith(start)), "committee")
    headers = {"Authorization": f"Bearer {furnished.keys[role]}"}

    @tiny.examples(8)
    @given(st.data())
    def ask(data):
        # Half of the requests are as described, half are wrong on purpose, where that can be.
        mode = data.draw(st.sampled_from(GenerationMode))
        case = data.draw(contract[path][method].as_strategy(generation_mode=mode))
        if data.draw(st.booleans()):
            case.path_parameters |= {
                name: data.draw(st.sampled_from(values))
                for name, values in furnished.known.items()
                if name in case.path_parameters
            }
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()


KNOWN_READS = [
    (method, path) for method, path in OPERATIONS if method == "GET" and "{" in path and "{token}" not in path
]
ASKED = {"from": "plan_id", "gone": "holder_id"}
"""What a parameter that must be given is an id of."""


@pytest.mark.parametrize(("method", "path"), KNOWN_READS, ids=lambda part: part)
def test_what_is_there_is_answered_as_described(contract, furnished, method, path):
    """Chance finds the ids that are known too seldom: here each of them is asked for."""
    role = "admin" if path.startswith("/v1/principals/") else "committee"
    headers = {"Authorization": f"Bearer {furnished.keys[role]}"}
    names = re.findall(r"{(\w+)}", path)
    wanted = [each["name"] for each in KEPT["paths"][path]["get"].get("parameters", ()) if each.get("required")]
    query = {name: furnished.known[ASKED[name]][0] for name in wanted if name in ASKED}
    # Other tests close the access of whom they know: there are those who are listed now.
    people = furnished.client("admin").get("/v1/principals").json()["items"]
    known = furnished.known | {"principal_id": [each["id"] for each in people]}
    statuses = set()
    for values in itertools.product(*(known[name] for name in names)):
        case = contract[path][method].Case(path_parameters=dict(zip(names, values, strict=True)), query=query)
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        statuses.add(answer.status_code)
    assert 200 in statuses
