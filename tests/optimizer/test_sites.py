import pytest
from hypothesis import given

from optimizer.candidates import Candidates
from optimizer.sites import enumerate_placements, enumerate_sites, site_of, touches
from tests import drawn, tiny
from tests.zones import asks, lot, row_of


@tiny.examples(120)
@given(drawn.instances())
def test_placements_are_the_judges_and_the_checkers(instance):
    found: dict[str, list[tuple[str, ...]]] = {each.applicant_id: [] for each in instance.applicants}
    for placement in enumerate_placements(instance):
        found[placement.applicant.applicant_id].append(placement.lots)
    assert found == tiny.placements(instance)
    candidates = Candidates(instance)
    checked = {each.applicant_id: [each.pinned_lots] if each.is_pinned else [] for each in instance.applicants}
    for each in sorted(instance.applicants, key=lambda applicant: applicant.sector):
        if not each.is_pinned:
            numbers = [number for _, fitting in candidates.of(each) for number in fitting]
            checked[each.applicant_id] = sorted(candidates.groups[number].lots for number in numbers)
    assert found == checked


@tiny.examples(40)
@given(drawn.instances())
def test_placements_come_in_canonical_order_with_exact_sums(instance):
    found = enumerate_placements(instance)
    order = [(placement.applicant.applicant_id, placement.lots) for placement in found]
    assert order == sorted(set(order))
    for placement in found:
        parcels = tiny.lots_of(instance, placement.lots)
        assert placement.site.area_m2 == sum(parcel.area_m2 for parcel in parcels)
        assert placement.site.power_kw == sum(parcel.power_kw for parcel in parcels)
        assert placement.site.water_hl_day == sum(parcel.water_hl_day for parcel in parcels)
        assert placement.site.zones == {parcel.zone for parcel in parcels}


def test_sites_are_connected_groups_of_open_lots_up_to_the_largest():
    lots = (lot("L1"), lot("L2"), lot("L3"), lot("L4", status="withdrawn"), lot("L5"))
    instance = row_of(lots, asks("held", pinned_lots=("L5",)), max_lots=3)
    groups = [site.lots for site in enumerate_sites(instance)]
    assert groups == [("L1",), ("L1", "L2"), ("L1", "L2", "L3"), ("L2",), ("L2", "L3"), ("L3",)]


def test_lots_join_across_the_kind_of_the_policy_only():
    facing = row_of(2, asks("a"), kind="street", max_lots=2)
    assert [site.lots for site in enumerate_sites(facing)] == [("L1",), ("L2",)]
    joined = row_of(2, asks("a"), kind="street", max_lots=2, across="street")
    assert [site.lots for site in enumerate_sites(joined)] == [("L1",), ("L1", "L2"), ("L2",)]


def test_a_site_admits_what_all_its_lots_admit():
    lots = (lot("L1", sectors=("bread", "wood")), lot("L2"), lot("L3", sectors=("stone", "wood")))
    instance = row_of(lots, asks("a"))
    assert site_of(instance, ("L2",)).sectors is None
    assert site_of(instance, ("L2", "L1")).sectors == {"bread", "wood"}
    assert site_of(instance, ("L1", "L3")).sectors == {"wood"}
    with pytest.raises(KeyError):
        site_of(instance, ("L9",))


def test_an_applicant_under_the_score_gate_has_no_placement_unless_pinned():
    instance = row_of(2, asks("low", score=49), asks("held", score=0, pinned_lots=("L2",)), min_score=50)
    assert [(each.applicant.applicant_id, each.lots) for each in enumerate_placements(instance)] == [("held", ("L2",))]


def test_beside_means_holding_or_bordering_and_not_facing():
    bordering = row_of(3, asks("a"))
    assert touches(bordering, ("L2",), frozenset(("L2",)))
    assert touches(bordering, ("L2",), frozenset(("L3",)))
    assert not touches(bordering, ("L1",), frozenset(("L3",)))
    assert not touches(row_of(2, asks("a"), kind="street"), ("L1",), frozenset(("L2",)))
