"""Synthetic instances: the same for the same seed, valid, and within the ranges that they promise."""

import random
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instances.faults import InstanceError
from instances.generate import FAMILIES, generate
from instances.generate.demand import PROFILES
from instances.generate.draws import Draws
from instances.generate.plans import SUB_ZONES
from instances.geometry import areas_m2, coverage_faults
from instances.reading import read_instance
from instances.writing import write_instance

SIZES = {"lots": 168, "applicants": 420}


@pytest.fixture(scope="module", params=FAMILIES)
def instance(request):
    return generate(**SIZES, seed=7, family=request.param)


def test_a_seed_gives_the_same_fingerprint_on_every_machine_and_day():
    found = generate(lots=60, applicants=90, seed=1, zones=2).fingerprint()
    assert found == "545425921c9e292226acfb28a9c1f894fb2dbe209f00f011f7c4de94b68b0994"


def test_the_global_random_state_does_not_matter():
    random.seed(1)
    one = generate(lots=30, applicants=20, seed=5)
    random.seed(2)
    assert generate(lots=30, applicants=20, seed=5) == one


def test_seeds_and_families_differ():
    made = [generate(lots=30, applicants=20, seed=seed, family=family) for seed in (1, 2) for family in FAMILIES]
    assert len({each.fingerprint() for each in made}) == len(made)


def test_an_instance_reads_back_identical(instance, tmp_path):
    write_instance(instance, tmp_path / "written")
    assert read_instance(tmp_path / "written").fingerprint() == instance.fingerprint()


def test_the_drawing_is_clean_and_the_areas_are_those_of_the_outlines(instance):
    assert coverage_faults(instance.lots) == []
    measured = areas_m2([lot.outline for lot in instance.lots])
    assert all(abs(lot.area_m2 - area) <= 0.01 * area for lot, area in zip(instance.lots, measured, strict=True))


def test_the_counts_are_those_asked_for(instance):
    assert (len(instance.lots), len(instance.applicants)) == (168, 420)
    assert {lot.zone for lot in instance.lots} == {"Z1"}


def test_lots_are_as_large_as_in_comparable_zones(instance):
    areas = [lot.area_m2 for lot in instance.lots]
    assert min(areas) >= 60
    assert max(areas) <= 6_000
    assert 500 <= median(areas) <= 1_100
    assert 100_000 <= sum(areas) <= 240_000


def test_blocks_streets_and_admitted_sectors_follow_the_family():
    zoned, opened, plots = (generate(**SIZES, seed=3, family=family) for family in FAMILIES)
    admitted = {sub_zone.name: tuple(sorted(sub_zone.sectors)) for sub_zone in SUB_ZONES}
    assert all(lot.sectors == admitted[lot.subzone] for lot in zoned.lots)
    assert not any(lot.sectors for lot in (*opened.lots, *plots.lots))
    assert not any(lot.block or lot.subzone for lot in plots.lots)
    assert {pair.kind for pair in zoned.neighbours} == {"border", "street"}
    assert {pair.kind for pair in plots.neighbours} == {"border"}
    for made in (zoned, opened, plots):
        assert 2.5 <= 2 * len(made.neighbours) / len(made.lots) <= 5


def test_blocks_hold_at_most_fourteen_lots_of_one_sub_zone():
    blocks = {}
    for lot in generate(**SIZES, seed=3).lots:
        blocks.setdefault(lot.block, []).append(lot.subzone)
    assert max(map(len, blocks.values())) <= 14
    assert all(len(set(names)) == 1 for names in blocks.values())


def test_demand_is_within_its_ranges(instance):
    free = [each for each in instance.applicants if not each.is_pinned]
    sectors = {profile.sector for profile in PROFILES}
    assert {each.sector for each in free} == sectors == {each.sector_id for each in instance.policy.sectors}
    assert all(150 <= each.area_min_m2 <= 12_000 for each in free)
    assert all(each.area_min_m2 < each.area_max_m2 for each in free)
    assert all(35 <= each.score <= 100 for each in free)
    assert {each.max_lots for each in free} == {1, 2, 3}
    assert {each.group for each in free} == {"sme", "large", "cooperative"}
    density = sorted(10_000 * each.jobs_direct / each.area_min_m2 for each in free)
    assert density[len(density) // 20] >= 20
    assert density[-len(density) // 20] <= 400
    assert 60 <= median(density) <= 160


def test_preferred_lots_admit_the_applicant(instance):
    named = [(each, instance.lot[lot]) for each in instance.applicants for lot in each.preferred_lots]
    assert len(named) > 100
    assert all(not lot.sectors or each.sector in lot.sectors for each, lot in named)


def test_limits_bind_and_pins_are_apart(instance):
    (limit,) = instance.policy.limits
    assert limit.power_kw < sum(each.power_kw for each in instance.applicants)
    assert limit.water_hl_day < sum(each.water_hl_day for each in instance.applicants)
    assert 4 <= len(instance.pinned_lots) <= 8
    assert not any({pair.lot_a, pair.lot_b} <= instance.pinned_lots for pair in instance.neighbours)


def test_several_zones_share_the_lots_and_lie_apart():
    made = generate(lots=50, applicants=40, seed=2, zones=4)
    counts = [sum(lot.zone == f"Z{number}" for lot in made.lots) for number in (1, 2, 3, 4)]
    assert counts == [13, 13, 12, 12]
    assert all(made.lot[pair.lot_a].zone == made.lot[pair.lot_b].zone for pair in made.neighbours)
    assert all(each.zones for each in made.applicants)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**53 - 1), st.integers(1, 5), st.sampled_from(FAMILIES))
def test_any_size_gives_a_valid_instance(lots, applicants, seed, zones, family):
    made = generate(lots=lots, applicants=applicants, seed=seed, zones=min(zones, lots), family=family)
    assert (len(made.lots), len(made.applicants)) == (lots, applicants)
    assert coverage_faults(made.lots) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"lots": 0}, "out_of_range"),
        ({"applicants": 0}, "out_of_range"),
        ({"zones": 0}, "out_of_range"),
        ({"zones": 11}, "out_of_range"),
        ({"seed": -1}, "out_of_range"),
        ({"family": "islands"}, "unknown_choice"),
    ],
)
def test_wrong_arguments_are_refused(wrong, code):
    with pytest.raises(InstanceError) as caught:
        generate(**({"lots": 10, "applicants": 5, "seed": 1} | wrong))
    (found,) = caught.value.faults
    assert (found.code, found.where.field) == (code, next(iter(wrong)))


def test_draws_stay_in_their_ranges_and_are_fair():
    draws = Draws(1)
    assert {draws.between(3, 5) for _ in range(200)} == {3, 4, 5}
    assert {draws.weighted([("a", 1), ("b", 0), ("c", 9)]) for _ in range(200)} == {"a", "c"}
    assert sorted(draws.some_of("abcd", 9)) == list("abcd")
    spread = [draws.spread(1_000) for _ in range(5_000)]
    assert min(spread) >= 280
    assert max(spread) <= 3_620
    assert 950 <= median(spread) <= 1_050
