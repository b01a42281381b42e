"""The pictures of the pages in docs/images, made again: python -m tests.api.pages.screenshots [--seconds 40] [--only …]

Solves the bundled zone for so many seconds, shows it in real chromium, and writes pages-NAME.png.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser

from api.child import outcome_document
from api.service import Service
from api.store import instances, principals, rounds, runs
from api.store.migrate import migrate
from api.worker import packed
from instances import library
from instances.reading import read_instance
from optimizer.outcome import Limits, Progress
from optimizer.solve import solve
from tests.api.house import house
from tests.api.pages.browsing import Site, Visit, browser, visit

FOLDER = Path(__file__).parents[3] / "docs" / "images"
BATCH = Path(__file__).with_name("faulty.csv")
COLOURS = 160


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    options = parser.parse_args()
    seconds = options.seconds
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        url = f"sqlite:///{Path(folder) / 'store.sqlite'}"
        migrate(url)
        with house(url) as built:
            places = story(built.service, seconds)
            site = Site(built)
            site.start()
            for name, (language, path, *how) in pictures(places).items():
                if options.only and name not in options.only:
                    continue
                shoot(chromium, site, name, language, path, **(how[0] if how else {}))
            site.stop()


def pictures(places: dict[str, str]) -> dict[str, tuple[Any, ...]]:
    """Name -> language, address and how: role, dark, width, height, and a step before the picture is taken."""
    plan, run, live, zone, gathering = (places[each] for each in ("plan", "run", "live", "zone", "round"))
    return {
        "sign-in": ("ar", "/sign-in", {"role": None, "height": 560}),
        "start": ("en", "/start", {"height": 760}),
        "rounds": ("fr", "/rounds", {"height": 560}),
        "round": ("en", f"/rounds/{gathering}", {"height": 1330}),
        "import": ("ar", f"/rounds/{gathering}/import", {"role": "clerk", "height": 820, "step": drop}),
        "zone": ("en", f"/zones/{zone}", {"step": pairs, "height": 900}),
        "run": ("fr", f"/runs/{live}", {"dark": True, "height": 960, "step": settle}),
        "run-ended": ("en", f"/runs/{run}", {"height": 960, "step": settle}),
        "plan": ("en", f"/plans/{plan}/lots/L103", {"height": 1500}),
        "plan-ar": ("ar", f"/plans/{plan}", {"height": 1500}),
        "plan-jobs": ("fr", f"/plans/{plan}?by=jobs", {"height": 1000, "dark": True}),
        "plan-phone": ("ar", f"/plans/{plan}", {"width": 390, "height": 1400}),
        "refused": ("fr", f"/rounds/{gathering}/import", {"role": "reader", "height": 560}),
    }


def story(service: Service, seconds: int) -> dict[str, str]:
    """A round on the bundled zone with a run that ended and one under way; gives back their ids."""
    instance = read_instance(library.path("ait-kamra-168"))
    told: list[Progress] = []
    limits = Limits(seconds)
    outcome = solve(instance, limits, listen=told.append)
    assert outcome.kind == "plan"
    with service.writing() as connection:
        by = principals.add(connection, "person", "A member", ["committee"]).id
        zone = instances.add_instance(connection, instance, by)
        made = rounds.add(connection, "ait-kamra-168", zone.id, "all", by)
        rounds.change(connection, made, state="open")
        asked = {"seconds": seconds, "work": None, "seed": 1, "workers": 2}
        ended, live = (runs.add(connection, zone.id, made.id, asked, by).id for _ in range(2))
        for run_id, events in ((ended, told), (live, told[: max(2, len(told) * 2 // 3)])):
            claimed = runs.claim(connection, run_id, "by hand")
            assert claimed is not None
            for each in events:
                plan = None if each.plan is None else {who: list(lots) for who, lots in each.plan.assignments.items()}
                news = {"value_millipoints": each.value_millipoints, "bound_millipoints": each.bound_millipoints}
                runs.progress(connection, run_id, claimed[1], news | {"elapsed_ms": each.elapsed_ms}, plan)
            if run_id == ended:
                plan_id = runs.finish(connection, run_id, claimed[1], packed(outcome_document(outcome)))
    assert plan_id is not None
    return {"plan": plan_id, "run": ended, "live": live, "zone": zone.id, "round": made.id}


def shoot(
    chromium: Browser,
    site: Site,
    name: str,
    language: str,
    path: str,
    role: str | None = "committee",
    dark: bool = False,
    width: int = 1280,
    height: int = 800,
    step: Any = None,
) -> None:
    with visit(chromium, site, language, role, dark, width) as seen:
        seen.page.set_viewport_size({"width": width, "height": height})
        seen.go(path)
        if step is not None:
            step(seen)
        target = FOLDER / f"pages-{name}.png"
        seen.page.screenshot(path=target)
    with Image.open(target) as taken:
        taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target.name}: {target.stat().st_size // 1024} kB")


def drop(seen: Visit) -> None:
    seen.page.set_input_files("#files", BATCH)
    seen.page.wait_for_selector("#faults tbody tr")


def pairs(seen: Visit) -> None:
    seen.page.check("[data-shows=border]")
    seen.page.check("[data-shows=street]")


def settle(seen: Visit) -> None:
    seen.page.wait_for_selector("[data-part=chart] .value-path")
    seen.page.wait_for_timeout(1500)


if __name__ == "__main__":
    main()
