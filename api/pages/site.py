"""The site: every page in one place."""

from __future__ import annotations

from fastapi import FastAPI

from api.pages import (
    assets,
    audit_page,
    batch_page,
    compare_page,
    follow_up_page,
    people_page,
    plan_page,
    preferences,
    public_page,
    round_page,
    rounds,
    run_page,
    settings_page,
    sign_in,
    start,
    zone_page,
    zones,
)
from api.pages.frame import load_templates
from api.pages.views import Views

PAGES = (
    preferences, sign_in, start, rounds, round_page, batch_page, zones, zone_page, run_page, plan_page, public_page,
    compare_page, follow_up_page, audit_page, people_page, settings_page,
)  # fmt: skip


def install(app: FastAPI) -> None:
    """Serve the pages and the files that they load.  They are no part of the API's description."""
    for each in PAGES:
        app.include_router(each.router)
    assets.install(app)
    load_templates()
    app.state.views = Views()
