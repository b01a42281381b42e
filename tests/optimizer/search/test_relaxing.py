"""The prices inside a piece: the best filling stays the best, and the way to it becomes short."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search.filling import SCALE, Stakes, fill_piece
from optimizer.search.pieces import pieces_of
from optimizer.search.relaxing import PieceRelaxation
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of

ENOUGH = 1_000_000


def members(view, piece):
    of = view.classes.of
    usable = np.flatnonzero(np.isin(of, piece.group_class) & ~view.ground.is_pinned[view.ground.applicant])
    start = np.zeros(len(view.classes.site) + 1, dtype=np.int64)
    start[1:] = np.cumsum(np.bincount(of[usable], minlength=len(view.classes.site)))
    return start, usable[np.argsort(of[usable], kind="stable")].astype(np.int32)


def priced(view, piece, own, at):
    """(stakes without inner prices, stakes with those of the relaxation)."""
    ground = view.ground
    shape = len(ground.edge_to), len(view.sectors)
    plain, guided = (
        Stakes(own, at, np.zeros(len(view.lots), dtype=np.int64), np.zeros(shape, dtype=np.int64)) for _ in range(2)
    )
    best = np.full(len(view.classes.site), -(1 << 40), dtype=np.int64)
    usable = members(view, piece)[1]
    np.maximum.at(best, view.classes.of[usable], own[usable])
    assert PieceRelaxation(ground, view.classes, piece).set_prices(best, guided, SCALE)
    return plain, guided


@tiny.examples(25)
@given(st.data())
def test_prices_change_the_bound_for_the_better_and_not_the_filling(data):
    view = View(data.draw(drawn.instances()))
    pieces = pieces_of(view.ground, view.classes)
    assume(pieces)
    piece = data.draw(st.sampled_from(pieces))
    spread = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    own = view.ground.gain * SCALE - spread.integers(0, 400_000 * SCALE, len(view.ground.gain))
    at = spread.integers(-50_000 * SCALE, 50_000 * SCALE, len(view.classes.site))
    plain, guided = priced(view, piece, own, at)
    one, two = (
        fill_piece(view.ground, piece, members(view, piece), each, SCALE, -1, ENOUGH) for each in (plain, guided)
    )
    assert one.is_proved
    assert two.is_proved
    assert one.value == two.value <= two.first_bound
    assert two.first_bound <= one.first_bound + 1000 * SCALE, "but for rounding, no prices bound better"
    others = np.setdiff1d(np.arange(len(view.lots)), piece.lots)
    assert not guided.lot[others].any()
    assert not guided.border[np.setdiff1d(np.arange(len(view.ground.edge_to)), piece.edge)].any()


def test_a_row_of_tenants_at_odds_is_filled_in_fewer_steps():
    """Each prefers a lot of its own, next door to somebody hostile; without prices all can be content at once."""
    people = [asks(f"a{n:02}", ("bread", "stone")[n % 2], preferred_lots=(f"L{n + 1}",)) for n in range(12)]
    view = View(row_of(12, *people, separation=("border",), preferred_lot=300))
    (piece,) = pieces_of(view.ground, view.classes)
    own = view.ground.gain * SCALE - 350_000 * SCALE
    plain, guided = priced(view, piece, own, np.zeros(len(view.classes.site), dtype=np.int64))
    one, two = (
        fill_piece(view.ground, piece, members(view, piece), each, SCALE, 0, ENOUGH) for each in (plain, guided)
    )
    assert one.value == two.value == 6 * 50_000 * SCALE
    assert two.first_bound < one.first_bound
    assert two.nodes < one.nodes
