"""Revising a plan by clicking: changes in a tray, a run that begins from the plan, and what is different."""

from api.pages.phrases import say
from api.store import instances, runs
from optimizer.outcome import Limits
from optimizer.solve import solve
from tests.api.pages.browsing import visit


def test_a_plan_is_revised_by_clicking_and_the_difference_is_drawn(chromium, sitting):
    service = sitting.house.service
    with visit(chromium, sitting.site, "fr", "analyst") as seen:
        page = seen.page
        seen.go(f"/plans/{sitting.plan_id}")
        assert page.is_hidden("#tray")
        page.click("[data-lot=L1]")
        page.click("[data-change*=forbid]")
        page.click("[data-change*=withdraw]")
        assert page.locator("#tray li").count() == 2
        page.reload()
        assert page.locator("#tray li").count() == 2, "kept over a reload"
        assert not seen.violations()
        page.click("#tray li:nth-child(2) button")
        assert page.locator("#tray li").count() == 1
        page.fill("[name=most_changes]", "2")
        page.click("#try .main")
        page.wait_for_selector("#try [role=alert]:not(:empty), [data-part=state]")
        page.wait_for_url("**/runs/*")
        run_id = page.url.rpartition("/")[2]
        with service.reading() as connection:
            run = runs.find(connection, run_id)
            changed = instances.load(connection, run.instance_id)
        assert run.start_plan_id == sitting.plan_id
        assert changed.policy.most_changes == 2
        assert changed.lot["L1"].status != "available"
        page.goto("about:blank")  # the run's page would go on by itself once it hears of the end, perhaps in mid-flight
        trial = sitting.end(run_id, solve(changed, Limits(seconds=20, work=20)))
        seen.go(f"/plans/{trial}")
        assert page.get_attribute(".map-card", "data-by") == "changes"
        assert page.locator("a.lot.c-freed[data-lot=L1]").count() == 1
        assert page.locator("a.lot.c-new[data-lot=L2]").count() == 1
        assert not seen.violations()
        page.click(f"text={say('fr', 'revise.back')}")
        page.wait_for_url(f"**/plans/{sitting.plan_id}")
        assert page.locator("#tray li").count() == 1, "it can be changed and tried again"
