"""Shared out or not, and whatever becomes of the jobs: the same answers, proofs and plans."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.outcome import Limits
from optimizer.search import dual, zone_shares
from optimizer.search.descent import Descent
from optimizer.search.dive import Dive
from optimizer.search.ground import starting_plan
from optimizer.search.zone_ground import districts_of, packed, unpacked
from optimizer.search.zone_shares import ZoneShares
from optimizer.search.zone_solver import ZoneSolver
from optimizer.search.zone_threads import ZoneThreads
from optimizer.solve import solve
from tests import tiny
from tests.optimizer.search.apart import zones_apart
from tests.optimizer.search.test_zone_ground import zone_numbers
from tests.optimizer.search.views import View

ROUNDS = 4


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch):
    monkeypatch.setattr(zone_shares, "LEAST_PLACEMENTS", 0)


class Unsteady:
    """Jobs that answer when they are asked; `spoil` makes of each answer what is heard of it, or None for nothing."""

    def __init__(self, count, spoil):
        self.solvers, self.spoil, self.asked = [ZoneSolver() for _ in range(count)], spoil, 0
        self.lost, self.heard = [], []

    def begin(self, most):
        """They are there."""

    def at_work(self):
        return [job for job in range(len(self.solvers)) if job not in self.lost]

    def ask(self, job, message):
        self.asked += 1
        answer = self.spoil(self, job, self.solvers[job].answer(message))
        if answer is not None:
            self.heard.append((job, answer))

    def answers(self, seconds):
        heard, self.heard = self.heard, []
        return heard

    def end(self):
        """Nothing to let go of."""


def steady(jobs, job, answer):
    return answer


def lost_soon(jobs, job, answer):
    if jobs.asked > 3:
        jobs.lost.append(job)
        return None
    return answer


def garbled(jobs, job, answer):
    return answer[: len(answer) // 2] if jobs.asked > 2 else answer


def of_another_round(jobs, job, answer):
    return packed({"head": np.array([0, 99, 99])})


def without_a_head(jobs, job, answer):
    return packed({"most": np.zeros(2, dtype=np.int64)})


def short(jobs, job, answer):
    arrays = unpacked(answer)
    return packed({name: array for name, array in arrays.items() if name != "nodes"})


def descended(view, jobs=None):
    """(bounds, prices, chosen fillings) of a few rounds."""
    generation = view.generation(20)
    if jobs is not None:
        ZoneShares(jobs, districts_of(view.ground, zone_numbers(view.instance))).share_out(generation, 0)
    descent, rounds = Descent(generation, ROUNDS), []
    while not descent.is_done:
        descent.advance()
        held = [generation.master.placements_of(number).tolist() for number in descent.chosen]
        rounds.append((generation.proof.bound_scaled, generation.proof.lot.tolist(), descent.prices.tolist(), held))
    return rounds


@pytest.mark.parametrize("spoil", [steady, lost_soon, garbled, of_another_round, without_a_head, short])
@tiny.examples(6)
@given(instance=zones_apart(), count=st.integers(1, 4))
def test_whatever_becomes_of_the_jobs_the_rounds_are_the_same(spoil, instance, count):
    view = View(instance)
    assume(len(view.ground.site))
    jobs = Unsteady(count, spoil)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zone_shares, "PATIENCE_SECONDS", 0.01)
        assert descended(view, jobs) == descended(view)
    assert jobs.asked > 0 or not view.generation(20).pieces


@tiny.examples(10)
@given(zones_apart())
def test_a_job_that_does_not_answer_in_time_is_asked_no_more(instance):
    view = View(instance)
    assume(len(view.generation(20).pieces) > 1)
    jobs = Unsteady(1, lambda jobs, job, answer: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zone_shares, "PATIENCE_SECONDS", 0.01)
        descended(view, jobs)
    assert jobs.asked in (0, 2)  # the ground, and the prices of one round


@tiny.examples(8)
@given(zones_apart(), st.integers(1, 3))
def test_a_dive_with_threads_for_zones_ends_with_the_same_plan(instance, count):
    view = View(instance)
    assume(len(view.ground.site))
    ground, best = view.ground, view.smooth(20).best
    threads = ZoneThreads(count)
    threads.begin(9)
    assert len(threads.at_work()) == count
    plans = []
    for shares in (None, ZoneShares(threads, districts_of(ground, zone_numbers(instance)))):
        near = np.ones(len(ground.site), dtype=bool)
        applicant = np.zeros(len(ground.sector))
        dive = Dive(ground, near, starting_plan(ground), applicant, best.row.copy(), best.border.copy(), shares=shares)
        while not dive.is_done:
            dive.advance()
        plans.append(dive.held.tolist())
    threads.end()
    assert threads.at_work() == []
    assert plans[0] == plans[1]


def test_a_thread_that_fails_is_lost_and_says_so():
    threads = ZoneThreads(1)
    threads.begin(1)
    threads.ask(0, b"no message")
    assert threads.answers(5.0) == []
    assert threads.at_work() == []


@pytest.mark.parametrize("limit", ["MOST_LOTS", "MOST_PLACEMENTS"])
@tiny.examples(2)
@given(instance=zones_apart())
def test_a_large_instance_has_the_same_plan_and_proof_with_any_number_of_workers(limit, instance):
    assume(len(View(instance).ground.site))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MOST_LOTS", "MANY_CLASSES", limit):
            patch.setattr(dual, name, 0)
        found = [solve(instance, Limits(None, work=3, workers=workers)) for workers in (1, 2, 4)]
    assert len({outcome.value_millipoints for outcome in found}) == 1
    assert len({str(outcome.plan and outcome.plan.assignments) for outcome in found}) == 1
    assert len({outcome.proof and outcome.proof.bound_millipoints for outcome in found}) == 1
