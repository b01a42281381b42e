"""Long searches: their lengths, and the pace of the last."""

import math
import time

from optimizer.search.long import FIRST_MOVES, FRESH_MOVES, GROWTH, MOST_SHARE, LongSearches


def test_each_search_of_a_lane_is_longer_and_lanes_do_not_wait_for_each_other():
    searches = LongSearches(10, [100.0, 100.0])
    first = FIRST_MOVES * 10
    assert [searches.next_moves(0) for _ in range(3)] == [first, first * GROWTH, first * GROWTH**2]
    assert searches.next_moves(1) == first
    assert searches.fresh_moves == FRESH_MOVES * 10


def test_the_search_that_little_time_would_follow_goes_on_until_the_end():
    searches = LongSearches(10, [100.0, 50.0])
    enough = MOST_SHARE * FIRST_MOVES * 10
    assert searches.next_moves(0, enough / 100 + 1) == FIRST_MOVES * 10
    assert searches.next_moves(1, enough / 50) == math.inf


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
