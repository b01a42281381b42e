"""Whatever is done to a certificate by cases, it is refused or its bound still stands; so says the stranger too."""

from functools import partial

from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from optimizer.certificates import any_certificate_from
from optimizer.plan import Plan
from optimizer.search.certify import certify_cases
from optimizer.search.ground import starting_plan
from tests import cases, drawn, pieces, tiny
from tests.optimizer.altering import is_accepted, refused_with_another_digit, stands_whatever_is_altered
from tests.optimizer.meeting import zone_of
from tests.optimizer.search.test_branch_and_price import begun, odd_zone, told_apart, value_of
from tests.optimizer.search.views import View
from tests.optimizer.test_case_bound import ours, theirs


@st.composite
def proofs(draw, instance: Instance, zone) -> dict:
    """A certificate that is accepted: true claims, drawn or by branch and price, and the bound that they prove."""
    if draw(st.booleans()):
        document = draw(cases.documents(instance, zone))
    else:
        view = View(instance)
        assume(len(view.ground.site))
        told = begun(view)
        assume(told.generation.pieces)
        held = told_apart(view, told, starting_plan(view.ground), draw(st.integers(1, 20)))
        document = certify_cases(instance, told, value_of(view, held), len(told.nodes)).document()
    bound = ours(instance, document)
    assume(bound < 2**53)
    document |= {"bound_millipoints": bound, "value_millipoints": tiny.verdict(instance).value}
    assume(ours(instance, document) == bound)  # a higher claim leaves fewer placements out
    return document


@tiny.examples(150)
@given(st.data())
def test_no_altered_cases_prove_less_than_the_best_plan_is_worth(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    assume(best is not None)
    zone = zone_of(instance, tmp_path_factory.mktemp("altered"))
    stands_whatever_is_altered(
        data,
        instance,
        best,
        data.draw(proofs(instance, zone)),
        pieces.words(instance),
        partial(ours, instance),
        lambda document: theirs(zone, document)[0],
    )


@tiny.examples(100)
@given(st.data())
def test_a_bound_under_the_best_plans_value_is_never_accepted(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    assume(best is not None)
    assume(best.value)
    document = data.draw(proofs(instance, zone_of(instance, tmp_path_factory.mktemp("lowered"))))
    claim = data.draw(st.one_of(st.just(best.value - 1), st.integers(0, best.value - 1)))
    assert not is_accepted(instance, Plan(dict(best.plan)), document | {"bound_millipoints": claim})


def short_of_power() -> tuple[Instance, dict]:
    """A zone whose power is short, and what branch and price proves of it: with questions of both kinds."""
    view = odd_zone()
    told = begun(view)
    held = told_apart(view, told, starting_plan(view.ground), 60)
    return view.instance, certify_cases(view.instance, told, value_of(view, held), len(told.nodes)).document()


def test_one_digit_of_a_real_one_is_refused_or_harmless():
    instance, document = short_of_power()
    best = tiny.verdict(instance)
    assert {node[0] for node in document["tree"]} == {"lot", "placed", "proof"}
    assert any_certificate_from(document).document() == document
    refused = refused_with_another_digit(
        instance,
        Plan(dict(best.plan)),
        document | {"value_millipoints": best.value},
        "pieces",
        300,
        partial(ours, instance),
        best.value,
    )
    assert refused > 20  # claims are no lower than what closes their case, so many a digit does no harm
