"""The pictures of the pages in docs/images, made again: python -m tests.api.pages.screenshots [--only NAME …]

Solves the bundled zone, shows it in real chromium, and writes pages-NAME.png and the pages of the minutes.
With --keep FOLDER what the optimizer found stays there for the next time.  --look FOLDER shoots every page whole
instead, in light from left to right and in dark from right to left, to be looked at.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from api.store.migrate import migrate
from tests.api.house import house
from tests.api.pages.browsing import Site, Visit, browser, visit
from tests.api.pages.pictured import Pictured

FOLDER = Path(__file__).parents[3] / "docs" / "images"
BATCH = Path(__file__).with_name("faulty.csv")
COLOURS = 200
Step = Callable[[Visit], None]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture.  of: what to show of the page, as a selector; without it the window."""

    language: str
    path: str
    height: int = 800
    width: int = 1280
    role: str | None = "committee"
    dark: bool = False
    step: Step | None = None
    of: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--look", type=Path)
    options = parser.parse_args()
    with _filled(options.keep, options.seconds) as (pictured, site), browser() as chromium:
        wanted = looks(pictured.places) if options.look else pictures(pictured.places)
        for name, shot in wanted.items():
            if not options.only or name in options.only:
                target = options.look / f"{name}.png" if options.look else FOLDER / f"pages-{name}.png"
                shoot(chromium, site, shot, target, whole=bool(options.look))
        if not options.look and (not options.only or "minutes" in options.only):
            first, *others = pictured.minutes()
            for page, content in (("first", first), ("map", others[0])):
                _write(FOLDER / f"minutes-{page}.png", content)


@contextmanager
def _filled(keep: Path | None, seconds: int) -> Iterator[tuple[Pictured, Site]]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'store.sqlite'}"
        migrate(url)
        (keep or Path(folder)).mkdir(parents=True, exist_ok=True)
        with house(url) as built:
            pictured = Pictured(built, seconds, keep or Path(folder))
            pictured.fill()
            site = Site(built)
            pictured.sign_in(site)
            site.start()
            yield pictured, site
            site.stop()


def pictures(places: dict[str, str]) -> dict[str, Shot]:
    """Name -> what is shown and how; the runs under way come first, for they seem to have begun just now."""
    at = paths(places)
    return {
        "watch": Shot("fr", at["round"], step=settle, of="#watch"),
        "run": Shot("fr", at["live"], 960, dark=True, step=settle),
        "run-stages": Shot("ar", at["staged-live"], 960, step=settle),
        "sign-in": Shot("ar", "/sign-in", 560, role=None),
        "start": Shot("en", "/start", 760),
        "rounds": Shot("fr", "/rounds", 560),
        "round": Shot("en", at["round"], of="#content"),
        "import": Shot("ar", at["import"], 820, role="clerk", step=drop),
        "zones": Shot("ar", "/zones", 480),
        "zone": Shot("en", at["zone"], 900, step=pairs),
        "zone-new": Shot("fr", "/zones/new", 620),
        "run-ended": Shot("en", at["run"], 960, step=settle),
        "plan": Shot("en", at["plan"] + "/lots/L103", 1500),
        "plan-ar": Shot("ar", at["plan"], 1500),
        "plan-jobs": Shot("fr", at["plan"] + "?by=jobs", 1000, dark=True),
        "plan-phone": Shot("ar", at["plan"], 1400, 390),
        "questions": Shot("fr", at["plan"], step=unfold, of="section:has(> [data-tells])"),
        "stages": Shot("en", at["staged"], 700),
        "stages-ar": Shot("ar", at["staged"], of="#stages"),
        "large": Shot("fr", at["large"], 900, step=drawn, of=".map-card"),
        "large-near": Shot("fr", at["large"], 900, step=closer, of=".map-card"),
        "compare": Shot("en", at["compare"], of="#content"),
        "follow-up": Shot("fr", at["follow-up"], 760),
        "people": Shot("fr", "/people", 700, role="admin"),
        "settings": Shot("ar", "/settings", 700, role="admin"),
        "audit": Shot("fr", "/audit", 700, role="auditor"),
        "public": Shot("fr", at["public"], 1500, role=None, step=verify),
        "public-phone": Shot("ar", at["public"], 1400, 390, role=None),
        "refused": Shot("fr", at["import"], 560, role="reader"),
        "invitation": Shot("fr", "/invitations/shown-without-a-token", 560, role=None),
    }


