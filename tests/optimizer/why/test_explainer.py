"""Every explanation is true by a recount from the specification, and says nothing of others but who holds what."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.faults import LANGUAGES
from optimizer.plan import Plan
from optimizer.why.explainer import Explainer
from optimizer.why.fact import sentence
from tests import drawn, tiny
from tests.zones import asks, lot, row_of


@tiny.examples(30)
@given(st.data())
def test_every_applicant_and_lot_has_a_true_explanation(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    explainer, sites = Explainer(instance, Plan(plan)), tiny.placements(instance)
    held = {lot_id for lots in plan.values() for lot_id in lots}
    for each in instance.applicants:
        told = explainer.of_applicant(each.applicant_id)
        codes = {one.code for one in told}
        free = [lots for lots in sites[each.applicant_id] if not held & set(lots)]
        assert ("score_too_low" in codes) == (
            each.applicant_id not in plan and not each.pinned_lots and each.score < instance.policy.min_score
        )
        if each.applicant_id not in plan and not each.pinned_lots and "score_too_low" not in codes:
            assert ("no_fitting_site" in codes or "no_open_lot" in codes) == (not sites[each.applicant_id])
            assert ("sites_taken" in codes) == (bool(sites[each.applicant_id]) and not free)
            assert ("sites_free" in codes) == bool(free)
            if len(free) <= 6:
                passing = [lots for lots in free if tiny.is_feasible(instance, {**plan, each.applicant_id: lots})]
                assert [dict(one.values)["lots"] for one in told if one.code == "no_gain"] == passing
    for parcel in instance.lots:
        codes = {one.code for one in explainer.of_lot(parcel.lot_id)}
        assert ("lot_idle" in codes) == (parcel.lot_id not in held and parcel.status == "available")
        if "lot_fits_nobody" in codes:
            assert not any(parcel.lot_id in lots for every in sites.values() for lots in every)
        for each in instance.applicants:
            told = explainer.of_pair(each.applicant_id, parcel.lot_id)
            assert told
            assert all(sentence(one, language) for one in told for language in LANGUAGES)


ZONE = row_of(
    (lot("L1"), lot("L2"), lot("L3", status="reserved")),
    asks("a", "bread", preferred_lots=("L1",), jobs_direct=9),
    asks("b", "stone", preferred_lots=("L1",), score=70),
    asks("c", "bread", power_kw=50),
    asks("d", "wood", score=10),
    asks("e", "wood", power_kw=50, area_min_m2=5000, area_max_m2=9000),
    min_score=20,
)


@pytest.mark.parametrize(
    ("applicant_id", "codes"),
    [
        ("a", ["granted", "asked_lot_granted"]),
        ("b", ["sites_free", "separation", "asked_lot_held"]),
        ("c", ["no_fitting_site", "change_power"]),
        ("d", ["score_too_low"]),
        ("e", ["no_fitting_site", "several_needs", "lacks_area_min", "lacks_power"]),
    ],
)
def test_each_code_where_it_belongs(applicant_id, codes):
    told = Explainer(ZONE, Plan({"a": ("L1",)})).of_applicant(applicant_id)
    assert [one.code for one in told] == codes


def test_of_others_only_their_ids_are_told():
    """Scores, jobs and needs of those who hold a site are figures that no reason may show."""
    told = Explainer(ZONE, Plan({"a": ("L1",)})).of_applicant("b")
    assert "a" in {value for one in told for _, value in one.values}
    assert not {9, 100} & {value for one in told for _, value in one.values}


def test_lots_are_explained_too():
    explainer = Explainer(ZONE, Plan({"a": ("L1",)}))
    assert [one.code for one in explainer.of_lot("L1")] == ["lot_held", "lot_waiting"]
    assert [one.code for one in explainer.of_lot("L2")] == ["lot_idle", "lot_waiting", "lot_idle_separation"]
    assert [one.code for one in explainer.of_lot("L3")] == ["lot_reserved"]
    assert [one.code for one in explainer.of_pair("b", "L1")] == ["lot_sites_taken"]
    assert [one.code for one in explainer.of_pair("c", "L2")] == ["lot_unfit", "change_power"]
    assert [one.code for one in explainer.of_pair("a", "L1")] == ["granted", "asked_lot_granted"]
    for call in (lambda: explainer.of_lot("L9"), lambda: explainer.of_pair("z", "L1")):
        with pytest.raises(KeyError):
            call()
