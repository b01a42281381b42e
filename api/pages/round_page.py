"""The page of a round: its policy in words, its roster, and the runs that look for a plan."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from api.access import service_of
from api.instances import instance_at
from api.pages.frame import page
from api.pages.live_runs import live_run, may_stop
from api.pages.policy_words import PolicyWords, hectare_hundredths
from api.pages.visitors import Reading
from api.rounds import MOVES, round_at
from api.store import instances, plans, rounds, runs
from api.store.runs import Run

router = APIRouter()
SHOWN = 20
"""So many batches, runs and plans are listed on the page itself."""
WATCHED = 4
"""So many runs under way are watched side by side: a browser keeps few connections open to one service."""
SECONDS = (5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
"""The stops of the time slider."""
USUAL_SECONDS = 60


@router.get("/rounds/{round_id}", include_in_schema=False)
def show(request: Request, visitor: Reading, round_id: str) -> Response:
    """Everything about the round on one page, and what can be done next."""
    service = service_of(request)
    with service.reading() as connection:
        found = round_at(connection, round_id)
        zone = instances.find(connection, found.instance_id)
        instance = instance_at(service, found.instance_id, connection)
        applicants = rounds.count_applicants(connection, found, instance)
        batches = rounds.batches_of(connection, round_id, 0, SHOWN)
        its_runs = runs.page(connection, None, SHOWN, round_id)
        its_plans = plans.page(connection, None, SHOWN, round_id)
        following = rounds.following(connection, round_id)
    words = PolicyWords(instance, visitor.language)
    active = [each for each in its_runs if not each.has_ended][:WATCHED]
    seconds = [each for each in SECONDS if each <= service.settings.run_seconds_most] or [1]
    return page(
        request,
        visitor,
        "round.html",
        round=found,
        moves=[move for move, (needed, _) in MOVES.items() if needed == found.state],
        zone=zone,
        instance=instance,
        hectares=hectare_hundredths(instance),
        applicants=applicants,
        batches=batches,
        runs=its_runs,
        watched=[live_run(request, visitor, each) for each in reversed(active)],
        may_stop=partial(may_stop, visitor),
        plans={each.run_id: each for each in its_plans},
        following=following,
        worths=words.worths(),
        rules=list(words.rules()),
        affinities=words.affinities(),
        next_seed=_next_seed(its_runs),
        seconds=seconds,
        usual=seconds.index(USUAL_SECONDS) if USUAL_SECONDS in seconds else len(seconds) - 1,
    )


def _next_seed(its_runs: list[Run]) -> int:
    """The seed that is offered for the next run: one that none of those shown has, so that it searches elsewhere."""
    return 1 + max((int(each.limits.get("seed") or 0) for each in its_runs), default=0)
