"""Runs that end without an optimizer: what a worker would store, stored by hand."""

from __future__ import annotations

from api.child import outcome_document
from api.service import Service
from api.store import runs
from api.worker import PARTS
from instances.writing import document
from tests.api.house import House
from tests.outcomes import small_instance, small_outcome

SMALL = document(small_instance())


def finish(service: Service, run_id: str) -> str:
    """End a run on the small zone with its plan written by hand; gives back the plan's id."""
    outcome = outcome_document(small_outcome())
    outcome |= {name: outcome[name].encode() for name in PARTS}
    with service.writing() as connection:
        claimed = runs.claim(connection, run_id, "by hand")
        assert claimed is not None
        _, token = claimed
        news = {"value_millipoints": outcome["value_millipoints"], "bound_millipoints": outcome["bound_millipoints"]}
        runs.progress(connection, run_id, token, news, {"A1": ["L1", "L2"], "A2": ["L3"]})
        plan_id = runs.finish(connection, run_id, token, outcome)
    assert plan_id is not None
    return plan_id


def planned(home: House) -> str:
    """The id of a plan on the small zone, outside of any round."""
    asked = {"instance": SMALL, "limits": {"work": 1}}
    return finish(home.service, home.client("analyst").post("/v1/allocations", json=asked).json()["id"])
