"""What the page of a plan says is what a recount says."""

import json

import pytest

from api.pages.plan_map import PlanMap
from api.pages.plan_table import OUTCOMES, SORTS, found, wanted_of
from instances import library
from instances.faults import LANGUAGES
from instances.reading import read_instance
from optimizer.audit import audit
from optimizer.export.rows import rows, sector_totals
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.rules import limits, quotas
from optimizer.solve import solve
from tests.api.pages import altered
from tests.api.pages.viewed import viewed
from tests.outcomes import small_outcome


@pytest.fixture(scope="module")
def view():
    instance = read_instance(library.path("ait-kamra-168"))
    lots = [lot.lot_id for lot in instance.lots][:120]
    assignments = {each.applicant_id: (lot,) for each, lot in zip(instance.applicants, lots, strict=False)}
    plan = Plan(assignments)
    counted = audit(instance, plan)
    outcome = small_outcome(
        instance=instance, plan=plan, value_millipoints=counted.value_millipoints,
        goals_millipoints=counted.goals_millipoints, waitlist=(), reasons={},
    )  # fmt: skip
    return viewed(outcome)


@pytest.fixture(scope="module")
def whole():
    """An outcome as the optimizer ends with one."""
    return solve(read_instance(altered.FOLDER / "instance"), Limits(None, 8))


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_are_those_that_are_exported(whole, language):
    seen = set()
    for outcome in (whole, small_outcome()):
        assert viewed(outcome).rows(language) == list(rows(outcome, language))
        seen |= {row.outcome for row in viewed(outcome).rows(language)}
    assert seen == set(OUTCOMES)


def test_totals_are_those_that_are_exported(view, whole):
    assert view.totals == sector_totals(view.instance, view.plan)
    assert viewed(whole).totals == sector_totals(whole.instance, whole.plan)


def test_an_entry_says_what_its_row_says(whole):
    seen = viewed(whole)
    for entry, row in zip(seen.entries, rows(whole), strict=True):
        assert entry._asdict() == {name: getattr(row, name) for name in entry._fields}


def test_what_neighbours_earn_together_is_the_clustering(view):
    twice = sum(each.millipoints for lot in view.instance.lots for each in view.besides(lot.lot_id))
    assert twice == 2 * view.goals_millipoints["clustering"]


def test_a_limit_is_exceeded_on_the_page_when_the_rule_is_broken(view):
    broken = {breach.who for breach in limits.breaches(view.instance, view.plan)}
    assert {(use.zone, use.unit) for use in view.uses if use.used > use.most} == broken
    assert len(view.uses) >= 1


def test_a_share_is_missed_on_the_page_when_the_rule_is_broken(view):
    broken = {breach.who for breach in quotas.breaches(view.instance, view.plan)}
    missed = set()
    for share in view.shares:
        low, high = share.quota.min_lot_share_percent, share.quota.max_lot_share_percent
        if low is not None and 100 * share.held < low * share.granted:
            missed.add((share.quota.name,))
        if high is not None and 100 * share.held > high * share.granted:
            missed.add((share.quota.name,))
    assert missed == broken


def test_every_granted_lot_has_a_shade_within_its_range(view):
    for lot in view.plan.tenant:
        low, high = view.ranges[view.shade(lot)]
        assert low <= view.jobs_per_hectare[lot] <= high
    lows = [low for low, _ in view.ranges]
    assert lows == sorted(set(lows))


def test_every_lot_is_in_the_legends_once(view):
    drawing = PlanMap(view, "fr", Plan({}))
    every = len(view.instance.lots)
    assert sum(key.lots for key in drawing.sectors()) == every
    assert sum(key.lots for key, _ in drawing.jobs()) == len(view.plan.tenant)
    assert {key.classes: key.lots for key in drawing.changes()}["c-new"] == len(view.plan.tenant)
    for lot in view.instance.lots:
        classes = drawing.look(lot.lot_id).classes.split()
        assert len(classes) == (3 if lot.lot_id in view.plan.tenant else 2)


def test_changes_are_told_apart(view):
    (first, lots), (second, others), *rest = view.plan.assignments.items()
    before = Plan({first: lots, "A-gone": others, **dict(rest[1:])})
    drawing = PlanMap(view, "en", before)
    assert drawing.change(lots[0]) == "same"
    assert drawing.change(others[0]) == "other"
    assert drawing.change(rest[0][1][0]) == "new"
    freed = next(lot.lot_id for lot in view.instance.lots if lot.lot_id not in view.plan.tenant)
    assert drawing.change(freed) == "free"
    assert PlanMap(view, "en", Plan({"A-gone": (freed,)})).change(freed) == "freed"
    assert second


