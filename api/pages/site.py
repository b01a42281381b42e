"""The site: every page in one place."""

from __future__ import annotations

from fastapi import FastAPI

from api.pages import assets, preferences, round_page, rounds, sign_in

PAGES = (preferences, sign_in, rounds, round_page)


def install(app: FastAPI) -> None:
    """Serve the pages and the files that they load.  They are no part of the API's description."""
    for each in PAGES:
        app.include_router(each.router)
    assets.install(app)
