"""The application: every route of the API in one place."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from api import (
    accounts,
    allocations,
    audit_log,
    batches,
    choices,
    comparisons,
    conflicts,
    curves,
    errors,
    events,
    explanations,
    fairness,
    follow_ups,
    instances,
    moves,
    oidc,
    operations,
    people,
    plans,
    policy_help,
    promotions,
    questions,
    reference,
    rounds,
    runs,
    welcome,
    what_ifs,
)
from api.access import Holders
from api.metrics import Metrics
from api.minutes import routes as minutes
from api.openapi import description
from api.pages import site
from api.rates import Knocks
from api.readiness import Looks
from api.requests import Watch
from api.service import Service

NOUNS = (
    instances, rounds, moves, batches, runs, conflicts, events, allocations, minutes, plans, explanations, fairness,
    questions, promotions, follow_ups, policy_help, comparisons, what_ifs, curves, people, accounts, choices, oidc,
    audit_log, operations, welcome,
)  # fmt: skip


def create_app(service: Service) -> FastAPI:
    """The application on top of these parts; it owns none of them and closes nothing."""
    app = FastAPI(title="lotwise", version=version("lotwise"), docs_url=None, redoc_url=None)
    metrics = Metrics()
    app.state.service, app.state.metrics, app.state.holders, app.state.knocks = service, metrics, Holders(), Knocks()
    app.state.looks = Looks()
    for noun in NOUNS:
        app.include_router(noun.router)
    reference.install(app)
    site.install(app)
    errors.install(app)
    app.add_middleware(Watch, metrics=metrics, body_mb=service.settings.body_mb)
    app.openapi = lambda: description(app)  # type: ignore[method-assign]
    _put_together(app)
    return app


def _put_together(app: FastAPI) -> None:
    """Each route puts its parts together when it is first compared with an address: before anybody waits for that."""
    nowhere = {"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": []}
    for route in app.router.routes:
        route.matches(nowhere)
