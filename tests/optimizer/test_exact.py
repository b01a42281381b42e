import subprocess
import sys

from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.assemble import assemble
from optimizer.exact import maximise
from tests import drawn, tiny
from tests.optimizer.points import point_of


def placed(columns, answer):
    chosen = [columns.placements[number] for number in answer.chosen if number < len(columns.placements)]
    return {each.applicant.applicant_id: each.lots for each in chosen}


@tiny.examples(40)
@given(st.data())
def test_the_best_point_is_the_judges_best_plan(data):
    instance = data.draw(drawn.instances())
    (columns, program), verdict = assemble(instance), tiny.verdict(instance)
    answer = maximise(program, (), (), 5.0, 30.0, 1)
    if verdict is None:
        assert answer is None
        return
    assert answer.claims_best
    assert tiny.is_feasible(instance, placed(columns, answer))
    assert tiny.value(instance, placed(columns, answer)) == verdict.value


@tiny.examples(40)
@given(st.data())
def test_with_some_grants_held_it_is_the_best_of_the_plans_that_hold_them(data):
    instance = data.draw(drawn.instances(pins=False))
    plan = data.draw(drawn.choices(instance))
    assume(tiny.is_feasible(instance, plan))
    kept = {each: lots for each, lots in plan.items() if data.draw(st.booleans())}
    columns, program = assemble(instance)
    placements = range(len(columns.placements))
    fixed, hint = (sorted(point_of(columns, each) & set(placements)) for each in (kept, plan))
    answer = maximise(program, fixed, set(hint), 5.0, 30.0, 1)
    others = (each for each in tiny.choices(instance) if kept.items() <= each.items())
    best = max(tiny.value(instance, each) for each in others if tiny.is_feasible(instance, each))
    assert answer.claims_best
    assert kept.items() <= placed(columns, answer).items()
    assert tiny.value(instance, placed(columns, answer)) == best


def test_cp_sat_is_loaded_only_when_it_is_asked():
    """Loading it, with pandas, takes a fifth of a second, which a first plan need not wait for."""
    lines = "import sys", "import optimizer.solve", "print('pandas' in sys.modules, 'optimizer.exact' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", "; ".join(lines)], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]
