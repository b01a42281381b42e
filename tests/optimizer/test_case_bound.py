"""The bound by cases: never under the judge's optimum, the same as the stranger's, and in no more steps."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.instance import Instance
from instances.reading import read_instance
from optimizer.case_bound import MOST_STEPS, CaseCheck, case_bound_millipoints
from optimizer.case_certificate import case_certificate_from
from optimizer.certificate import CertificateError
from optimizer.lottery import drawn_plan
from optimizer.search.certify import certify_cases
from optimizer.search.ground import starting_plan
from tests import cases, drawn, tiny
from tests.optimizer.meeting import zone_of
from tests.optimizer.search.test_branch_and_price import begun, told_apart, value_of
from tests.optimizer.search.views import View
from tests.optimizer.stranger import Disagreement, Zone, read
from tests.optimizer.stranger_cases import bound_by_cases
from tests.zones import asks, row_of

CERTIFICATES = Path(__file__).parent.parent / "certificates"
THREE_LOTS = read_instance(CERTIFICATES / "instance")
BY_HAND = json.loads((CERTIFICATES / "valid/cases_by_hand.json").read_text(encoding="utf-8"))


def ours(instance: Instance, document: cases.Document) -> int | None:
    try:
        return case_bound_millipoints(instance, case_certificate_from(document))
    except CertificateError:
        return None


def theirs(zone: Zone, document: cases.Document) -> tuple[int | None, int]:
    try:
        return bound_by_cases(zone, document)
    except Disagreement:
        return None, 0


def steps_of(instance: Instance, document: cases.Document) -> int:
    """How many steps the check takes."""
    check = CaseCheck(instance, case_certificate_from(document), MOST_STEPS)
    list(check.cases())
    return MOST_STEPS - check._steps


def goes_through(instance: Instance, document: cases.Document, steps: int) -> bool:
    """Whether so many steps are enough."""
    try:
        for _ in CaseCheck(instance, case_certificate_from(document), steps).cases():
            pass
    except CertificateError as refused:
        return refused.code != "too_long"
    return True


@tiny.examples(250)
@given(st.data())
def test_no_cases_go_under_the_judges_optimum_and_strangers_agree_and_take_no_fewer_steps(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    zone, best = zone_of(instance, tmp_path_factory.mktemp("cases")), tiny.verdict(instance)
    document = json.loads(json.dumps(data.draw(cases.documents(instance, zone))))
    found, steps = theirs(zone, document)
    assert found is not None
    assert found == ours(instance, document)
    assert best is None or found >= best.value
    taken = steps_of(instance, document)
    assert taken <= steps  # the stranger remembers nothing
    assert goes_through(instance, document, taken)
    assert taken == 0 or not goes_through(instance, document, taken - 1)


@tiny.examples(60)
@given(st.data())
def test_claims_of_cases_that_are_too_low_are_refused_by_both(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    zone = zone_of(instance, tmp_path_factory.mktemp("lowered"))
    document = data.draw(cases.documents(instance, zone))
    mosts = [proof["most"] for proof in document["proofs"]]
    most = data.draw(st.sampled_from(mosts))
    assume(any(most))
    at = data.draw(st.sampled_from([number for number, each in enumerate(most) if each]))
    most[at] -= data.draw(st.sampled_from([1, (most[at] + 1) // 2, most[at]]))
    found, best = ours(instance, document), tiny.verdict(instance)
    assert found == theirs(zone, document)[0]
    assert most is not mosts[0] or found is None
    assert found is None or best is None or found >= best.value


@tiny.examples(60)
@given(st.data())
def test_the_stranger_agrees_on_what_branch_and_price_writes(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    view = View(instance)
    assume(len(view.ground.site) and tiny.verdict(instance) is not None)
    told = begun(view)
    assume(told.generation.pieces)
    held = told_apart(view, told, starting_plan(view.ground), data.draw(st.integers(1, 40)))
    certificate = certify_cases(instance, told, value_of(view, held), len(told.nodes))
    document = json.loads(json.dumps(certificate.document()))
    found, steps = theirs(zone_of(instance, tmp_path_factory.mktemp("written")), document)
    assert found == case_bound_millipoints(instance, certificate) == certificate.bound_millipoints
    taken = steps_of(instance, document)
    assert taken <= steps  # the stranger remembers nothing
    assert goes_through(instance, document, taken)
    assert taken == 0 or not goes_through(instance, document, taken - 1)


@pytest.mark.parametrize(
    "node",
    [["lot", "L9", "bakery", 1, 2], ["lot", "L1", "cheese", 1, 2], ["lot", "L1", "", 1, 2], ["placed", "A9", 0, 1, 2]],
)
def test_a_question_about_what_is_not_there_is_refused_by_both(node):
    document = BY_HAND | {"tree": [node, ["proof", 1], ["proof", 1]]}
    with pytest.raises(CertificateError) as refused:
        case_bound_millipoints(THREE_LOTS, case_certificate_from(document))
    assert refused.value.code == "invalid_split"
    assert theirs(Zone(read(CERTIFICATES / "instance")), document) == (None, 0)


def test_the_cases_by_hand_take_ten_steps():
    assert goes_through(THREE_LOTS, BY_HAND, 10)
    assert not goes_through(THREE_LOTS, BY_HAND, 9)
    assert theirs(Zone(read(CERTIFICATES / "instance")), BY_HAND) == (3_350_000, 10)
    check = CaseCheck(THREE_LOTS, case_certificate_from(BY_HAND), 10)
    kept = {(each.applicant.applicant_id, site) for each in check.kept for site in each.sites}
    assert ("A1", ("L1", "L2")) not in kept
    assert ("A1", ("L1",)) in kept
    assert [total for total, _ in check.cases()] == [3_350_000, 2_120_000, 2_270_000]


def test_every_way_in_which_placed_applicants_can_hold_sites_is_a_step():
    """Nobody, one, two and three applicants placed in a piece of 11 lots; nothing is searched beyond."""
    instance = row_of(11, *(asks(name) for name in "abc"))
    nothing = {"applicants": [], "rows": [], "borders": [], "lots": [], "most": [2**53 - 1]}
    tree = [["placed", "a", 0, 1, 2], ["proof", 0], ["placed", "b", 0, 3, 4], ["proof", 0],
            ["placed", "c", 0, 5, 6], ["proof", 0], ["proof", 0]]  # fmt: skip
    lots = [each.lot_id for each in instance.lots]
    document = BY_HAND | {"pieces": [lots], "proofs": [nothing], "tree": tree, "bound_millipoints": 1}
    steps = 1 + 11 + 11**2 + 11**3
    assert goes_through(instance, document, steps)
    assert not goes_through(instance, document, steps - 1)


@tiny.examples(60)
@given(st.data())
def test_what_is_said_to_be_the_only_plan_is_what_the_draw_prefers(tmp_path_factory, data):
    """The claim is the value of the best plan and proved: the plan drawn is that of all plans, or none is said."""
    instance = data.draw(drawn.instances())
    best = tiny.verdict(instance)
    assume(best is not None)
    document = data.draw(cases.documents(instance, zone_of(instance, tmp_path_factory.mktemp("unique"))))
    certificate = case_certificate_from(document | {"bound_millipoints": best.value})
    assume(ours(instance, certificate.document()) == best.value)
    found = drawn_plan(instance, certificate, best.value)
    assert found is None or found.assignments == best.plan
