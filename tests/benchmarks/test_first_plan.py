"""The clock of first plans: from the start of a process to a value that is enough."""

import pytest

from benchmarks.first_plan import seconds_until
from instances.writing import write_instance
from tests.zones import asks, row_of


@pytest.fixture
def source(tmp_path):
    write_instance(row_of(3, asks("a", jobs_direct=5), asks("b", jobs_direct=2)), tmp_path / "row")
    return tmp_path / "row"


def test_it_runs_until_a_plan_is_worth_enough(source):
    took = seconds_until(source, 1, seed=1)
    assert took is not None
    assert took > 0.05, "a process was started and the files were read"


def test_a_value_that_no_plan_has_never_comes(source):
    assert seconds_until(source, 10**9, seed=1, run_seconds=2) is None
