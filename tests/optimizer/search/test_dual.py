"""The dual side of a run: what it puts on the board, what it tells the local search, where it ends."""

import threading

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.certificate import Certificate
from optimizer.check import proved_bound_millipoints
from optimizer.piece_certificate import PieceCertificate
from optimizer.prove import prove
from optimizer.search import cases as cases_module
from optimizer.search import dual as dual_module
from optimizer.search import step_count
from optimizer.search.certify import certify
from optimizer.search.descent import Descent
from optimizer.search.dual import Dual
from optimizer.search.filling import SCALE
from optimizer.search.ground import is_within_limits, starting_plan
from optimizer.search.mixing import combine
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, lot, row_of


@pytest.fixture(autouse=True)
def few_steps(monkeypatch):
    """A short smoothed dual is enough for tiny instances, on a machine of the usual pace."""
    for name in ("STEPS", "LEAST_STEPS"):
        monkeypatch.setattr(step_count, name, 30)
    monkeypatch.setattr(cases_module, "MOST_NODES", 20)
    monkeypatch.setattr(cases_module, "pace", lambda: 1)
    monkeypatch.setattr(dual_module, "pace", lambda: 1)


@pytest.mark.usefixtures("most_lots")
@tiny.examples(15)
@given(st.data())
def test_to_the_end_it_shows_certificates_that_anybody_can_recompute(data):
    instance = data.draw(drawn.instances())
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site) and verdict is not None)
    board, dual = view.board(), Dual(instance, view.ground)
    held, turns, last = starting_plan(view.ground), 0, None
    while not dual.is_done:
        found = dual.advance(held, data.draw(st.sampled_from([0.05, 1.0])), board)
        if found is not None:
            assert tiny.is_feasible(instance, view.plan(found))
            value = tiny.value(instance, view.plan(found))
            assert value <= verdict.value
            if not is_within_limits(view.ground, held) or value > tiny.value(instance, view.plan(held)):
                held = found
            board.show_plan(held, tiny.value(instance, view.plan(held)), "test")
        turns += 1
        assert turns < 300, "it ends on a tiny instance"
        if board.certificates:
            assert last is None or board.bound_millipoints <= last
            last = board.bound_millipoints
    kinds = [type(each) for each in board.certificates]
    assert PieceCertificate in kinds
    assert len(set(kinds)) == len(kinds)
    for each in board.certificates:
        assert verdict.value <= proved_bound_millipoints(instance, each) <= each.bound_millipoints
    assert last >= verdict.value


@pytest.mark.usefixtures("most_lots")
@tiny.examples(10)
@given(st.data())
def test_its_slack_is_what_a_plan_with_the_placement_loses_at_least(data):
    """So a search that leaves out what costs more than the gap loses nothing."""
    instance = data.draw(drawn.instances())
    view = View(instance)
    assume(tiny.verdict(instance) is not None and len(view.ground.site))
    board, dual = view.board(), Dual(instance, view.ground)
    assert dual.slack is None
    assert not dual.charge.any()
    best = view.held(tiny.verdict(instance).plan)
    for _ in range(data.draw(st.integers(1, 3))):
        if not dual.is_done:
            dual.advance(best, 0.2, board)
    assert dual.slack.shape == view.ground.site.shape
    assert dual.charge.shape == view.ground.most.shape
    assert (dual.charge >= 0).all()
    gap = (board.bound_millipoints - tiny.verdict(instance).value) / 1000
    for number in best[best >= 0].tolist():
        if not view.ground.is_pinned[view.ground.applicant[number]]:
            assert dual.slack[number] <= gap + 1.0


def test_the_same_work_gives_the_same_prices_and_plans():
    people = [asks(f"a{n}", ("bread", "stone")[n % 2], jobs_direct=n % 4 + 1, max_lots=2) for n in range(9)]
    answers = []
    for _ in range(2):
        view = View(row_of(6, *people, max_lots=2, separation=("border",), border_metre=6))
        board, dual = view.board(), Dual(view.instance, view.ground)
        plans = []
        while not dual.is_done:
            found = dual.advance(starting_plan(view.ground), 0.1, board)
            plans.append(None if found is None else found.tolist())
        answers.append((plans, [each.document() for each in board.certificates]))
    assert answers[0] == answers[1]


def bordered():
    people = [asks(f"a{n}", ("bread", "stone")[n % 2], jobs_direct=n % 4 + 1, max_lots=2) for n in range(9)]
    return View(row_of(6, *people, max_lots=2, separation=("border",), border_metre=6))


def generating(view, monkeypatch, *met):
    """The dual after its first rounds of column generation, of which there are more to come; plans met before them."""
    monkeypatch.setattr(step_count, "STEPS", 20)
    monkeypatch.setattr(step_count, "LEAST_STEPS", 20)
    dual, board = Dual(view.instance, view.ground), view.board()
    for each in met:
        dual.mixer.meet(each)
    while dual.generation is None or dual.generation.proof is None:
        dual.advance(starting_plan(view.ground), 0.02, board)
    return dual


