"""Revision with few changes against brute force: the plan, the bound, and every certificate."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.bound import bound_millipoints
from optimizer.branching import tree_bound
from optimizer.certificate import Certificate
from optimizer.change_curve import change_curve
from optimizer.check import check, proved_bound_millipoints
from optimizer.outcome import Limits
from optimizer.piece_bound import piece_bound_millipoints
from optimizer.piece_certificate import piece_certificate_from
from optimizer.price_changes import with_limit
from optimizer.solve import solve
from tests import drawn, pieces, tiny, trees
from tests.zones import asks, row_of

ZERO = "0" * 64


@tiny.examples(60)
@given(st.data())
def test_no_prices_go_under_the_judges_optimum_of_a_revision(data):
    instance = data.draw(drawn.revised())
    best = tiny.verdict(instance)
    scale, prices = data.draw(drawn.certified_prices(instance))
    if instance.policy.most_changes is not None:
        prices[("changes",)] = data.draw(st.sampled_from((1, 1000, 50_000, 500_000))) * scale
    bound = bound_millipoints(instance, Certificate(instance.fingerprint(), ZERO, 0, 0, scale, prices))
    assert best is None or bound >= best.value
    tree = data.draw(trees.trees(instance, scale))
    claim = max(0, best.value - 1) if best else 0
    certificate = Certificate(instance.fingerprint(), ZERO, 0, claim, scale, prices, tree)
    assert best is None or tree_bound(instance, certificate) >= best.value


@tiny.examples(60)
@given(st.data())
def test_no_pieces_go_under_the_judges_optimum_of_a_revision(data):
    instance = data.draw(drawn.revised())
    best = tiny.verdict(instance)
    rows = [] if instance.policy.most_changes is None else [["changes", "", "", data.draw(st.integers(1, 900_000))]]
    lots = [[part, 10**12] for part in pieces.parts(instance)]
    document = pieces.document_of(instance, lots, rows=rows)
    bound = piece_bound_millipoints(instance, piece_certificate_from(document))
    assert best is None or bound >= best.value
    prices = {("changes",): rows[0][3]} if rows else {}
    plain = bound_millipoints(instance, Certificate(instance.fingerprint(), ZERO, 0, 0, 1, prices))
    assert best is None or plain >= best.value


@tiny.examples(12)
@given(st.data())
def test_a_revision_is_the_judges_and_its_certificate_holds(data):
    instance = data.draw(drawn.revised())
    best = tiny.verdict(instance)
    outcome = solve(instance, Limits(None, 1, workers=1))
    assert (outcome.plan is None) == (best is None)
    if best is not None:
        assert outcome.value_millipoints == best.value
        assert outcome.proof.bound_millipoints >= best.value
        assert outcome.goals_millipoints == tiny.goals(instance, outcome.plan.assignments)


@tiny.examples(8)
@given(st.data())
def test_every_point_of_the_curve_is_the_judges_and_proved(data):
    instance = data.draw(drawn.revised(4))
    numbers = range(1 + sum(1 for each in instance.applicants if each.earlier_lots))
    for point in change_curve(instance, Limits(None, 1, workers=1), numbers):
        limited = with_limit(instance, point.most_changes)
        best = tiny.verdict(limited)
        assert (point.plan is None) == (best is None)
        assert proved_bound_millipoints(limited, point.certificate) <= point.certificate.bound_millipoints
        assert point.certificate.bound_millipoints == point.bound_millipoints
        if best is not None:
            assert point.value_millipoints == best.value <= point.bound_millipoints
            assert point.changes == len(tiny.changed(instance, point.plan.assignments)) <= point.most_changes


@pytest.mark.parametrize(("most", "plan"), [(0, {"a": ("L1",)}), (1, {"b": ("L1",)})])
def test_a_better_newcomer_waits_unless_a_change_is_allowed(most, plan):
    instance = row_of(1, asks("a", jobs_direct=5, earlier_lots=("L1",)), asks("b", jobs_direct=9), most_changes=most)
    outcome = solve(instance, Limits(None, 1, workers=1))
    assert outcome.plan.assignments == plan
    tied = outcome.certificate
    assert outcome.proof.bound_millipoints == outcome.value_millipoints, tied["rows" if "rows" in tied else "prices"]


def test_points_for_kept_sites_hold_a_tenant_that_is_worth_a_little_less():
    instance = row_of(1, asks("a", jobs_direct=5, earlier_lots=("L1",)), asks("b", jobs_direct=9), kept_site=401)
    for kept, holder in ((401, "a"), (399, "b")):
        priced = replace(instance, policy=replace(instance.policy, kept_site=kept))
        outcome = solve(priced, Limits(None, 1, workers=1))
        assert set(outcome.plan.assignments) == {holder}
        assert outcome.unique


def test_a_certificate_that_forgets_how_many_must_stay_is_refused():
    instance = row_of(1, asks("a", jobs_direct=5, earlier_lots=("L1",)), asks("b", jobs_direct=9), most_changes=0)
    outcome = solve(instance, Limits(None, 1, workers=1))
    from optimizer.certificate import CertificateError
    from optimizer.certificates import any_certificate_from

    certificate = any_certificate_from(outcome.certificate)
    assert check(instance, outcome.plan, certificate) == outcome.proof
    free = replace(instance, policy=replace(instance.policy, most_changes=1))
    with pytest.raises(CertificateError):
        check(free, outcome.plan, replace(certificate, instance=free.fingerprint()))
