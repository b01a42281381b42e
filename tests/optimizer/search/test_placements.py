import pytest
from hypothesis import given

from optimizer.search.placements import Placements
from optimizer.sites import enumerate_placements
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of


@tiny.examples(15)
@given(drawn.instances())
def test_the_sequence_is_the_list_of_placements(instance):
    placements, wanted = Placements(instance, View(instance).ground), enumerate_placements(instance)
    assert len(placements) == len(wanted)
    assert list(placements) == wanted
    assert [placements[number] for number in range(len(wanted))] == wanted
    assert placements[1:3] == wanted[1:3]
    assert placements[::-1] == wanted[::-1]
    assert all(each in placements for each in wanted)


def test_numbers_count_from_either_end_and_stop_there():
    instance = row_of(2, asks("a"))
    placements = Placements(instance, View(instance).ground)
    assert placements[-1] == placements[1]
    for number in (2, -3):
        with pytest.raises(IndexError):
            placements[number]
