"""The pages' speeds on this machine: the first view of a plan, and a click on a lot, in real chromium.

    python -m benchmarks.pages [--lots 168 2000 16800] [--views 5]

Serves plans written by hand, each lot granted, on loopback.  "first" is the first request of all after a start of the
service, which has nothing in memory and reads the sketch that was stored with the instance; "again" the median of
later ones.  All are in fresh windows, with nothing in the browser's cache, of a browser that has shown an empty page
before.  Ready: every file loaded, and on a canvas every lot drawn.  Prints each figure beside its limit and exits 1
when one is over.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from api.app import create_app
from api.child import outcome_document
from api.collecting import settle
from api.service import Service
from api.store import instances, principals, runs
from api.store.migrate import migrate
from api.worker import packed
from instances import library
from instances.generate import generate
from instances.instance import Instance
from instances.reading import read_instance
from optimizer.audit import audit
from optimizer.explain import Reason
from optimizer.outcome import Claim, Limits, Outcome
from optimizer.plan import Plan
from tests.api.house import House, house
from tests.api.pages.browsing import Site, Visit, browser, visit

READY_MS = {168: 500, 2_000: 1_000, 16_800: 2_500}
CLICK_MS = 100
LOTS_OF_A_ZONE = 168
CLICKS = 12
FIRST = "first, ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lots", type=int, nargs="+", default=[168, 2_000])
    parser.add_argument("--views", type=int, default=5)
    options = parser.parse_args()
    is_over = False
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        warm(chromium)
        url = f"sqlite:///{Path(folder) / 'store.sqlite'}"
        migrate(url)
        with house(url) as built:
            plans = {lots: stored(built, of(lots)) for lots in options.lots}
            for lots, plan_id in plans.items():
                for name, ms in measured(chromium, forgetful(built), plan_id, options.views).items():
                    limit = CLICK_MS if "click" in name else READY_MS.get(lots)
                    over = limit is not None and ms > limit
                    is_over |= over
                    beside = f"   limit {limit}{'   OVER' if over else ''}" if limit else ""
                    print(f"{lots:6} lots, {name:28}{ms:8.0f}{beside}", flush=True)
    sys.exit(is_over)


def warm(chromium: Browser) -> None:
    """The browser has begun: how long its own first window takes says nothing of the service."""
    context = chromium.new_context()
    context.new_page().goto("data:text/html,<p>x</p>")
    context.close()


def forgetful(built: House) -> House:
    """The same store behind a service that remembers nothing: its first view finds nothing in memory."""
    service = Service(built.service.settings, built.service.engine, built.queue)
    started = House(service, create_app(service), built.queue, built.keys)
    settle()
    return started


def of(lots: int) -> Instance:
    if lots == LOTS_OF_A_ZONE:
        return read_instance(library.path("ait-kamra-168"))
    return generate(lots=lots, applicants=3 * lots, seed=1, zones=max(1, lots // LOTS_OF_A_ZONE))


def stored(built: House, instance: Instance) -> str:
    """A plan that grants every lot to somebody, fitting or not: what is measured is how it is shown."""
    plan = Plan(
        {each.applicant_id: (lot.lot_id,) for each, lot in zip(instance.applicants, instance.lots, strict=False)}
    )
    counted = audit(instance, plan)
    reasons = {
        each.applicant_id: Reason("granted", (("lots", plan.assignments[each.applicant_id][0]),))
        if each.applicant_id in plan.assignments
        else Reason("no_gain")
        for each in instance.applicants
    }
    waiting = tuple(each.applicant_id for each in instance.applicants if each.applicant_id not in plan.assignments)
    outcome = Outcome(
        instance, "plan", Limits(5), Claim("feasible", None), plan, counted.value_millipoints,
        counted.goals_millipoints, waiting, reasons,
    )  # fmt: skip
    with built.service.writing() as connection:
        by = principals.page(connection, None, 1)[0].id
        zone = instances.add_instance(connection, instance, by)
        run = runs.add(connection, zone.id, None, {"seconds": 5, "work": None, "seed": 1, "workers": 2}, by)
        claimed = runs.claim(connection, run.id, "by hand")
        assert claimed is not None
        plan_id = runs.finish(connection, run.id, claimed[1], packed(outcome_document(outcome)))
    assert plan_id is not None
    return plan_id


def measured(chromium: Browser, built: House, plan_id: str, views: int) -> dict[str, float]:
    site = Site(built)
    site.start()
    try:
        times, clicks = [], []
        for _ in range(views + 1):
            with visit(chromium, site, "fr", "reader") as seen:
                times.append(ready_ms(seen, f"/plans/{plan_id}"))
                clicks += clicked_ms(seen)
    finally:
        # What stands behind the last reasons may still be counted: cut off, the service would tell of it as an error.
        site.stop(answers=True)
    return {
        FIRST: times[0],
        "again, ms": statistics.median(times[1:]),
        "click to panel, median, ms": statistics.median(clicks),
    }


def ready_ms(seen: Visit, path: str) -> float:
    seen.page.goto(seen.site.address + path)
    if seen.page.locator("canvas[data-canvas]").count():
        seen.page.wait_for_selector("canvas[data-drawn]")
        ready: float = seen.page.evaluate("performance.now()")
        return ready
    loaded: float = seen.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    return loaded


CLICK = """async (at) => {
  const panel = document.querySelector("#panel"), canvas = document.querySelector("canvas[data-canvas]");
  const links = document.querySelectorAll(canvas ? "#table td:first-child a" : "a.lot");
  const changed = new Promise((done) => new MutationObserver((_, watch) => {
    if (panel.querySelector("h3")) { watch.disconnect(); done(); }
  }).observe(panel, { childList: true }));
  const began = performance.now();
  links[at * 7 % links.length].dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  await changed;
  return performance.now() - began;
}"""
"""A click without a pointer that rested on the lot before: the panel is asked for only now."""


def clicked_ms(seen: Visit) -> list[float]:
    return [seen.page.evaluate(CLICK, at) for at in range(1, CLICKS + 1)]


if __name__ == "__main__":
    main()
