"""Plans over HTTP on both stores: the format and the language are those asked for, and so is what is kept by caches."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from api import explanations
from tests import listing
from tests.api.finished import SMALL, finish


@pytest.fixture
def plan(home):
    run = home.client("clerk").post("/v1/allocations", json={"instance": SMALL}).json()
    return f"/v1/plans/{finish(home.service, run['id'])}"


@pytest.fixture
def reader(home):
    return home.client("reader")


def test_a_table_in_another_language_is_another_representation(reader, plan):
    french, arabic = (reader.get(f"{plan}.csv", headers={"Accept-Language": each}) for each in ("fr", "ar"))
    assert french.text != arabic.text
    assert french.headers["etag"] != arabic.headers["etag"]
    same, other = (
        reader.get(f"{plan}.csv", headers={"Accept-Language": each, "If-None-Match": french.headers["etag"]})
        for each in ("fr", "ar")
    )
    assert (same.status_code, same.content, other.status_code) == (304, b"", 200)


@pytest.mark.parametrize("suffix", ["json", "csv", "xlsx", "geojson"])
def test_every_format_says_where_the_lots_went(reader, plan, suffix):
    answer = reader.get(f"{plan}.{suffix}")
    assert answer.status_code == 200
    if suffix == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        text = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    else:
        text = answer.text
    for part in ("A1", "A2", "L1", "L2", "L3"):
        assert part in text
    kept = suffix == "json"
    assert ("content-disposition" in answer.headers) != kept


def test_a_table_opened_by_a_spreadsheet_runs_nothing(reader, plan):
    """An applicant is called =cmd(): it stays a name."""
    rows = csv.reader(io.StringIO(reader.get(f"{plan}.csv").text))
    cells = [cell for row in rows for cell in row]
    assert any("=cmd()" in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_a_plan_is_listed_with_what_was_proved(home, reader, plan):
    (listed,) = reader.get("/v1/plans").json()["items"]
    assert listed == reader.get(f"{plan}/summary").json()
    assert (listed["value_millipoints"], listed["bound_millipoints"]) == (3_220_000, 3_250_000)
    assert listed["certificate_sha256"] == "0" * 64
    assert reader.get(f"{plan}/certificate").json()["rows"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("language", "applicant_id", "outcome"),
    [("en", "A1", "granted"), ("fr", "A3", "waitlist"), ("ar", "A4", "refused")],
)
def test_the_reason_is_told_in_the_readers_language(reader, plan, language, applicant_id, outcome):
    answer = reader.get(f"{plan}/explanations/{applicant_id}", headers={"Accept-Language": language}).json()
    assert answer["outcome"] == outcome
    english = reader.get(f"{plan}/explanations/{applicant_id}").json()
    assert (answer["text"] == english["text"]) == (language == "en")


@pytest.mark.parametrize("part", ["", ".csv", "/summary", "/certificate", "/waitlist", "/explanations/A1"])
def test_the_parts_of_no_plan_are_not_found(reader, plan, part):
    answer = reader.get(f"/v1/plans/nothing{part}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert reader.get(f"{plan}/explanations/nobody").status_code == 404


def test_what_prices_prove_is_told_at_once_of_small_instances_alone(reader, plan, monkeypatch):
    """It takes all placements, for which every other request to a large zone would wait."""

    def codes():
        return [each["code"] for each in reader.get(f"{plan}/explanations/A3").json()["facts"]]

    class Bounds:
        def __init__(self, instance, certificate):
            pass

        def most_millipoints(self, applicant_id):
            return 1

    monkeypatch.setattr(explanations, "ForcedBounds", Bounds)
    monkeypatch.setattr(explanations, "certificate_at", lambda service, plan_id: {})
    monkeypatch.setattr(explanations, "any_certificate_from", lambda document: None)
    assert codes()[-1] == "cost_proved"
    monkeypatch.setattr(explanations, "PROVED_MOST", 8)
    assert codes()
    assert "cost_proved" not in codes()


@pytest.mark.parametrize(
    "asked", ["explanations/A3", "explanations/A3?lot=L1", "lots/L1/explanation", "succession?gone=A1"]
)
def test_a_question_about_one_lists_the_placements_of_nobody_else(reader, plan, monkeypatch, asked):
    """The full listing of a large zone takes minutes, in which every other request is slow."""
    listing.forbid(monkeypatch)
    answer = reader.get(f"{plan}/{asked}")
    assert answer.status_code == 200
    assert answer.json()["facts"]


def test_what_is_told_of_a_plan_is_read_from_the_store_once(home, reader, plan):
    asked = [f"{plan}/explanations/A1", f"{plan}/lots/L1/explanation", f"{plan}/explanations/A3"]
    first = [reader.get(path).json() for path in asked]
    kept = home.service.recorded.get(plan.rpartition("/")[2])
    assert [reader.get(path).json() for path in asked] == first
    assert home.service.recorded.get(plan.rpartition("/")[2]) is kept
    assert kept.document == reader.get(f"{plan}.json").json()
    assert first[0]["code"] == kept.reasons["A1"][0]
