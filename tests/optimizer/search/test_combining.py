"""Combining fillings: what is chosen loses least, as trying every combination shows."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.search.combining import best_combination, choose_fillings
from optimizer.search.fillings import NEVER, Fillings
from tests import tiny

ENOUGH_NODES = 1_000_000


@st.composite
def fillings(draw):
    """Up to four pieces with up to four fillings each, up to three applicants and one limit."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    start = np.cumsum([0, *sizes])
    count, applicants = int(start[-1]), draw(st.integers(1, 3))
    points = st.integers(0, 9).map(float)
    is_first = np.isin(np.arange(count), start[:-1])
    held = [set() if first else draw(st.sets(st.integers(0, applicants - 1))) for first in is_first]
    piece = np.repeat(np.arange(len(sizes)), sizes)
    between = np.zeros((count, count))
    for one in range(count):
        for two in range(one + 1, count):
            if piece[one] != piece[two]:
                lost = NEVER if held[one] & held[two] or draw(st.integers(0, 9)) == 0 else draw(points)
                between[one, two] = between[two, one] = lost
    return Fillings(
        start.astype(np.int64),
        np.array([draw(points) for _ in range(count)]),
        between,
        np.array([[0.0 if first else float(draw(st.integers(-1, 3)))] for first in is_first]),
        np.array([float(draw(st.integers(0, 6)))]),
        np.array([float(draw(st.integers(0, 2)))]),
        np.cumsum([0, *map(len, held)]).astype(np.int64),
        np.array([applicant for each in held for applicant in sorted(each)], dtype=np.int64),
        np.array([draw(points) for _ in range(applicants)]),
    )


def lost_by(known, chosen):
    """Counted anew: by each, by every two, and by what was paid for in vain; NEVER where a limit is overstepped."""
    chosen = list(chosen)
    unused = known.free - known.uses[chosen].sum(axis=0)
    if (unused < 0).any():
        return NEVER
    held = {int(each) for one in chosen for each in known.held[known.held_start[one] : known.held_start[one + 1]]}
    in_vain = sum(price for applicant, price in enumerate(known.applicant_price) if applicant not in held)
    pairs = sum(known.between[one, two] for one in chosen for two in chosen if one < two)
    return known.loss[chosen].sum() + pairs + in_vain + unused @ known.row_price


def least_by_trying_all(known):
    pieces = [range(first, last) for first, last in zip(known.start[:-1], known.start[1:], strict=True)]
    return min(lost_by(known, chosen) for chosen in product(*pieces))


@tiny.examples(200)
@given(fillings())
def test_what_is_chosen_loses_least(known):
    least = least_by_trying_all(known)
    chosen = choose_fillings(known, NEVER / 2, ENOUGH_NODES)
    if least >= NEVER:
        assert not len(chosen)
        return
    assert (np.searchsorted(known.start, chosen, side="right") - 1).tolist() == list(range(len(known.start) - 1))
    assert lost_by(known, chosen) == least


@tiny.examples(100)
@given(fillings(), st.integers(0, 60))
def test_only_what_loses_less_is_chosen(known, most):
    chosen = choose_fillings(known, float(most), ENOUGH_NODES)
    assert len(chosen) == (0 if least_by_trying_all(known) >= most else len(known.start) - 1)


@tiny.examples(100)
@given(fillings(), st.sampled_from([0.0, 10.0, 1000.0]))
def test_growing_losses_lead_to_the_same(known, worth):
    least = least_by_trying_all(known)
    chosen = best_combination(known, worth, np.inf, ENOUGH_NODES)
    assert (lost_by(known, chosen) == least) if len(chosen) else least >= NEVER


def test_without_nodes_nothing_is_chosen():
    none = np.zeros((1, 0))
    alone = Fillings(
        np.array([0, 1]), np.zeros(1), np.zeros((1, 1)), none, none[0], none[0], np.array([0, 0]),
        np.zeros(0, dtype=np.int64), np.zeros(1),
    )  # fmt: skip
    assert not len(best_combination(alone, 100.0, np.inf, 0))
    assert best_combination(alone, 100.0, np.inf, ENOUGH_NODES).tolist() == [0]
