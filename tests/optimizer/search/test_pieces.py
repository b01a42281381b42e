import numpy as np
import pytest
from hypothesis import given

from optimizer.search import pieces as pieces_module
from optimizer.search.pieces import beside_hostile_pins, piece_of_lot, pieces_of, pinned_sectors
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, lot, row_of


@pytest.fixture(params=[20, 2], ids=["whole", "cut"])
def most_lots(request, monkeypatch):
    """Pieces of the usual size, or so small that separated neighbours lie in two of them."""
    monkeypatch.setattr(pieces_module, "MOST_LOTS", request.param)


def hostile_pin_next_door(view, number):
    """Whether no plan can hold the placement beside the pins, by the judge."""
    name, lots = view.placement(number)
    pins = {each.applicant_id: each.pinned_lots for each in view.instance.applicants if each.pinned_lots}
    return any(
        not tiny.keeps_separation(view.instance, {pin: held, name: lots}) for pin, held in pins.items() if pin != name
    )


@tiny.examples(30)
@given(drawn.instances())
def test_placements_beside_hostile_pins_are_known(instance):
    view = View(instance)
    closed = beside_hostile_pins(view.ground, view.classes)
    for number in range(len(view.ground.site)):
        if not view.ground.is_pinned[view.ground.applicant[number]]:
            assert closed[view.classes.of[number]] == hostile_pin_next_door(view, number)
    holders = {lot: each.sector for each in instance.applicants for lot in each.pinned_lots}
    sectors = pinned_sectors(view.ground).tolist()
    assert [None if each < 0 else view.sectors[each] for each in sectors] == [holders.get(each) for each in view.lots]


@pytest.mark.usefixtures("most_lots")
@tiny.examples(30)
@given(drawn.instances())
def test_every_placement_that_a_plan_can_hold_is_in_one_piece_and_no_site_straddles(instance):
    view = View(instance)
    ground, classes = view.ground, view.classes
    pieces = pieces_of(ground, classes)
    of_lot = piece_of_lot(ground, pieces)
    held = [lot for piece in pieces for lot in piece.lots.tolist()]
    assert len(held) == len(set(held))
    assert [min(piece.lots.tolist()) for piece in pieces] == sorted(min(piece.lots.tolist()) for piece in pieces)
    pinned = {view.lots.index(lot) for lot in instance.pinned_lots}
    assert not pinned & set(held)
    wanted = {
        int(classes.of[number])
        for number in range(len(ground.site))
        if not ground.is_pinned[ground.applicant[number]] and not hostile_pin_next_door(view, number)
    }
    found = [each for piece in pieces for each in piece.group_class.tolist()]
    assert sorted(found) == sorted(wanted)
    for each in wanted:
        lots = ground.site_lots[ground.site_start[classes.site[each]] : ground.site_start[classes.site[each] + 1]]
        assert len(set(of_lot[lots].tolist())) == 1


@pytest.mark.usefixtures("most_lots")
@tiny.examples(25)
@given(drawn.instances())
def test_the_local_numbers_of_a_piece_mean_what_the_ground_says(instance):
    view = View(instance)
    ground, classes = view.ground, view.classes
    for piece in pieces_of(ground, classes):
        lots = piece.lots.tolist()
        for first in range(len(lots)):
            for group in range(piece.group_first[first], piece.group_first[first + 1]):
                site = piece.group_site[group]
                local = piece.site_lots[piece.site_start[site] : piece.site_start[site + 1]].tolist()
                number = piece.group_class[group]
                own = ground.site_lots[
                    ground.site_start[classes.site[number]] : ground.site_start[classes.site[number] + 1]
                ]
                assert sorted(lots[each] for each in local) == own.tolist()
                assert min(local) == first
                assert classes.sector[number] == piece.group_sector[group]
            edges = range(piece.edge_start[first], piece.edge_start[first + 1])
            inside = [
                e for e in np.flatnonzero(ground.edge_from == lots[first]).tolist() if int(ground.edge_to[e]) in lots
            ]
            assert piece.edge[edges.start : edges.stop].tolist() == inside
            assert [lots[piece.other[k]] for k in edges] == ground.edge_to[inside].tolist()
        assert piece.group_first[-1] == len(piece.group_class)
        assert piece.edge_start[-1] == len(piece.edge)


def test_separated_neighbours_are_joined_up_to_a_number_of_lots_and_others_are_not():
    people = [asks("a"), asks("b", "stone")]
    joined = View(row_of(45, *people, separation=("border",)))
    sizes = [len(piece.lots) for piece in pieces_of(joined.ground, joined.classes)]
    assert sum(sizes) == 45
    assert max(sizes) <= pieces_module.MOST_LOTS < sum(sizes)
    loose = View(row_of(5, *people, separation=()))
    assert [piece.lots.tolist() for piece in pieces_of(loose.ground, loose.classes)] == [[0], [1], [2], [3], [4]]


def test_lots_of_one_site_are_in_one_piece_however_many():
    view = View(row_of(30, asks("a", max_lots=2), max_lots=2, separation=()))
    (piece,) = pieces_of(view.ground, view.classes)
    assert len(piece.lots) == 30


def test_a_zone_of_pins_or_without_open_lots_has_no_piece():
    for instance in (
        row_of(2, asks("a", pinned_lots=("L1", "L2"))),
        row_of((lot("L1", status="reserved"),), asks("a")),
        row_of(2, asks("a", pinned_lots=("L1",)), asks("b", "stone")),
    ):
        view = View(instance)
        assert pieces_of(view.ground, view.classes) == []
        assert (piece_of_lot(view.ground, []) == -1).all()
