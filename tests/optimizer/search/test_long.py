"""Long searches: their lengths, and the pace of the last."""

import math
import time

from optimizer.search.long import (
    AMPLE_FIRST_MOVES,
    FIRST_MOVES,
    FIRST_VAST_MOVES,
    FRESH_MOVES,
    MENDING_MOVES,
    MENDING_SHARE,
    MOST_MENDING_MOVES,
    LongSearches,
)


def test_moves_go_by_applicants_and_fewer_begin_a_vast_instance():
    assert LongSearches(10, [100.0, 100.0]).first_moves() == FIRST_MOVES * 10
    assert LongSearches(10, [100.0, 100.0]).first_moves(is_ample=True) == AMPLE_FIRST_MOVES * 10
    assert LongSearches(10, [100.0, 100.0], is_vast=True).first_moves(is_ample=True) == FIRST_VAST_MOVES * 10
    assert LongSearches(10, [100.0, 100.0]).fresh_moves == FRESH_MOVES * 10


def test_mending_takes_a_share_of_what_is_left_between_its_least_and_its_most():
    searches = LongSearches(10, [100.0, 50.0])
    assert searches.mending_moves(0, 0.0) == MENDING_MOVES * 10
    assert searches.mending_moves(0, math.inf) == MOST_MENDING_MOVES * 10
    enough = 500 * 10 * MENDING_SHARE
    assert searches.mending_moves(0, enough / 100) == 500 * 10
    assert searches.mending_moves(1, enough / 50) == 500 * 10


def test_rates_are_learned_from_whole_searches_only():
    searches = LongSearches(10, [100.0, 100.0])
    searches.took(0, 8000, 4.0)
    searches.took(1, math.inf, 4.0)
    searches.took(1, FRESH_MOVES, 4.0)
    searches.took(1, 8000, 0.0)
    assert searches.rate == [2000.0, 100.0]


def test_a_pace_goes_from_nothing_to_all_and_no_further():
    pace = LongSearches(10, [100.0, 100.0]).until_the_end(1000.0)
    pace.tell()
    assert 0.0 <= pace.part[0] < 0.1
    pace.ends = time.monotonic() - 1.0
    pace.tell()
    assert pace.part[0] == 1.0
    late = LongSearches(10, [100.0, 100.0]).until_the_end(-5.0)
    late.tell()
    assert 0.0 <= late.part[0] <= 1.0
