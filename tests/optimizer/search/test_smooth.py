"""The smoothed dual: a true bound at any step, and what it says of placements, recounted plainly."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.generate import generate
from optimizer.search import smooth as smooth_module
from optimizer.search.smooth import PATIENT_STEPS, course_of, smooth_dual
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, lot, row_of


@tiny.examples(25)
@given(st.data())
def test_the_bound_is_never_under_the_optimum_and_never_rises(data):
    instance = data.draw(drawn.instances())
    verdict, view = tiny.verdict(instance), View(instance)
    dual = smooth_dual(view.ground, 30)
    bounds = [dual.bound_points]
    for steps in (1, 4, 10, 100):
        dual.descend(steps)
        bounds.append(dual.bound_points)
    assert dual.is_done
    assert dual.done == 30
    assert all(one >= two for one, two in pairwise(bounds))
    assert verdict is None or 1000 * dual.bound_points >= verdict.value - 1e-3
    assert all((price >= 0).all() for price in dual.best)


def test_steps_made_one_by_one_are_the_same_as_together():
    view = View(row_of(4, *(asks(f"a{n}", jobs_direct=n + 1, max_lots=2) for n in range(6)), max_lots=2))
    one, two = smooth_dual(view.ground, 50), smooth_dual(view.ground, 50)
    one.descend(50)
    for _ in range(50):
        two.descend(1)
    assert one.bound_points == two.bound_points
    assert all((here == there).all() for here, there in zip(one.best, two.best, strict=True))


def test_two_who_want_one_lot_are_worth_one_of_them_in_the_end():
    view = View(row_of(1, asks("a", jobs_direct=10), asks("b", jobs_direct=8)))
    assert view.smooth(400).bound_points == pytest.approx(1000, abs=20)


def test_an_instance_nobody_fits_is_worth_nothing():
    view = View(row_of((lot("L1", status="withdrawn"),), asks("a")))
    assert view.smooth().bound_points == pytest.approx(0, abs=1)


@pytest.mark.parametrize("steps", [1, 20, 100, PATIENT_STEPS - 1, PATIENT_STEPS, 700])
def test_every_course_hardens_its_choices_and_shortens_its_steps(steps):
    course = course_of(steps)
    assert course.soft_first >= course.soft_last >= 2
    assert course.step_first > course.step_last > 0
    assert course.step_last * steps <= 500


@pytest.mark.parametrize("steps", [25, 50, 100])
def test_few_steps_come_nearer_the_end_than_the_patient_way_would(steps, monkeypatch):
    """On a zone of many lots, where the patient way has not settled yet."""
    instance = generate(lots=120, applicants=300, seed=5, family="zoned")
    hasty = View(instance).smooth(steps).bound_points
    monkeypatch.setattr(smooth_module, "PATIENT_STEPS", 1)
    patient = View(instance).smooth(steps).bound_points
    monkeypatch.undo()
    settled = View(instance).smooth(2_000).bound_points
    assert settled <= hasty
    assert hasty - settled <= 0.8 * (patient - settled)
