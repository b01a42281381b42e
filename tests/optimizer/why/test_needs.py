"""The nearest change is judged by brute force: it makes a site fit, and nothing less does."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from instances.instance import Instance
from optimizer.sites import enumerate_sites
from optimizer.why.needs import nearest_changes
from tests import drawn, tiny

FIELD = {
    "change_area_min": "area_min_m2",
    "change_area_max": "area_max_m2",
    "change_max_lots": "max_lots",
    "change_power": "power_kw",
    "change_water": "water_hl_day",
    "change_zones": "zones",
    "change_beside": "beside_lots",
}


def sites_of(instance, applicant):
    """By the judge, whatever the applicant's score: needs are not the score."""
    others = tuple(each for each in instance.applicants if each.applicant_id != applicant.applicant_id)
    eligible = replace(applicant, score=100)
    trial = Instance(instance.lots, instance.neighbours, (*others, eligible), instance.policy)
    return tiny.placements(trial)[applicant.applicant_id]


def number(told):
    values = dict(told.values)
    return values.get("has", values.get("has_hl_day"))


@tiny.examples(40)
@given(st.data())
def test_a_change_lets_a_site_fit_and_a_smaller_one_does_not(data):
    instance = data.draw(drawn.instances())
    open_sites = enumerate_sites(instance)
    for applicant in instance.applicants:
        if applicant.is_pinned:
            continue
        told = nearest_changes(instance, applicant, open_sites)
        if sites_of(instance, applicant):
            assert told == ()
            continue
        codes = [each.code for each in told]
        assert bool(codes) == bool(open_sites)
        if not codes or codes[0] == "several_needs":
            assert len(codes) != 2
            continue
        for each in told:
            if each.code == "change_sector":
                continue
            field, asked = FIELD[each.code], getattr(applicant, FIELD[each.code])
            needed = number(each)
            if each.code == "change_zones":
                assert sites_of(instance, replace(applicant, zones=(*asked, *needed)))
            elif each.code == "change_beside":
                assert sites_of(instance, replace(applicant, beside_lots=()))
            else:
                assert sites_of(instance, replace(applicant, **{field: needed}))
                step = 1 if needed < asked else -1
                if needed + step != asked:
                    assert not sites_of(instance, replace(applicant, **{field: needed + step}))
        # No other figure alone would do.
        for code, field in FIELD.items():
            if code not in codes and code in ("change_power", "change_water", "change_area_min"):
                assert not sites_of(instance, replace(applicant, **{field: 0}))
