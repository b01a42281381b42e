from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.exact import maximise
from optimizer.ground import held_of
from optimizer.plan import Plan
from tests import drawn, tiny
from tests.optimizer.grounds import seen


def placed(view, answer):
    chosen = [view.columns.placements[number] for number in answer.chosen if number < len(view.columns.placements)]
    return {each.applicant.applicant_id: each.lots for each in chosen}


@tiny.examples(40)
@given(st.data())
def test_the_best_point_is_the_judges_best_plan(data):
    instance = data.draw(drawn.instances())
    view, verdict = seen(instance), tiny.verdict(instance)
    answer = maximise(view.program, (), (), 5.0, 30.0, 1)
    if verdict is None:
        assert answer is None
        return
    assert answer.claims_best
    assert tiny.is_feasible(instance, placed(view, answer))
    assert tiny.value(instance, placed(view, answer)) == verdict.value


@tiny.examples(40)
@given(st.data())
def test_with_some_grants_held_it_is_the_best_of_the_plans_that_hold_them(data):
    instance = data.draw(drawn.instances(pins=False))
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    kept = {each: lots for each, lots in plan.items() if data.draw(st.booleans())}
    view = seen(instance)
    fixed = held_of(view.columns, Plan(kept))
    hint = held_of(view.columns, Plan(plan))
    answer = maximise(view.program, fixed[fixed >= 0].tolist(), set(hint[hint >= 0].tolist()), 5.0, 30.0, 1)
    others = (each for each in tiny.choices(instance) if kept.items() <= each.items())
    best = max(tiny.value(instance, each) for each in others if tiny.is_feasible(instance, each))
    assert answer.claims_best
    assert kept.items() <= placed(view, answer).items()
    assert tiny.value(instance, placed(view, answer)) == best
