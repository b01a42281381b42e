"""Figures of a plan, against a count by hand and the judge of tiny instances; the table as files."""

import csv
import io
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from instances.faults import LANGUAGES
from optimizer.compare.difference import fates
from optimizer.compare.figures import Compared, figures
from optimizer.compare.table import catalogue, table
from optimizer.export.comparison import comparison_csv, comparison_xlsx
from optimizer.outcome import Proof
from optimizer.picture.charts import difference_map, points_chart, shares_chart
from optimizer.plan import Plan
from tests import drawn, tiny
from tests.outcomes import small_instance

PLAN = Plan({"A1": ("L1", "L2"), "A2": ("L3",)})


def small(label="one", proof=None):
    return figures(Compared(label, small_instance(), PLAN, proof, 7))


def test_a_plan_is_counted_as_by_hand():
    found = small(proof=Proof(3_250_000, "0" * 64))
    assert (found.value_millipoints, found.bound_millipoints, found.gap_millionths) == (3_220_000, 3_250_000, 9_317)
    assert (found.jobs_direct, found.jobs_indirect, found.area_m2) == (29, 8, 3100)
    assert (found.lots_granted, found.lots, found.applicants_granted, found.applicants) == (3, 4, 2, 4)
    assert found.lots_by_sector == {"bakery": 2, "marble": 1}
    assert found.lots_by_group == {"sme": 3}
    assert found.used == {"power_kw": 30, "water_hl_day": 30}
    assert (found.breaches, found.lowest_score, found.seconds) == (0, 70, 7)


@tiny.examples(40)
@given(st.data())
def test_every_plan_is_counted_as_the_judge_counts(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    found = figures(Compared("x", instance, Plan(plan)))
    goals = tiny.goals(instance, plan)
    assert {goal: found.goals_millipoints.get(goal, 0) for goal in goals} == goals
    assert found.value_millipoints == sum(goals.values())
    assert (found.breaches == 0) == tiny.is_feasible(instance, plan)
    assert sum(found.lots_by_sector.values()) == sum(found.lots_by_group.values()) == sum(map(len, plan.values()))


def test_csv_and_workbook_hold_the_same_table():
    compared = [small(), small("=two")]
    lines = table(compared)
    rows = list(csv.reader(io.StringIO(comparison_csv(compared).decode())))
    assert rows[0] == ["key", "Fact", "one", "'=two"]
    assert [row[0] for row in rows[1:]] == [line.key for line in lines]
    assert [row[2:] for row in rows[1:]] == [
        ["" if cell is None else str(cell) for cell in line.cells] for line in lines
    ]
    for language in LANGUAGES:
        book = CalamineWorkbook.from_filelike(io.BytesIO(comparison_xlsx(compared, language)))
        sheet = book.get_sheet_by_index(0).to_python()
        assert [row[0] for row in sheet[1:]] == [line.title for line in table(compared, language)]
        assert sheet[0][1:] == ["one", "=two"]


def test_every_title_is_said_in_every_language():
    assert all(entry.keys() == set(LANGUAGES) for entry in catalogue().values())


def test_lots_are_told_by_what_became_of_them():
    instance = small_instance()
    later = Plan({"A3": ("L1",), "A4": ("L3",)})
    found = fates((instance, PLAN), (instance, later))
    assert found == {"L1": "same_sector", "L2": "lost", "L3": "same_sector", "L4": "free"}
    assert fates((instance, later), (instance, PLAN))["L2"] == "gained"
    moved = replace(instance.applicant["A2"], sector="bakery")
    other = replace(
        instance, applicants=tuple(moved if each.applicant_id == "A2" else each for each in instance.applicants)
    )
    assert fates((instance, PLAN), (other, PLAN))["L3"] == "other_sector"
    assert fates((instance, PLAN), (instance, PLAN))["L1"] == "same"


def test_pictures_of_equal_figures_are_equal_bytes():
    compared = [small(proof=Proof(3_250_000, "0" * 64)), small("two $")]
    sides = ((small_instance(), PLAN), (small_instance(), Plan({})))
    for kind, start in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        for draw in (points_chart, shares_chart):
            assert draw(compared, "fr", kind) == draw(compared, "fr", kind)
            assert draw(compared, "ar", kind).startswith(start)
        assert difference_map(*sides, "en", kind) == difference_map(*sides, "en", kind)
