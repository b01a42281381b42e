"""Every page has its picture in the documentation, and every picture there is one that the command makes."""

import re
from collections import defaultdict
from pathlib import Path

from api.pages.frame import TEMPLATES
from tests.api.pages.screenshots import FOLDER, looks, pictures

SHOTS = pictures(defaultdict(lambda: "made"))
DOCS = Path(FOLDER).parent
PARTS = {"base", "parts", "live_parts", "stages_part", "faults_part", "plan_panel", "plan_table", "zone_panel"}
"""Templates that are no page of their own."""
PATHS = {
    "audit": r"/audit", "batch": r"/rounds/\w+/import", "compare": r"/compare\?",
    "follow_up": r"/rounds/\w+/follow-up", "people": r"/people",
    "plan": r"/plans/\w+", "public": r"/public/\w+", "refused": r"/rounds/\w+/import", "round": r"/rounds/\w+$",
    "rounds": r"/rounds$", "run": r"/runs/\w+", "settings": r"/settings", "sign_in": r"/sign-in", "start": r"/start",
    "zone": r"/zones/\w+", "zones": r"/zones$", "zone_new": r"/zones/new",
}  # fmt: skip


def test_every_page_has_a_picture():
    pages = {path.stem for path in TEMPLATES.glob("*.html")} - PARTS
    assert pages == PATHS.keys(), "say here where the page is, and picture it in screenshots.py and docs/pages.md"
    shown = [shot.path for shot in SHOTS.values()]
    missing = [name for name, path in PATHS.items() if not any(re.match(path, each) for each in shown)]
    assert not missing


def test_every_picture_is_made_and_shown():
    there = {path.stem.removeprefix("pages-") for path in FOLDER.glob("pages-*.png")}
    assert there == SHOTS.keys()
    told = (DOCS / "pages.md").read_text(encoding="utf-8")
    assert not [name for name in there if f"images/pages-{name}.png" not in told]


def test_pages_are_pictured_in_every_language_and_in_both_lights():
    assert {shot.language for shot in SHOTS.values()} == {"en", "fr", "ar"}
    assert {shot.dark for shot in SHOTS.values()} == {True, False}
    looked = looks(defaultdict(lambda: "made"))
    assert {(shot.language, shot.dark) for shot in looked.values()} == {("en", False), ("ar", True)}
