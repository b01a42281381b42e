"""What one question lists is what the full listing of all placements holds of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.generate import generate
from optimizer.plan import Plan
from optimizer.sites import enumerate_placements, enumerate_sites
from optimizer.why import explainer
from optimizer.why.asked_sites import has_open_lot, nearest_sites, sites_of, sites_with, wanting
from optimizer.why.explainer import Explainer
from optimizer.why.needs import nearest_changes
from tests import drawn, listing, tiny
from tests.zones import asks, lot, row_of


def agree(instance):
    """Compare every question's list with the full one."""
    every, open_sites = enumerate_placements(instance), enumerate_sites(instance)
    assert has_open_lot(instance) == bool(open_sites)
    listed = {each.applicant_id: [] for each in instance.applicants}
    for placement in every:
        listed[placement.applicant.applicant_id].append(placement.lots)
    assert {each.applicant_id: sites_of(instance, each) for each in instance.applicants} == listed
    for parcel in instance.lots:
        lot_id = parcel.lot_id
        assert sites_with(instance, lot_id) == [site for site in open_sites if lot_id in site.lots]
        holding = {each: [lots for lots in sites if lot_id in lots] for each, sites in listed.items()}
        assert wanting(instance, lot_id) == {each: sites for each, sites in holding.items() if sites}
    some = instance.lots[0].lot_id, instance.lots[-1].lot_id
    holding = {each: [lots for lots in sites if set(some) & set(lots)] for each, sites in listed.items()}
    assert wanting(instance, *some) == {each: sites for each, sites in holding.items() if sites}
    for each in instance.applicants:
        told = nearest_changes(instance, each, nearest_sites(instance, each))
        assert told == nearest_changes(instance, each, open_sites)


@tiny.examples(150)
@given(drawn.instances())
def test_one_question_lists_what_the_full_listing_holds_of_it(instance):
    agree(instance)


@tiny.examples(12)
@given(st.integers(0, 2**20), st.sampled_from((1, 2, 3, 4, 5)), st.sampled_from(("border", "street")))
def test_also_where_sites_are_of_many_lots_and_needs_are_hard_to_meet(seed, most, across):
    instance = generate(lots=24, applicants=30, seed=seed, zones=2)
    asking = [
        replace(each, max_lots=1 + number % 5, power_kw=each.power_kw * (1, 1, 9, 99)[number % 4],
                water_hl_day=each.water_hl_day * (1, 9)[number % 2],
                beside_lots=(instance.lots[number % 24].lot_id,) if number % 3 == 0 and not each.is_pinned else ())
        for number, each in enumerate(instance.applicants)
    ]  # fmt: skip
    agree(replace(instance, applicants=asking, policy=replace(instance.policy, max_lots=most, across=across)))


@tiny.examples(30)
@given(st.data())
def test_answers_are_those_of_the_full_listing(data):
    """The explainer over lists cut from the full listing says word for word what it says over those of one question."""
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    lazily, every = Explainer(instance, Plan(plan)), dict[str, list[tuple[str, ...]]]()
    for placement in enumerate_placements(instance):
        every.setdefault(placement.applicant.applicant_id, []).append(placement.lots)
    open_sites = enumerate_sites(instance)

    def cut(_, lot_id):
        holding = {each: [lots for lots in sites if lot_id in lots] for each, sites in every.items()}
        return {each: sites for each, sites in holding.items() if sites}

    told = everything(lazily, instance)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explainer, "sites_of", lambda _, each: every.get(each.applicant_id, []))
        patch.setattr(explainer, "sites_with", lambda _, lot_id: [each for each in open_sites if lot_id in each.lots])
        patch.setattr(explainer, "nearest_sites", lambda *_: open_sites)
        patch.setattr(explainer, "wanting", cut)
        assert told == everything(Explainer(instance, Plan(plan)), instance)


def everything(asked, instance):
    of_all = [asked.of_applicant(each.applicant_id) for each in instance.applicants]
    of_all += [asked.of_lot(each.lot_id) for each in instance.lots]
    return of_all + [
        asked.of_pair(one.applicant_id, two.lot_id) for one in instance.applicants for two in instance.lots
    ]


def test_no_question_lists_everybody(monkeypatch):
    zone = row_of((lot("L1"), lot("L2")), asks("a"), asks("b"), asks("c", power_kw=50))

    listing.forbid(monkeypatch)
    assert len(everything(Explainer(zone, Plan({"a": ("L1",)})), zone)) == 11