def test_a_plan_that_was_met_can_be_made_of_fillings(monkeypatch):
    view = bordered()
    met = view.held({"a2": ("L1", "L2"), "a3": ("L4",)})
    known = generating(view, monkeypatch, met).generation.master.columns
    assert known > generating(view, monkeypatch).generation.master.columns


def test_column_generation_that_proves_nothing_more_rests(monkeypatch):
    view = bordered()
    dual = generating(view, monkeypatch)
    assert not dual.generation.is_settled
    assert not dual.rests(starting_plan(view.ground))
    dual._unbettered = dual_module.STALLED_WORK
    assert dual.rests(starting_plan(view.ground))


def test_column_generation_goes_on_while_the_master_comes_closer(monkeypatch):
    """Its value rises for many rounds before the next prices prove more."""
    view = bordered()
    dual = generating(view, monkeypatch)
    monkeypatch.setattr(dual.generation, "advance", lambda _: 2 * dual_module.STALLED_WORK)
    dual._between_points = float("inf")
    for is_stalled in (False, True):
        dual.advance(starting_plan(view.ground), 0.01, view.board())
        assert dual.rests(starting_plan(view.ground)) == is_stalled


@pytest.mark.parametrize(("seconds", "steps"), [(10.0, 100), (1_000.0, 600), (1e10, 600)])
def test_a_check_takes_a_part_of_the_time_at_most(seconds, steps, monkeypatch):
    monkeypatch.setattr(dual_module, "MOST_CHECKED_NODES", 600)
    monkeypatch.setattr(dual_module, "CHECKED_SECONDS_PER_NODE", 0.01)
    asked = []

    def certified(instance, generation, most):
        asked.append(most)
        return certify(instance, generation, most)

    view = bordered()
    dual = generating(view, monkeypatch)
    monkeypatch.setattr(dual_module, "certify", certified)
    dual._show_pieces(dual.generation, view.board(seconds=seconds))
    assert asked == [pytest.approx(steps, abs=1)]


def test_cases_are_told_apart_where_a_piece_takes_too_long_to_be_searched_to_the_end(monkeypatch):
    """The bound stays over the master's, and no round brings more."""
    view = bordered()
    dual = generating(view, monkeypatch)
    assert not dual.generation.is_settled
    dual.generation.is_stuck = True
    dual._unbettered = dual_module.STALLED_WORK
    monkeypatch.setattr(dual_module, "CLOSE_PART", 0.5)
    near = combine(dual.generation, 100_000)
    assert not dual.rests(near)
    dual.advance(near, 0.01, view.board())
    assert dual.told is not None


def test_both_lanes_tell_cases_apart_only_near_the_bound(monkeypatch):
    view = bordered()
    dual = generating(view, monkeypatch)
    near = combine(dual.generation, 100_000)
    monkeypatch.setattr(dual_module, "BOTH_PART", 0.5)
    assert not dual.takes_both(near)
    dual.generation.is_stuck = True
    dual.advance(near, 0.01, view.board())
    assert dual.takes_both(near) != dual.is_done
    assert not dual.takes_both(starting_plan(view.ground))


@pytest.mark.parametrize("slower", [1, 4])
def test_what_cases_take_to_be_checked_is_kept_back_at_the_pace_of_the_machine(slower, monkeypatch):
    view = bordered()
    dual = generating(view, monkeypatch)
    monkeypatch.setattr(cases_module, "CHECKED_SECONDS_PER_STEP", 1e-3)
    monkeypatch.setattr(cases_module, "pace", lambda: slower)
    board, cases = view.board(seconds=10_000.0), cases_module.Cases(view.instance, dual.generation, 5.0)
    cases.advance(0, 0.01, board, 1)
    steps = cases.tree.steps_of(cases.tree.nodes)
    assert board._kept_back_seconds == 5.0 + slower * 1e-3 * steps
    assert steps > 0


def test_what_a_proof_takes_to_be_checked_is_kept_back(monkeypatch):
    monkeypatch.setattr(dual_module, "CHECKED_SECONDS_PER_NODE", 1e3)
    monkeypatch.setattr(dual_module, "CHECKED_SHARE", 1e6)
    view = bordered()
    board, dual = view.board(seconds=600.0), Dual(view.instance, view.ground)
    while not board.certificates or isinstance(board.certificates[0], Certificate):
        dual.advance(starting_plan(view.ground), 0.1, board)
    assert board.seconds_left() < 0


def test_without_a_placement_it_is_done_before_it_began():
    view = View(row_of((lot("L1", status="reserved"),), asks("a")))
    assert Dual(view.instance, view.ground).is_done


