"""First steps: a newcomer walks through the bundled zone, from the map to a plan whose every grant has a reason."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access import service_of
from api.first_start import BUNDLED, open_bundled
from api.pages.frame import page
from api.pages.visitors import Deciding, Reading
from api.store import instances, plans, rounds, runs
from api.store.rounds import Round

router = APIRouter(prefix="/start")
LOOKED_THROUGH = 200
TRIAL_SECONDS = 20


@router.get("", include_in_schema=False)
def show(request: Request, visitor: Reading) -> Response:
    """Five steps, each with its page and a mark when it is done."""
    with service_of(request).reading() as connection:
        found = _bundled(rounds.page(connection, None, LOOKED_THROUGH))
        its_runs = runs.page(connection, None, 1, found.id) if found else []
        its_plans = plans.page(connection, None, 1, found.id) if found else []
        zone = instances.find(connection, found.instance_id) if found else None
    return page(
        request,
        visitor,
        "start.html",
        round=found,
        zone=zone,
        run=its_runs[0] if its_runs else None,
        plan=its_plans[0] if its_plans else None,
        seconds=min(TRIAL_SECONDS, service_of(request).settings.run_seconds_most),
    )


@router.post("/bundled", status_code=201, include_in_schema=False)
def begin(request: Request, visitor: Deciding) -> dict[str, str]:
    """Store the bundled zone and open a round on it, unless there is one."""
    assert visitor.principal is not None, "whoever decides is signed in"
    with service_of(request).writing() as connection:
        found = _bundled(rounds.page(connection, None, LOOKED_THROUGH))
        return {"id": found.id if found else open_bundled(connection, visitor.principal.id)}


def _bundled(listed: list[Round]) -> Round | None:
    """The newest round on the bundled zone that still takes runs, or else the newest of all on it."""
    named = [each for each in listed if each.name == BUNDLED]
    return next((each for each in named if each.state in ("open", "frozen")), named[0] if named else None)
