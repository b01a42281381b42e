"""Views: what pages keep in memory of plans and zones, made once, for what is stored never changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from fastapi import Request

from api.access import service_of
from api.collecting import without_collecting
from api.instances import instance_at
from api.pages.plan_view import PlanView
from api.pages.sketched import sketched
from api.problems import Problem
from api.recorded import record_at
from api.service import Recent, Service
from api.shared_answers import SharedAnswers
from api.sketch import Sketch, sketch_of
from api.store import plans, rounds
from api.store.plans import PlanSummary
from api.store.rounds import Round
from api.zone_map import ZoneMap, zone_map
from instances.instance import Instance


def plan_view(request: Request, plan_id: str) -> PlanView:
    """The view of a stored plan for those who work with it, with the sketch kept of its instance.

    Raises Problem not_found.
    """
    views = views_of(request)
    return _view(request, plan_id, views.plans, lambda service, found: views.sketch_of(service, found.instance_id))


def derived_view(request: Request, plan_id: str) -> PlanView:
    """As plan_view, but nothing of it rests on a kept sketch: for what is published or printed.

    Raises Problem not_found.
    """
    views = views_of(request)
    return _view(request, plan_id, views.derived, lambda service, found: views.derived_of(service, found.instance_id))


def _view(
    request: Request, plan_id: str, kept: Recent[PlanView], sketch: Callable[[Service, PlanSummary], Sketch]
) -> PlanView:
    service, views = service_of(request), views_of(request)
    known = kept.get(plan_id)
    if known is not None:
        return known
    # Of many who come at once one makes it: else they take the processor from each other and all wait for all.
    with views.making:
        known = kept.get(plan_id)
        if known is not None:
            return known
        with service.reading() as connection:
            summary = plans.find(connection, plan_id)
        if summary is None:
            raise Problem("not_found", what="plan", id=plan_id[:80])
        with without_collecting():
            view = PlanView(
                summary,
                record_at(service, plan_id),
                sketch(service, summary),
                lambda: instance_at(service, summary.instance_id),
            )
        return kept.put(plan_id, view)


def round_of(request: Request, round_id: str | None) -> Round | None:
    """The round that a plan or a run belongs to, if it belongs to one."""
    if round_id is None:
        return None
    with service_of(request).reading() as connection:
        return rounds.find(connection, round_id)


@dataclass(frozen=True, slots=True)
class Published:
    """A published round with the plan that was decided."""

    round: Round
    plan_id: str


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page that is the same for everybody who asks for it so."""

    body: bytes
    headers: Mapping[str, str]


class Views:
    """What pages keep in memory: of plans and zones that never change once they are stored."""

    def __init__(self) -> None:
        self.plans: Recent[PlanView] = Recent(8)
        self.derived: Recent[PlanView] = Recent(4)
        self.drawn: Recent[bytes] = Recent(16)
        self.making = Lock()
        self.public: Recent[KeptPage] = Recent(64)
        self.public_asked = SharedAnswers[KeptPage]()
        self.published_asked = SharedAnswers[Published]()
        self._maps: Recent[ZoneMap] = Recent(8)
        self._sketches: Recent[Sketch] = Recent(8)

    def map_of(self, instance_id: str, instance: Instance) -> ZoneMap:
        """The map of an instance."""
        return self._maps.get(instance_id) or self._maps.put(instance_id, zone_map(instance))

    def sketch_of(self, service: Service, instance_id: str) -> Sketch:
        """The sketch of a stored instance, as it is kept."""
        return self._sketches.get(instance_id) or self._sketches.put(instance_id, sketched(service, instance_id))

    def derived_of(self, service: Service, instance_id: str) -> Sketch:
        """The sketch of a stored instance, derived from the instance now."""
        return self._sketches.put(instance_id, sketch_of(instance_at(service, instance_id), instance_id))


def views_of(request: Request) -> Views:
    """The views of the application."""
    views: Views = request.app.state.views
    return views
