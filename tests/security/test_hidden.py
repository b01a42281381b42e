"""What is hidden in names, workbooks and drawings, and what becomes of it."""

import contextlib
import io
import json
import logging
import math
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from api import logs
from instances.faults import LANGUAGES, InstanceError
from instances.outlines import MOST_CORNERS
from instances.reading import inspect
from instances.tables import applicants_text, applicants_xlsx, read_applicants
from instances.writing import document
from optimizer.picture import Caption, picture
from optimizer.plan import Plan
from tests.outcomes import small_instance

EVIL = "</text><script>alert(1)</script>&x;]]>"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
@pytest.mark.parametrize("written", [applicants_text, applicants_xlsx])
def test_a_name_that_a_spreadsheet_would_run_goes_out_as_text_and_comes_back_the_same(start, written):
    people = tuple(replace(each, name=f"{start}HYPERLINK(0)") for each in small_instance().applicants)
    content = written(people)
    if isinstance(content, str):
        assert f",{start}" not in content
        assert read_applicants(content.encode(), "a.csv").applicants == people
    else:
        assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
        assert read_applicants(content, "a.xlsx").applicants == people


def test_a_map_holds_text_and_no_markup_of_anybody():
    small = small_instance()
    sectors = tuple(replace(each, en=EVIL, fr=EVIL, ar=EVIL) for each in small.policy.sectors)
    evil = replace(small, policy=replace(small.policy, name=EVIL, sectors=sectors))
    for language in LANGUAGES:
        drawn = ElementTree.fromstring(picture(evil, Plan({"A2": ("L3",)}), Caption(0, None), language))
        assert not [each for each in drawn.iter() if each.tag.rpartition("}")[2] in ("script", "foreignObject", "a")]


def test_lines_of_the_log_are_lines_and_move_no_cursor(capsys):
    logs.set_up()
    logs.log.warning("told", name="a\nb\r\x1b[2J\x9b2J\u2028\u202e\x7f", where="آيت قمرة")
    logging.getLogger("another").warning("a\nb\x9b %s", "\r\u2066")
    written = capsys.readouterr().err
    assert not set(written) & {"\r", "\x1b", "\x9b", "\u2028", "\u202e", "\u2066", "\x7f"}
    assert "آيت قمرة" in written
    first, second = (json.loads(line) for line in written.splitlines())
    assert first["name"] == "a\nb\r\x1b[2J\x9b2J\u2028\u202e\x7f"
    assert second["event"] == "a\nb\x9b \r\u2066"


def workbook(spoilt, change):
    """A good workbook with one part changed."""
    buffer = io.BytesIO()
    content = applicants_xlsx(small_instance().applicants)
    with zipfile.ZipFile(io.BytesIO(content)) as good, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bad:
        for info in good.infolist():
            data = good.read(info)
            bad.writestr(info.filename, change(data) if info.filename.endswith(f"/{spoilt}.xml") else data)
    return buffer.getvalue()


def bombed(data):
    head, _, rest = data.partition(b"?>")
    return head + b"?>" + BOMB.encode() + b"]>" + rest.replace(b"</", b"&i;</", 1)


@pytest.mark.parametrize("part", ["workbook", "sheet1", "sharedStrings"])
def test_a_workbook_that_swells_when_it_is_read_is_refused_or_read_as_it_stands(part):
    with contextlib.suppress(InstanceError):
        table = read_applicants(workbook(part, bombed), "a.xlsx")
        assert all(len(each.name) < 1000 for each in table.applicants)


def with_outline(ring):
    whole = json.loads(json.dumps(document(small_instance()), default=str))
    whole["zone"]["features"][0]["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    return json.dumps(whole).encode()


def circle(corners):
    around = [(2 * math.pi * at / corners) for at in range(corners)]
    ring = [[-3.936 + 0.0001 * math.cos(each), 35.172 + 0.0001 * math.sin(each)] for each in around]
    return [*ring, ring[0]]


@pytest.mark.parametrize("corners", [MOST_CORNERS, 100_000])
def test_an_outline_of_too_many_corners_is_refused_before_it_is_measured(corners):
    found = inspect(with_outline(circle(corners)), "a.json").faults
    assert "too_many_corners" in {each.code for each in found}


def test_so_are_many_outlines_with_many_corners(monkeypatch):
    monkeypatch.setattr("instances.zone_features.CORNERS_MORE", 0)
    monkeypatch.setattr("instances.zone_features.CORNERS_A_LOT", 3)
    found = inspect(with_outline(circle(100)), "a.json").faults
    assert [each.code for each in found if not each.is_warning] == ["too_many_corners"]


def test_a_coordinate_that_is_no_place_on_earth_is_a_fault():
    for number in ("NaN", "Infinity", "1e308", "-1e17", "1" * 400, "181", "null", '"1"', "[1]", "true"):
        spoilt = with_outline(circle(20)).replace(b"[-3.9359", f"[{number}, -3.9359".encode(), 1)
        reading = inspect(spoilt, "a.json")
        assert reading.instance is None, number
        assert all(each.where.file == "a.json" for each in reading.faults)
