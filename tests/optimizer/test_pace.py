"""The pace is measured: it follows what a step takes, and is never under that of the machine that figures are from."""

import pytest

from optimizer import pace as pace_module
from optimizer.pace import pace


@pytest.fixture(autouse=True)
def measured_anew():
    pace.cache_clear()
    yield
    pace.cache_clear()


def test_a_step_takes_some_microseconds():
    assert 2e-7 < pace_module._seconds_per_step() < 2e-4


def test_a_slower_machine_takes_as_many_times_longer(monkeypatch):
    monkeypatch.setattr(pace_module, "_seconds_per_step", lambda: 3 * pace_module.SECONDS_PER_STEP)
    assert pace() == pytest.approx(3)


def test_a_quicker_machine_is_given_no_less_time_to_check(monkeypatch):
    monkeypatch.setattr(pace_module, "_seconds_per_step", lambda: pace_module.SECONDS_PER_STEP / 3)
    assert pace() == 1.0


def test_it_is_measured_once(monkeypatch):
    first = pace()
    monkeypatch.setattr(pace_module, "_seconds_per_step", lambda: 1.0)
    assert pace() == first
