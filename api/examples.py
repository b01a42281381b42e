"""Examples in the API's description: one walk from an instance to a published plan, as the service answered it.

examples.json holds, by route, what was sent and what came back; the ids of one step are those of the next.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def steps() -> dict[str, dict[str, Any]]:
    """Route, as "POST /v1/rounds", -> status, parameters, and where there are some body, media and answer."""
    found: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("examples.json").read_text(encoding="utf-8"))
    return found


def weave(document: dict[str, Any]) -> None:
    """Put the examples in their places in an OpenAPI document."""
    for route, step in steps().items():
        method, path = route.split(" ")
        operation = document["paths"][path][method.lower()]
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                parameter["example"] = step["parameters"][parameter["name"]]
        if "body" in step:
            operation["requestBody"]["content"]["application/json"]["example"] = step["body"]
        if "answer" in step:
            operation["responses"][step["status"]]["content"][step["media"]]["example"] = step["answer"]
