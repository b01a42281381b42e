import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from optimizer.picture import Caption, PictureError, picture, write_picture
from optimizer.plan import Plan
from tests.outcomes import small_instance

PLAN = Plan({"A1": ("L1", "L2"), "A2": ("L3",)})
CAPTION = Caption(3_220_000, 9_317)


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_equal_input_gives_equal_bytes(kind, start):
    first = picture(small_instance(), PLAN, CAPTION, kind=kind)
    assert first.startswith(start)
    assert picture(small_instance(), PLAN, CAPTION, kind=kind) == first


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_language_draws(language):
    ElementTree.fromstring(picture(small_instance(), PLAN, CAPTION, language))


def test_a_plan_without_tenants_or_proof_draws():
    assert picture(small_instance(), Plan({}), Caption(0, None))


def test_a_name_with_dollars_is_text():
    instance = small_instance()
    priced = replace(instance, policy=replace(instance.policy, name="5 $ or $\\frac"))
    assert picture(priced, PLAN, CAPTION)


def test_write_leaves_only_the_picture(tmp_path):
    write_picture(tmp_path / "deep" / "map.svg", small_instance(), PLAN, CAPTION)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["map.svg"]


def test_more_than_twelve_zones_need_a_choice():
    instance = small_instance()
    lots = tuple(replace(instance.lots[0], lot_id=f"L{at}", zone=f"Z{at}") for at in range(1, 14))
    wide = replace(instance, lots=lots, neighbours=())
    with pytest.raises(PictureError, match="too_many_zones: 13"):
        picture(wide, Plan({}), CAPTION)
    assert picture(wide, Plan({}), CAPTION, zone="Z13")
    with pytest.raises(PictureError, match="unknown_zone: Z99"):
        picture(wide, Plan({}), CAPTION, zone="Z99")


def test_lots_without_outlines_cannot_be_drawn():
    instance = small_instance()
    bare = replace(instance, lots=tuple(replace(lot, outline=()) for lot in instance.lots))
    with pytest.raises(PictureError, match="no_outlines"):
        picture(bare, PLAN, CAPTION)


def test_importing_the_map_does_not_import_matplotlib():
    script = "import sys, optimizer.picture; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
