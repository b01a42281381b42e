import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.closure.maximise import maximise_program
from optimizer.program import Program, Row
from tests import tiny
from tests.optimizer.closure.programs import best_by_trying, best_labels_by_trying, labellings, packings, program_of


@tiny.examples(150)
@given(packings())
def test_a_packing_is_proved_at_the_judges_optimum(program):
    closed = maximise_program(program, 30.0)
    assert closed.is_proved
    assert closed.value == program.value(closed.chosen) == best_by_trying(program)
    assert not program.violated(closed.chosen)


@tiny.examples(60)
@given(packings(most=12, values=st.integers(7, 9)))
def test_a_packing_of_nearly_equal_values_is_proved_too(program):
    closed = maximise_program(program, 30.0)
    assert closed.is_proved
    assert closed.value == best_by_trying(program)


@tiny.examples(150)
@given(labellings())
def test_a_labelling_is_proved_at_the_judges_optimum(labelling):
    program = program_of(labelling)
    closed = maximise_program(program, 30.0)
    assert closed.is_proved
    assert closed.value == program.value(closed.chosen) == best_labels_by_trying(labelling)
    assert not program.violated(closed.chosen)


@tiny.examples(40)
@given(labellings(most=3), st.data())
def test_a_cell_without_a_column_is_never_taken(labelling, data):
    cells = range(len(labelling.tables))
    without = data.draw(st.sets(st.sampled_from(cells))) if len(cells) else set()
    program = program_of(labelling, without)
    if len(program.values) > 16:
        return
    closed, best = maximise_program(program, 30.0), best_by_trying(program)
    if closed is None:
        return  # a node or pair of which nothing is left is no labelling, or has no point
    assert closed.is_proved
    assert closed.value == best


@pytest.mark.parametrize(
    "row",
    [
        Row(("two",), (0, 1), (1, 1), 2),
        Row(("weighted",), (0, 1), (2, 1), 1),
        Row(("equal",), (0, 1), (1, 1), 1, True),
        Row(("sum",), (0, 1), (1, -1), 0, True),
    ],
)
def test_other_programs_are_left_to_others(row):
    rows = (row, Row(("one",), (1, 2), (1, 1), 1))
    assert maximise_program(Program((("a",), ("b",), ("c",)), (1, 2, 3), rows), 1.0) is None


def test_no_columns_and_no_rows():
    closed = maximise_program(Program((), (), ()), 1.0)
    assert (closed.chosen, closed.value, closed.bound) == ((), 0, 0)
    assert maximise_program(Program((("a",), ("b",)), (4, -4), ()), 1.0).chosen == (0,)


def test_the_same_arguments_give_the_same_point():
    random = np.random.default_rng(5)
    rows = [Row((str(n),), tuple(sorted(random.choice(60, 9, False).tolist())), (1,) * 9, 1) for n in range(40)]
    program = Program([(str(n),) for n in range(60)], random.integers(50, 60, 60).tolist(), rows)
    one, two = maximise_program(program, 60.0), maximise_program(program, 60.0)
    assert one.is_proved
    assert one.chosen == two.chosen


def test_a_search_stopped_at_once_has_a_bound_all_the_same():
    random = np.random.default_rng(6)
    rows = [Row((str(n),), tuple(sorted(random.choice(60, 9, False).tolist())), (1,) * 9, 1) for n in range(40)]
    program = Program([(str(n),) for n in range(60)], random.integers(50, 60, 60).tolist(), rows)
    assert maximise_program(program, 0.0).bound >= maximise_program(program, 60.0).value
