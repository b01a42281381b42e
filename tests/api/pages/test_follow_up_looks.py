"""The page of follow-up on either store: no barrier, in any language, before and after deadlines are given."""

import pytest
from playwright.sync_api import expect

from instances.faults import LANGUAGES
from instances.reading import read_instance
from tests.api.pages import altered
from tests.api.pages.browsing import visit
from tests.api.pages.conftest import seated
from tests.api.pages.test_office_journeys import is_free_of_barriers
from tests.api.stores import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_follow_up_has_no_barrier_on_either_store(chromium, stores, kind):
    with stores.fresh(kind) as url, seated(url, read_instance(altered.FOLDER / "instance")) as sitting:
        sitting.move("approve", plan_id=sitting.plan_id)
        sitting.move("publish")
        path = f"/rounds/{sitting.round_id}/follow-up"
        with visit(chromium, sitting.site, "ar", "committee") as seen:
            seen.go(path)
            is_free_of_barriers(seen)
            seen.page.fill("[name=granted_on]", "2020-01-01")
            seen.page.click(".begin .main")
            expect(seen.page.locator("tbody tr").first).to_be_visible()
        for language in LANGUAGES:
            with visit(chromium, sitting.site, language, "committee") as seen:
                seen.go(path)
                is_free_of_barriers(seen)
                seen.page.locator("tbody [data-opens]").first.click()
                assert not seen.violations()