def paths(places: dict[str, str]) -> dict[str, str]:
    """The addresses of the pages by name."""
    return {
        "round": f"/rounds/{places['round']}",
        "import": f"/rounds/{places['round']}/import",
        "published": f"/rounds/{places['published']}",
        "follow-up": f"/rounds/{places['published']}/follow-up",
        "zone": f"/zones/{places['zone']}",
        "zone-new": "/zones/new",
        "run": f"/runs/{places['run']}",
        "live": f"/runs/{places['live']}",
        "staged-live": f"/runs/{places['staged-live']}",
        "plan": f"/plans/{places['plan']}",
        "decided": f"/plans/{places['decided']}",
        "staged": f"/plans/{places['staged']}",
        "large": f"/plans/{places['large']}",
        "compare": f"/compare?plan={places['plan']}&plan={places['second']}",
        "public": f"/public/{places['published']}",
    }


def looks(places: dict[str, str]) -> dict[str, Shot]:
    """Every page twice: as most see it, and the other way round in the dark."""
    plain = {"start": "/start", "rounds": "/rounds", "zones": "/zones"} | paths(places)
    roles = {"people": "admin", "settings": "admin", "audit": "auditor"}
    steps: dict[str, Step] = {"live": settle, "staged-live": settle, "run": settle, "round": settle, "large": drawn}
    found = {}
    for name, path in (plain | {each: f"/{each}" for each in roles} | {"sign-in": "/sign-in"}).items():
        role = None if name == "sign-in" else roles.get(name, "committee")
        found[f"{name}-en"] = Shot("en", path, role=role, step=steps.get(name))
        found[f"{name}-ar-dark"] = Shot("ar", path, role=role, dark=True, step=steps.get(name))
    return found


def shoot(chromium: Browser, site: Site, shot: Shot, target: Path, whole: bool) -> None:
    with visit(chromium, site, shot.language, shot.role, shot.dark, shot.width) as seen:
        seen.page.set_viewport_size({"width": shot.width, "height": shot.height})
        seen.go(shot.path)
        if shot.step is not None:
            shot.step(seen)
        content = seen.page.locator(shot.of).screenshot() if shot.of else seen.page.screenshot(full_page=whole)
    _write(target, content)


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(content)) as taken:
        picture = taken.convert("RGB")
        # The colours seen most stay exactly as they are, so that a lot has that of its line in the legend.
        seen = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)[:COLOURS]
        palette = Image.new("P", (1, 1))
        palette.putpalette([part for _, colour in seen for part in colour])
        picture.quantize(palette=palette, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target.name}: {target.stat().st_size // 1024} kB", flush=True)


def drop(seen: Visit) -> None:
    seen.page.set_input_files("#files", BATCH)
    seen.page.wait_for_selector("#faults tbody tr")


def pairs(seen: Visit) -> None:
    seen.page.check("[data-shows=border]")
    seen.page.check("[data-shows=street]")


def settle(seen: Visit) -> None:
    for chart in seen.page.locator("[data-part=chart]").all():
        chart.locator(".value-path").wait_for()
    seen.page.wait_for_timeout(2500)


def drawn(seen: Visit) -> None:
    seen.page.wait_for_selector("canvas[data-drawn]")


def unfold(seen: Visit) -> None:
    for details in seen.page.locator("[data-tells]").all():
        details.locator("summary").click()
        details.locator("li").first.wait_for()


def closer(seen: Visit) -> None:
    drawn(seen)
    for _ in range(4):
        seen.page.locator(".zoom button").first.click()
    seen.page.wait_for_timeout(500)


def verify(seen: Visit) -> None:
    seen.page.click("[data-verifies]")
    seen.page.wait_for_selector("#verdict.good, #verdict.bad")
    seen.page.evaluate("scrollTo(0, 0)")


if __name__ == "__main__":
    main()
