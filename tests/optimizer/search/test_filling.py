"""The exact filling of a piece against all its fillings, at any stakes."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search import pieces as pieces_module
from optimizer.search.filling import Stakes, fill_piece
from optimizer.search.pieces import pieces_of
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of

ENOUGH = 100_000


@pytest.fixture(params=[20, 2], ids=["whole", "cut"])
def most_lots(request, monkeypatch):
    """Pieces of the usual size, or so small that most zones have several."""
    monkeypatch.setattr(pieces_module, "MOST_LOTS", request.param)


class Case:
    """A piece, the placements that may fill it, and stakes; every filling with what it brings, told plainly."""

    def __init__(self, view: View, piece, stakes: Stakes, scale: int) -> None:
        self.view, self.piece, self.stakes, self.scale = view, piece, stakes, scale
        ground, classes = view.ground, view.classes
        inside = np.isin(classes.of, piece.group_class) & ~ground.is_pinned[ground.applicant]
        self.usable = np.flatnonzero(inside).tolist()
        of = classes.of[self.usable]
        start = np.zeros(len(classes.site) + 1, dtype=np.int64)
        start[1:] = np.cumsum(np.bincount(of, minlength=len(classes.site)))
        members = np.array(self.usable, dtype=np.int32)[np.argsort(of, kind="stable")]
        self.members = (start, members)

    def brings(self, chosen: list[int]) -> int:
        """By themselves, at their outer borders, and among each other."""
        view = self.view
        total = sum(int(self.stakes.own[each] + self.stakes.at[view.classes.of[each]]) for each in chosen)
        plan = dict(view.placement(each) for each in chosen)
        return total + self.scale * tiny.goals(view.instance, plan)["clustering"]

    def every(self) -> Iterator[tuple[tuple[int, ...], int]]:
        """All sets of placements of different applicants on different lots, no hostile neighbours among them."""
        view = self.view

        def grow(index: int, chosen: list[int]) -> Iterator[list[int]]:
            if index == len(self.usable):
                yield chosen
                return
            yield from grow(index + 1, chosen)
            name, lots = view.placement(self.usable[index])
            held = dict(view.placement(each) for each in chosen)
            if name not in held and all(set(lots).isdisjoint(other) for other in held.values()):
                yield from grow(index + 1, [*chosen, self.usable[index]])

        for chosen in grow(0, []):
            if tiny.keeps_separation(view.instance, dict(view.placement(each) for each in chosen)):
                yield tuple(chosen), self.brings(chosen)

    def fill(self, floor: int, nodes: int = ENOUGH):
        return fill_piece(self.view.ground, self.piece, self.members, self.stakes, self.scale, floor, nodes)


@st.composite
def cases(draw) -> Case:
    """A piece of a tiny instance; stakes of the size of the values, negative ones among them, or of a few units."""
    view = View(draw(drawn.instances()))
    assume(len(view.ground.site))
    pieces = pieces_of(view.ground, view.classes)
    assume(pieces)
    scale = draw(st.sampled_from([1, 7, 1024]))
    size = draw(st.sampled_from([3, 200_000, 2_000_000])) * scale
    spread = np.random.default_rng(draw(st.integers(0, 10**6)))
    lots, edges, sectors = len(view.lots), len(view.ground.edge_to), len(view.sectors)
    is_priced = draw(st.sampled_from([0, 1, 1]))
    low = draw(st.sampled_from([-1, 0]))
    stakes = Stakes(
        spread.integers(-size // 2, size, len(view.ground.site)),
        spread.integers(-size // 4, size // 4 + 1, len(view.classes.site)),
        is_priced * spread.integers(low * size, size, lots),
        is_priced * spread.integers(low * size // 4, size // 4 + 1, (edges, sectors)),
    )
    return Case(view, draw(st.sampled_from(pieces)), stakes, scale)


@pytest.mark.usefixtures("most_lots")
@tiny.examples(20)
@given(cases())
def test_the_best_filling_is_that_of_brute_force_whatever_the_inner_prices(case):
    every = dict(case.every())
    best = max(every.values())
    filled = case.fill(-1)
    assert filled.is_proved
    assert filled.value == filled.most == best
    assert every[tuple(sorted(filled.placements.tolist()))] == best
    assert filled.first_bound >= best


@pytest.mark.usefixtures("most_lots")
@tiny.examples(10)
@given(st.data())
def test_no_filling_at_all_is_found_where_none_is_above_the_floor(data):
    case = data.draw(cases())
    best = max(case.every(), key=lambda each: each[1])[1]
    for floor in (best, best + data.draw(st.integers(0, 10**6))):
        filled = case.fill(floor)
        assert filled.is_proved
        assert (filled.value, filled.most, len(filled.placements)) == (floor, floor, 0)
    for floor in (best - 1, best - data.draw(st.integers(1, 10**6))):
        filled = case.fill(floor)
        assert (filled.is_proved, filled.value) == (True, best)


@pytest.mark.usefixtures("most_lots")
@tiny.examples(10)
@given(st.data())
def test_a_search_that_is_cut_short_proves_nothing_but_what_it_found_is_there(data):
    case = data.draw(cases())
    every = dict(case.every())
    best, whole = max(every.values()), case.fill(-1)
    nodes = data.draw(st.integers(0, whole.nodes + 1))
    cut = case.fill(-1, nodes)
    assert cut.is_proved == (nodes >= whole.nodes)
    assert not cut.is_proved or cut.value == best
    assert cut.first_bound == whole.first_bound >= best
    assert cut.nodes <= nodes + 1
    if len(cut.placements):
        assert every[tuple(sorted(cut.placements.tolist()))] == cut.value
    assert cut.value <= best


@pytest.mark.usefixtures("most_lots")
@tiny.examples(15)
@given(st.data())
def test_what_must_be_held_is_held(data):
    """Some lots that must not be empty, and placements that every filling must hold."""
    case = data.draw(cases())
    every, ground = dict(case.every()), case.view.ground
    wanted = data.draw(st.sampled_from(sorted(every)))
    given_ones = data.draw(st.sets(st.sampled_from(wanted), max_size=2)) if wanted else set()
    lots = data.draw(st.sets(st.sampled_from(case.piece.lots.tolist()), max_size=3))
    is_held = np.isin(np.arange(len(case.view.lots)), sorted(lots))

    def lots_of(chosen):
        starts, held = ground.site_start, ground.site_lots
        return {
            lot for each in chosen for lot in held[starts[ground.site[each]] : starts[ground.site[each] + 1]].tolist()
        }

    allowed = [brings for chosen, brings in every.items() if given_ones <= set(chosen) and lots <= lots_of(chosen)]
    floor = min(every.values()) - 1
    must = np.array(sorted(given_ones), dtype=np.int32)
    filled = fill_piece(ground, case.piece, case.members, case.stakes, case.scale, floor, ENOUGH, is_held, must)
    assert filled.is_proved
    assert filled.most == max([floor, *allowed])
    if allowed:
        assert every[tuple(sorted(filled.placements.tolist()))] == filled.value


def test_the_same_applicant_does_not_fill_two_lots():
    view = View(row_of(3, asks("a", jobs_direct=10), asks("b"), separation=("border",), border_metre=6))
    (piece,) = pieces_of(view.ground, view.classes)
    zero = np.zeros(3, dtype=np.int64)
    stakes = Stakes(view.ground.gain.copy(), zero, zero, np.zeros((4, 3), dtype=np.int64))
    assert Case(view, piece, stakes, 1).fill(0).value == 1_100_000 + 6 * 200 * 100
