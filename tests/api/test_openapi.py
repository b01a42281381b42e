"""The API's description: kept in the repository, true of the routes, and true of the answers."""

import json
import os
import re
from pathlib import Path

import pytest

from api.openapi import ProblemDocument, description, text_of

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"
REWRITE = "LOTWISE_REWRITE"


def test_the_kept_description_is_that_of_the_routes(home):
    text = text_of(home.app)
    if os.environ.get(REWRITE):
        KEPT.write_text(text, encoding="utf-8")
    assert json.loads(text) == json.loads(KEPT.read_text(encoding="utf-8")), f"run this test with {REWRITE}=1"


def test_every_operation_says_what_it_does(home):
    for path, methods in description(home.app)["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), (method, path)
            assert operation.get("description"), (method, path)
            assert operation.get("tags"), (method, path)


def test_every_refusal_is_described_as_a_problem(home):
    for path, methods in description(home.app)["paths"].items():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    # Readiness says what is missing in its own words.
                    kind = "application/json" if path == "/readyz" else "application/problem+json"
                    assert list(answer["content"]) == [kind], (path, status)


@pytest.mark.parametrize("path", ["/nothing", "/v1/rounds/x/y/z"])
def test_an_unknown_address_is_a_problem(home, path):
    answer = home.client("reader").get(path)
    assert answer.status_code == 404
    assert ProblemDocument.model_validate(answer.json()).code == "no_such_page"


def test_a_wrong_method_is_a_problem(home):
    answer = home.client("reader").put("/v1/rounds")
    assert (answer.status_code, answer.json()["code"]) == (405, "wrong_method")
    assert "GET" in answer.headers["allow"]


def test_every_reference_leads_somewhere(home):
    text = text_of(home.app)
    schemas = json.loads(text)["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) <= schemas.keys()
