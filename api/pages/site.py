"""The site: every page in one place."""

from __future__ import annotations

from fastapi import FastAPI

from api.pages import assets, plan_page, preferences, round_page, rounds, sign_in
from api.pages.plan_view import Views

PAGES = (preferences, sign_in, rounds, round_page, plan_page)


def install(app: FastAPI) -> None:
    """Serve the pages and the files that they load.  They are no part of the API's description."""
    for each in PAGES:
        app.include_router(each.router)
    assets.install(app)
    app.state.views = Views()
