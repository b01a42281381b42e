"""Who fits where is the same from the list and from the arrays of the search."""

from hypothesis import given
from hypothesis import strategies as st

from optimizer import fitting_sites as module
from optimizer.fitting_sites import ListedSites, fitting_sites
from optimizer.plan import Plan
from optimizer.search.placements import Placements
from tests import drawn, tiny


@tiny.examples(40)
@given(st.data())
def test_listed_and_computed_sites_are_the_judges(data):
    instance = data.draw(drawn.instances())
    listed, most = fitting_sites(instance), module.LISTED_MOST
    module.LISTED_MOST = 0
    try:
        computed = fitting_sites(instance)
    finally:
        module.LISTED_MOST = most
    assert (type(listed), type(computed)) == (ListedSites, Placements)
    judged = {each: sorted(sites) for each, sites in tiny.placements(instance).items()}
    assert set(listed.fitting()) == set(computed.fitting()) == {each for each, sites in judged.items() if sites}
    for each in instance.applicant:
        assert list(listed.sites_of(each)) == list(computed.sites_of(each)) == judged.get(each, [])
    held = data.draw(drawn.choices(instance))
    taken = {lot for lots in held.values() for lot in lots}
    one, two = listed.sites_under(Plan(held)), computed.sites_under(Plan(held))
    for each in instance.applicant:
        free = [lots for lots in judged.get(each, []) if taken.isdisjoint(lots)]
        assert one(each) == two(each) == (len(judged.get(each, [])), free)
