"""What minutes and letters tell of: a plan with its round, and where anybody can check it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from api.access import service_of
from api.pages.plan_view import PlanView
from api.pages.views import derived_view
from api.problems import Problem
from api.rounds import round_at
from api.store import audit
from api.store import rounds as rounds_store
from api.store.rounds import Round

DECIDED = frozenset({"decided", "published"})


@dataclass(frozen=True, slots=True)
class Decision:
    """A plan as it goes to paper.

    view: derived from the instance.  round: None for a plan outside of rounds.  address: of its public page.
    """

    view: PlanView
    round: Round | None
    decided_at: datetime | None
    published_at: datetime | None
    address: str

    @property
    def is_decided(self) -> bool:
        """Whether the committee decided this plan; otherwise the paper says that it is a proposal."""
        its = self.round
        return its is not None and its.state in DECIDED and its.plan_id == self.view.summary.id


def decision_of(request: Request, round_id: str) -> Decision:
    """The decision of a round.  Raises Problem: not_found, not_decided."""
    with service_of(request).reading() as connection:
        found = round_at(connection, round_id)
    if found.state not in DECIDED or found.plan_id is None:
        raise Problem("not_decided", state=found.state)
    return decision_with(request, found.plan_id)


def decision_with(request: Request, plan_id: str) -> Decision:
    """The plan, decided or not.  Raises Problem not_found."""
    view = derived_view(request, plan_id)
    its_round, decided_at, published_at = None, None, None
    if view.summary.round_id is not None:
        with service_of(request).reading() as connection:
            its_round = rounds_store.find(connection, view.summary.round_id)
            decided_at = audit.last_at(connection, "round.approve", view.summary.round_id)
            published_at = audit.last_at(connection, "round.publish", view.summary.round_id)
    path = f"/public/{its_round.id}" if its_round is not None else f"/plans/{plan_id}"
    return Decision(view, its_round, decided_at, published_at, _base(request) + path)


def _base(request: Request) -> str:
    """Where the service is reached: as its settings say, or else as this request came."""
    said = service_of(request).settings.public_address
    return (said or str(request.base_url)).rstrip("/")
