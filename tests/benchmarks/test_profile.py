"""The profile: what it meets is named by the product's own parts, and shares are of the time."""

import sys
import threading
from collections import Counter
from pathlib import Path

from benchmarks.profile import LOOKS_EACH_SECOND, Moments, place_of, table_of, watched
from optimizer.board import Board

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_moment_counts_for_the_function_of_the_product_entered_last():
    met = []
    board = Board(
        lambda progress: met.append(place_of(sys._getframe(), ROOT)), threading.Event(), 0.0, 1.0, lambda held: None
    )
    board._tell("start", None)
    assert met == ["optimizer/board: _tell"]
    assert place_of(sys._getframe(), ROOT) == ""


def test_whoever_waits_inside_the_product_is_met_there():
    moments: Moments = Counter()
    entered, free = threading.Event(), threading.Event()

    def listen(progress):
        entered.set()
        free.wait(30)

    board = Board(listen, threading.Event(), 0.0, 1.0, lambda held: None)
    with watched(moments):
        thread = threading.Thread(target=board._tell, args=("start", None), name="lane_0")
        thread.start()
        entered.wait(30)
        while not moments["lane_0", "optimizer/board: _tell"]:
            pass
        free.set()
        thread.join()


def test_shares_are_of_the_whole_time_and_small_ones_are_left_out():
    moments = Counter(
        {
            ("lane_1", "optimizer/search/ejection: anneal"): 6 * LOOKS_EACH_SECOND,
            ("lane_1", "optimizer/search/linear: solve"): 1,
            ("lane_1", "optimizer/search/portfolio: run"): 9 * LOOKS_EACH_SECOND,
            ("MainThread", "optimizer/check: check"): LOOKS_EACH_SECOND,
        }
    )
    assert table_of(moments, 10.0)[2:] == [
        "| lane 1 | optimizer/search/ejection: anneal | 60 % |",
        "| else | optimizer/check: check | 10 % |",
    ]
