"""Exchanging a few pieces at a time: never worse, as good as trying every combination where all are freed at once."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search import recombining
from optimizer.search.fillings import NEVER, only
from optimizer.search.recombining import LEAST_POINTS, recombined
from tests import tiny
from tests.optimizer.search.test_combining import ENOUGH_NODES, fillings, least_by_trying_all, lost_by


def drawn_choice(data, known):
    """One filling of each piece that go together; there may be none."""
    chosen = [
        data.draw(st.integers(int(first), int(last) - 1))
        for first, last in zip(known.start[:-1], known.start[1:], strict=True)
    ]
    assume(lost_by(known, chosen) < NEVER)
    return np.array(chosen, dtype=np.int64)


@tiny.examples(200)
@given(st.data())
def test_what_is_lost_is_what_an_independent_count_says(data):
    known = data.draw(fillings())
    chosen = drawn_choice(data, known)
    assert recombining.lost_by(known, chosen) == pytest.approx(lost_by(known, chosen))


@tiny.examples(200)
@given(st.data())
def test_no_exchange_makes_it_worse(data):
    known = data.draw(fillings())
    chosen = drawn_choice(data, known)
    with mock.patch.object(recombining, "PART_PIECES", data.draw(st.integers(1, 4))):
        better = recombined(known, chosen, ENOUGH_NODES, data.draw(st.integers(0, 5)))
    assert (np.searchsorted(known.start, better, side="right") - 1).tolist() == list(range(len(known.start) - 1))
    assert lost_by(known, better) <= lost_by(known, chosen)


@tiny.examples(100)
@given(st.data())
def test_where_all_pieces_are_tied_and_freed_at_once_it_is_the_best(data):
    known = data.draw(fillings())
    assume(_is_tied(known))
    chosen = drawn_choice(data, known)
    better = recombined(known, chosen, ENOUGH_NODES, 1)
    assert lost_by(known, better) <= least_by_trying_all(known) + LEAST_POINTS


def _is_tied(known):
    """Whether every two pieces are tied."""
    ties = recombining._ties(known) > 0
    return bool((ties | np.eye(len(ties), dtype=bool)).all())


@tiny.examples(100)
@given(st.data())
def test_some_fillings_by_themselves_lose_what_they_lost(data):
    known = data.draw(fillings())
    chosen = drawn_choice(data, known)
    kept = np.array([data.draw(st.booleans()) for _ in known.loss])
    kept[chosen] = True
    numbers, few = only(known, kept)
    assert numbers.tolist() == np.flatnonzero(kept).tolist()
    same = [int(np.flatnonzero(numbers == each)[0]) for each in chosen]
    assert lost_by(few, same) == lost_by(known, chosen.tolist())
