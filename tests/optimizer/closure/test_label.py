from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.closure import elimination
from optimizer.closure.elimination import best_labels, elimination_order
from optimizer.closure.flat import flat_rows
from optimizer.closure.label import LabellingProof, bound_of_labelling, close_labelling
from optimizer.closure.labelling import Labelling, labelling_of
from optimizer.closure.messages import SCALE, bound_of_labels, no_messages, sweep
from tests import tiny
from tests.optimizer.closure.programs import best_labels_by_trying, labellings, program_of, value_of


@tiny.examples(100)
@given(labellings())
def test_a_labelling_is_read_back_from_its_program(labelling):
    program = program_of(labelling)
    found = labelling_of(program, flat_rows(program))
    assert np.array_equal(found.labelling.worth, labelling.worth)
    assert np.array_equal(found.labelling.pairs, labelling.pairs)
    assert np.array_equal(found.labelling.tables, labelling.tables)


@tiny.examples(150)
@given(labellings(), st.data())
def test_no_messages_whatever_bound_under_a_labelling(labelling, data):
    amounts = st.integers(-20 * SCALE, 20 * SCALE)
    messages = np.array([data.draw(amounts) for _ in no_messages(labelling)], dtype=np.int64)
    bound, with_label = bound_of_labels(labelling, messages)
    assert bound >= SCALE * best_labels_by_trying(labelling)
    labels = [data.draw(st.integers(0, int(size) - 1)) for size in labelling.sizes]
    value = value_of(labelling, labels)
    assert labelling.value(np.array(labels)) == value
    places = labelling.first_label[:-1] + np.array(labels)
    assert (with_label[places] >= SCALE * value).all()


@tiny.examples(80)
@given(labellings())
def test_sweeps_lower_the_bound_and_keep_it_one(labelling):
    messages = no_messages(labelling)
    before = bound_of_labels(labelling, messages)[0]
    labels = sweep(labelling, messages, 5)
    after = bound_of_labels(labelling, messages)[0]
    assert SCALE * best_labels_by_trying(labelling) <= after <= before + len(messages)
    assert labelling.value(labels) <= best_labels_by_trying(labelling)


@tiny.examples(150)
@given(labellings(), st.randoms())
def test_elimination_finds_the_judges_best_in_any_order(labelling, random):
    order = list(range(labelling.nodes))
    random.shuffle(order)
    for each in (order, elimination_order(labelling)):
        value, labels = best_labels(labelling, each)
        assert value == labelling.value(labels) == best_labels_by_trying(labelling)


@pytest.mark.parametrize("most_cells", [1, 3, 9])
@tiny.examples(60)
@given(labelling=labellings())
def test_labels_are_taken_in_turn_where_tables_would_grow_too_large(most_cells, labelling):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elimination, "MOST_CELLS", most_cells)
        labels, proof = close_labelling(labelling, 30.0)
        value = labelling.value(labels)
        assert value == best_labels_by_trying(labelling)
        assert bound_of_labelling(labelling, proof, value) == value


@tiny.examples(60)
@given(labellings(), st.integers(1, 5))
def test_a_proof_read_against_less_than_the_optimum_gives_no_lower_bound(labelling, less):
    labels, proof = close_labelling(labelling, 30.0)
    best = labelling.value(labels)
    with suppress(ValueError):
        assert bound_of_labelling(labelling, proof, best - less) >= best


def test_a_step_that_drops_too_much_is_refused():
    labelling = Labelling(
        np.array([0, 2, 4]), np.array([0, 1, 2, 0]), np.array([[0, 1]]), np.array([0, 4]), np.array([0, 4, 4, 0])
    )
    proof = LabellingProof(no_messages(labelling), 6)
    with pytest.raises(ValueError, match="a step drops labels worth up to 6, over 3"):
        bound_of_labelling(labelling, proof, 3)
    assert bound_of_labelling(labelling, replace(proof, value=3), 3) == 7
    assert bound_of_labelling(labelling, None, 3) == 7
