"""The ground of some zones: the same lots, sites, placements and borders as in the whole, under other numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.search.zone_ground import districts_of, packed, unpacked, zone_ground
from tests import drawn, tiny
from tests.optimizer.search.apart import zones_apart
from tests.optimizer.search.views import View


def zone_numbers(instance):
    zones = sorted({lot.zone for lot in instance.lots})
    return np.array([zones.index(lot.zone) for lot in instance.lots], dtype=np.int32)


def lots_of(ground, site):
    return ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]]


@tiny.examples(40)
@given(st.one_of(zones_apart(), drawn.instances()), st.data())
def test_a_part_says_of_its_lots_what_the_whole_says(instance, data):
    whole = View(instance).ground
    district = districts_of(whole, zone_numbers(instance))
    chosen = np.isin(district, data.draw(st.sets(st.integers(0, int(district.max())), min_size=1)))
    part = zone_ground(whole, chosen)
    ground = part.ground
    inside = [chosen[lots_of(whole, site)].all() for site in whole.site.tolist()]
    assert part.placements.tolist() == np.flatnonzero(inside).tolist()
    for mine, theirs in enumerate(part.placements.tolist()):
        assert part.lots[lots_of(ground, ground.site[mine])].tolist() == lots_of(whole, whole.site[theirs]).tolist()
        assert ground.gain[mine] == whole.gain[theirs]
        asker = ground.applicant[mine]
        assert part.applicants[asker] == whole.applicant[theirs]
        assert ground.start[asker] <= mine < ground.start[asker + 1]
        assert (ground.need[:, asker] == whole.need[:, whole.applicant[theirs]]).all()
        assert (ground.per_lot[:, asker] == whole.per_lot[:, whole.applicant[theirs]]).all()
        assert (ground.touches[:, ground.site[mine]] == whole.touches[:, whole.site[theirs]]).all()
    assert (ground.sector == whole.sector[part.applicants]).all()
    assert (ground.is_pinned == whole.is_pinned[part.applicants]).all()
    assert part.edges.tolist() == np.flatnonzero(chosen[whole.edge_from]).tolist()
    for mine, theirs in enumerate(part.edges.tolist()):
        ends = part.lots[[ground.edge_from[mine], ground.edge_to[mine]]]
        assert ends.tolist() == [whole.edge_from[theirs], whole.edge_to[theirs]]
        assert part.edges[ground.back[mine]] == whole.back[theirs]
        assert ground.edge_start[ground.edge_from[mine]] <= mine < ground.edge_start[ground.edge_from[mine] + 1]
        assert (ground.rate[mine], ground.is_apart[mine]) == (whole.rate[theirs], whole.is_apart[theirs])
    for lot, theirs in enumerate(part.lots.tolist()):
        found = ground.lot_sites[ground.lot_start[lot] : ground.lot_start[lot + 1]].tolist()
        known = whole.lot_sites[whole.lot_start[theirs] : whole.lot_start[theirs + 1]].tolist()
        assert [part.lots[lots_of(ground, site)].tolist() for site in found] == [
            lots_of(whole, site).tolist() for site in known
        ]


@tiny.examples(30)
@given(drawn.instances())
def test_no_edge_leaves_a_district_and_zones_stay_whole(instance):
    whole, zone = View(instance).ground, zone_numbers(instance)
    district = districts_of(whole, zone)
    assert sorted(set(district.tolist())) == list(range(int(district.max()) + 1))
    assert (district[whole.edge_from] == district[whole.edge_to]).all()
    assert len({*zip(zone.tolist(), district.tolist(), strict=True)}) == len(set(zone.tolist()))


@tiny.examples(5)
@given(zones_apart())
def test_zones_without_a_border_between_them_are_districts(instance):
    assert districts_of(View(instance).ground, zone_numbers(instance)).tolist() == zone_numbers(instance).tolist()


@tiny.examples(10)
@given(zones_apart())
def test_what_is_packed_is_unpacked(instance):
    ground = View(instance).ground
    found = unpacked(packed(ground._asdict()))
    assert found.keys() == set(ground._fields)
    for name, array in ground._asdict().items():
        assert found[name].dtype == array.dtype
        assert (found[name] == array).all()


@pytest.mark.parametrize("message", [b"", b"no arrays", packed({"a": np.zeros(3)})[:-4]])
def test_what_is_no_message_is_refused(message):
    with pytest.raises(ValueError, match=f"a message of {len(message)} bytes that holds no arrays"):
        unpacked(message)
