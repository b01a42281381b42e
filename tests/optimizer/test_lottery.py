from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.branching import tree_bound
from optimizer.certificate import Certificate
from optimizer.lottery import draw_order, drawn_plan
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.solve import solve
from tests import drawn, tiny
from tests.good_prices import SCALE, good_prices
from tests.optimizer.test_altered_trees import cases


@tiny.examples(40)
@given(st.data())
def test_the_order_of_the_draw_is_the_judges(data):
    instance = data.draw(drawn.instances())
    plans = [data.draw(drawn.choices(instance)) for _ in range(3)]
    ours = sorted(plans, key=lambda plan: draw_order(instance, Plan(plan)))
    assert [tiny.lottery_key(instance, plan) for plan in ours] == sorted(
        tiny.lottery_key(instance, plan) for plan in plans
    )


def test_where_optimality_is_proved_the_plan_is_the_draws_own():
    """Over all draws together: often enough unique, and then always the judge's choice."""
    unique = []

    @tiny.examples(40)
    @given(st.data())
    def judge(data):
        instance = data.draw(drawn.instances(most_lots=4))
        verdict = tiny.verdict(instance)
        assume(verdict is not None)
        outcome = solve(instance, Limits(None, work=1))
        if outcome.unique:
            assert outcome.plan == Plan(verdict.plan)
            unique.append(verdict.count)

    judge()
    assert len(unique) >= 10
    assert max(unique) > 1, "a tie that only the draw could settle"


def test_with_a_tree_the_plan_is_still_the_draws_own():
    """A tree may leave out plans of the claimed value; they are looked for all the same."""
    unique = []

    @tiny.examples(60)
    @given(st.data())
    def judge(data):
        instance = data.draw(drawn.instances(most_lots=4))
        verdict = tiny.verdict(instance)
        assume(verdict is not None)
        tree = cases(instance, data.draw(st.integers(1, 6)))
        certificate = Certificate(
            instance.fingerprint(), "0" * 64, verdict.value, verdict.value, SCALE, good_prices(instance), tree
        )
        found = drawn_plan(instance, certificate, verdict.value)
        assume(tree_bound(instance, certificate) == verdict.value and found is not None)
        assert found == Plan(verdict.plan)
        unique.append(verdict.count)

    judge()
    assert len(unique) >= 20
    assert max(unique) > 1, "a tie that only the draw could settle"