@tiny.examples(25)
@given(drawn.instances())
def test_a_run_without_time_for_a_step_has_the_bound_of_no_prices(instance):
    view = View(instance)
    board, dual = view.board(), Dual(instance, view.ground)
    dual.show_last(board)
    (certificate,) = board.certificates
    assert certificate == prove(instance, {})


@tiny.examples(15)
@given(drawn.instances())
def test_a_large_instance_shows_what_its_descent_proves_and_is_done(instance):
    verdict, view = tiny.verdict(instance), View(instance)
    assume(len(view.ground.site) and verdict is not None)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MOST_LOTS", "MANY_CLASSES"):
            patch.setattr(dual_module, name, 0)
        board, dual = view.board(), Dual(instance, view.ground)
        while not dual.is_done:
            assert dual.advance(view.held(verdict.plan), 1e9, board) is None
    assert dual.generation.rounds == dual.descent.rounds
    assert {type(each) for each in board.certificates} <= {PieceCertificate, Certificate}
    for each in board.certificates:
        assert verdict.value <= proved_bound_millipoints(instance, each) <= each.bound_millipoints


def test_dives_begin_with_prices_of_pieces_once_there_are_any_and_with_smoothed_ones_before():
    view = bordered()
    board, dual = view.board(), Dual(view.instance, view.ground)
    dual.advance(starting_plan(view.ground), 1e-3, board)
    first = dual.dive_prices
    assert (first.border == dual.smooth.best.border).all()
    while dual.generation is None or dual.generation.proof is None:
        dual.advance(starting_plan(view.ground), 0.1, board)
    applicants = dual.generation.master.applicants
    assert (dual.dive_prices.applicant == dual.generation.center[:applicants]).all()
    assert dual.dive_prices.applicant.shape == first.applicant.shape
    assert dual.dive_prices.border.shape == first.border.shape


def from_afar(generation):
    descent = Descent(generation)
    descent.prices[:] = 500.0
    return descent


def test_a_descent_that_is_cut_short_shows_its_best_at_the_end(monkeypatch):
    monkeypatch.setattr(dual_module, "MANY_CLASSES", 0)
    monkeypatch.setattr(dual_module, "FALLEN_PART", 1.0)
    people = [asks(f"a{n}", ("bread", "stone")[n % 2], jobs_direct=n % 4 + 1, max_lots=2) for n in range(9)]
    view = View(row_of(6, *people, separation=(), border_metre=6))
    board, dual = view.board(), Dual(view.instance, view.ground)
    monkeypatch.setattr(dual_module, "Descent", from_afar)
    while dual.descent is None or dual.descent.done < 20:
        dual.advance(starting_plan(view.ground), 0.02, board)
    shown = [each.bound_millipoints for each in board.certificates if type(each) is PieceCertificate]
    dual.show_last(board)
    best = [each.bound_millipoints for each in board.certificates if type(each) is PieceCertificate]
    assert best[0] == dual.generation.proof.bound_scaled // SCALE < shown[0]


def test_a_stop_leaves_the_rounds_that_were_made():
    stop = threading.Event()
    view = View(row_of(6, *(asks(f"a{n}") for n in range(8)), border_metre=6))
    board, dual = view.board(stop=stop), Dual(view.instance, view.ground)
    while dual.generation is None:
        dual.advance(starting_plan(view.ground), 0.02, board)
    rounds = dual.generation.rounds
    stop.set()
    for _ in range(2):
        dual.advance(starting_plan(view.ground), 100.0, board)
    assert dual.generation.rounds == rounds
    assert np.isfinite(dual.slack).all()


def test_prices_of_pieces_are_not_begun_when_their_check_would_take_what_is_left(monkeypatch):
    monkeypatch.setattr(dual_module, "PIECES_SECONDS_PER_PLACEMENT", 1.0)
    monkeypatch.setattr(dual_module, "PIECES_SECONDS", 30.0)
    view, begun = bordered(), []
    for seconds in (80.0, 100.0):
        board, dual = view.board(seconds=seconds), Dual(view.instance, view.ground)
        while not dual.is_done and dual.generation is None:
            dual.advance(starting_plan(view.ground), 0.1, board)
        begun.append(dual.generation is not None)
    assert begun == [False, True]


def test_a_plan_that_a_case_leads_to_counts_only_when_it_keeps_the_rules():
    """Its pieces do not know who is next door in another piece: such a plan once ended a run with an error."""
    view = View(row_of(2, asks("a", "bread"), asks("b", "stone"), asks("c", "wood"), separation=("border",)))
    dual = Dual(view.instance, view.ground)
    hostile, kept = view.held({"a": ("L1",), "b": ("L2",)}), view.held({"a": ("L1",)})
    assert dual._better([hostile]) is None
    assert (dual._better([hostile, kept, None]) == kept).all()
