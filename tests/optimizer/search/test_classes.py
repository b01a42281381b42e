from hypothesis import given

from optimizer.rules import separation
from tests import drawn, tiny
from tests.optimizer.points import columns_of
from tests.optimizer.search.views import View


@tiny.examples(20)
@given(drawn.instances())
def test_a_class_is_the_placements_of_one_sector_on_one_site(instance):
    view = View(instance)
    ground, classes = view.ground, view.classes
    kinds = list(zip(ground.sector[ground.applicant].tolist(), ground.site.tolist(), strict=True))
    assert list(zip(classes.sector.tolist(), classes.site.tolist(), strict=True)) == sorted(set(kinds))
    assert [(classes.sector[each], classes.site[each]) for each in classes.of] == kinds
    for lot, name in enumerate(view.lots):
        held_by = {
            instance.applicant[each].sector
            for each, lots in (view.placement(number) for number in range(len(ground.site)))
            if name in lots
        }
        assert {view.sectors[sector] for sector in classes.covered[lot].nonzero()[0].tolist()} == held_by


@tiny.examples(20)
@given(drawn.instances())
def test_inner_edges_are_those_between_two_lots_of_the_site(instance):
    view = View(instance)
    ground, classes = view.ground, view.classes
    for site in range(len(ground.site_start) - 1):
        lots = set(ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]].tolist())
        inner = classes.inner[classes.inner_start[site] : classes.inner_start[site + 1]].tolist()
        wanted = [
            e
            for e, (one, two) in enumerate(zip(ground.edge_from.tolist(), ground.edge_to.tolist(), strict=True))
            if {one, two} <= lots
        ]
        assert sorted(inner) == wanted


@tiny.examples(35)
@given(drawn.instances())
def test_separations_and_affinities_are_those_of_the_rules(instance):
    view = View(instance)
    classes, ground = view.classes, view.ground

    def named(bits):
        return "|".join(sector for number, sector in enumerate(view.sectors) if (bits >> number) & 1)

    found = {
        ("separation", view.lots[ground.edge_from[e]], view.lots[ground.edge_to[e]], named(here), named(there))
        for e, here, there in zip(classes.edge.tolist(), classes.here.tolist(), classes.there.tolist(), strict=True)
    }
    assert found == {row.name for row in separation.rows(columns_of(instance))}
    assert len(found) == len(classes.edge)
    affine = set(zip(classes.one.tolist(), classes.two.tolist(), strict=True))
    sectors = range(len(view.sectors))
    assert affine == {(one, two) for one in sectors for two in sectors if ground.affinity[one, two] > 0}