def test_sorting_and_filtering_find_what_a_plain_search_finds():
    listed = list(rows(small_outcome()))
    for sort in SORTS:
        for turned in ("", "1"):
            got = found(listed, wanted_of("", "", "", sort, turned, 1))
            assert got.count == len(listed)
            assert {row.applicant_id for row in got.entries} == {row.applicant_id for row in listed}
    scores = [row.score for row in found(listed, wanted_of("", "", "", "score", "", 1)).entries]
    assert scores == sorted(scores, reverse=True)
    turned = [row.score for row in found(listed, wanted_of("", "", "", "score", "1", 1)).entries]
    assert turned == sorted(scores)
    for outcome in OUTCOMES:
        got = found(listed, wanted_of("", outcome, "", "", "", 1))
        assert [row.applicant_id for row in got.entries] == [
            row.applicant_id for row in listed if row.outcome == outcome
        ]
    assert [row.applicant_id for row in found(listed, wanted_of("AMAL", "", "", "", "", 1)).entries] == ["A1"]
    assert [row.applicant_id for row in found(listed, wanted_of("l3", "", "marble", "", "", 1)).entries] == ["A2"]
    assert found(listed, wanted_of("nobody", "", "", "", "", 9)).page == 1


def test_equals_stand_in_the_order_of_their_ids_whichever_way_the_table_is_sorted():
    listed = [row._replace(score=50, name="x", sector="s") for row in viewed(small_outcome()).entries]
    for sort in ("name", "sector", "applicant"):
        for turned in ("", "1"):
            got = [row.applicant_id for row in found(listed, wanted_of("", "", "", sort, turned, 1)).entries]
            assert got == sorted(got, reverse=bool(turned))
    falling = [row.applicant_id for row in found(listed, wanted_of("", "", "", "score", "", 1)).entries]
    assert falling == sorted(falling, reverse=True)
    rising = [row.applicant_id for row in found(listed, wanted_of("", "", "", "score", "1", 1)).entries]
    assert rising == sorted(rising)


def test_pages_of_the_table_hold_everybody_once():
    listed = list(rows(small_outcome())) * 40
    seen = []
    pages = found(listed, wanted_of("", "", "", "name", "", 1)).pages
    for page in range(1, pages + 1):
        seen += found(listed, wanted_of("", "", "", "name", "", page)).entries
    assert (len(seen), pages) == (160, 3)


def test_a_panel_says_who_holds_a_lot_and_why(held):
    part = held.get(f"/plans/{held.plan_id}/lots/L1", **{"X-Fragment": "1"})
    assert "<html" not in part.text
    assert "Boulangerie Al Amal" in part.text
    assert "Is granted L1, L2." in part.text
    whole = held.get(f"/plans/{held.plan_id}/lots/L1")
    assert "<html" in whole.text
    assert "Is granted L1, L2." in whole.text


def test_a_panel_says_why_not(held):
    part = held.get(f"/plans/{held.plan_id}/applicants/A4", language="fr", **{"X-Fragment": "1"})
    assert "Sa note, 30, est inférieure" in part.text
    assert "-Marbre [bold]" in part.text


def test_only_what_was_proved_is_called_proved(held):
    text = held.get(f"/plans/{held.plan_id}").text
    assert 'class="card figure proof part"' in text
    assert "no plan is worth more than" in text
    assert "Optimal" not in text


def test_the_canvas_of_a_large_zone_gets_every_lot(held):
    drawn = json.loads(held.get(f"/plans/{held.plan_id}/map.json").content)
    assert [lot[0] for lot in drawn["lots"]] == ["L1", "L2", "L3", "L4"]
    assert [lot[6] for lot in drawn["lots"]] == ["A", "A", "B", ""]


def test_the_best_plan_of_a_run_is_recounted(held):
    best = held.get(f"/runs/{held.ended.id}/best.json").json()
    assert best["lots"] == [0, 0, 1, -1]
    assert (best["granted"], best["applicants"], best["jobs"]) == (3, 2, 29)
    assert held.get(f"/runs/{held.waiting.id}/best.json").json()["lots"] == []


def test_the_first_steps_open_the_bundled_zone_once(home):
    client = home.client("committee")
    page = client.get("/start", headers={"Accept": "text/html"})
    assert 'data-address="/start/bundled"' in page.text
    made = client.post("/start/bundled")
    assert made.status_code == 201
    assert client.post("/start/bundled").json() == made.json()
    assert client.get(f"/v1/rounds/{made.json()['id']}").json()["state"] == "open"
    assert client.get("/start", headers={"Accept": "text/html"}).text.count('<li class="card') == 5
