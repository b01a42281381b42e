"""Sized searches: better plans of what is usable, the same whether all placements are in memory or only some."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.search import annealing
from optimizer.search.annealing import Annealing
from optimizer.search.prospects import NO_PROSPECTS
from optimizer.search.tenancy import plan_value
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of

HEAT = (50e3, 1e3)


def improved(view, held, usable, work=0.02):
    searches = Annealing(view.ground, 3, np.zeros(1, dtype=np.bool_))
    return searches.improve(held, usable, np.zeros(len(view.ground.most)), HEAT, work, 5, NO_PROSPECTS)


@pytest.mark.parametrize("most_whole", [10**6, 0])
@tiny.examples(20)
@given(st.data())
def test_a_plan_only_grows_better_and_stays_feasible(most_whole, data):
    instance = data.draw(drawn.instances())
    view, plan = View(instance), data.draw(drawn.choices(instance))
    count = len(view.ground.site)
    assume(count and tiny.is_feasible(instance, plan))
    usable = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    held = view.held(plan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(annealing, "MOST_PLACEMENTS_WHOLE", most_whole)
        found = improved(view, held, usable)
    assert tiny.is_feasible(instance, view.plan(found))
    assert plan_value(view.ground, found) >= plan_value(view.ground, held)
    if not usable.any():
        assert plan_value(view.ground, found) == plan_value(view.ground, held)


def test_the_same_arguments_give_the_same_plan():
    view = View(row_of(6, *(asks(f"a{n}", jobs_direct=n % 4 + 1, max_lots=2) for n in range(9)), max_lots=2))
    usable = np.ones(len(view.ground.site), dtype=np.bool_)
    nobody = np.full(len(view.ground.sector), -1, dtype=np.int32)
    assert (improved(view, nobody, usable) == improved(view, nobody, usable)).all()
