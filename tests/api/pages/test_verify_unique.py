"""A reader's own browser says of a plan that it is the draw's own where `lotwise check` does, in as many steps."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer import lottery
from optimizer.certificate import Certificate, CertificateError
from optimizer.certificates import any_certificate_from
from optimizer.check import proved_bound_millipoints
from optimizer.lottery import drawn_plan
from tests import drawn, pieces, tiny
from tests.api.pages.browsing import visit
from tests.api.pages.checking import Asked
from tests.good_prices import SCALE, good_prices
from tests.optimizer.meeting import zone_of
from tests.optimizer.test_altered_cases import proofs as by_cases
from tests.optimizer.test_altered_trees import cases as tree_of
from tests.zones import asks, row_of


def claimed(kind, draw, instance, best, zone):
    """A certificate of one of the four formats whose claim is the value of the best plan."""
    if kind == "cases":
        document = draw(by_cases(instance, zone))
    elif kind == "pieces":
        document = draw(pieces.documents(instance, zone))
    else:
        tree = tree_of(instance, draw(st.integers(1, 6))) if kind == "tree" else None
        prices = good_prices(instance)
        document = Certificate(instance.fingerprint(), "0" * 64, 0, best.value, SCALE, prices, tree).document()
    return json.loads(json.dumps(document | {"bound_millipoints": best.value}))


def proves(instance, document):
    try:
        return proved_bound_millipoints(instance, any_certificate_from(document)) <= document["bound_millipoints"]
    except CertificateError:
        return False


def drawn_within(instance, document, value, steps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("optimizer.lottery.MOST_STEPS", steps)
        found = drawn_plan(instance, any_certificate_from(document), value)
    return found and dict(found.assignments)


@pytest.mark.parametrize(("kind", "count"), [("prices", 60), ("tree", 60), ("pieces", 100), ("cases", 200)])
def test_the_browser_draws_the_plan_that_the_checker_draws_in_as_many_steps(
    chromium, site, tmp_path_factory, kind, count
):
    ties = []
    with visit(chromium, site, "en") as seen:
        asked = Asked(seen)

        @tiny.examples(count)
        @given(st.data())
        def judge(data):
            instance = data.draw(drawn.instances(most_lots=4))
            best = tiny.verdict(instance)
            assume(best is not None)
            zone = zone_of(instance, tmp_path_factory.mktemp("drawn"))
            document = claimed(kind, data.draw, instance, best, zone)
            assume(proves(instance, document))
            found, steps = asked.preferred(instance, document)
            assert found == drawn_within(instance, document, best.value, 50_000)
            if found is not None:
                assert found == best.plan
                assert drawn_within(instance, document, best.value, steps) == found
                assert drawn_within(instance, document, best.value, steps - 1) is None
                ties.append(best.count)

        judge()
    assert len(ties) >= 10
    assert max(ties) > 1, "a tie that only the draw could settle"


@pytest.mark.parametrize(("count", "is_found"), [(6, True), (7, False)])
def test_too_many_plans_of_one_value_are_not_told_apart_by_either(chromium, site, count, is_found):
    """As many alike applicants as lots: 720 plans, or 5,040."""
    instance = row_of(count, *(asks(f"a{number}", jobs_direct=1) for number in range(count)))
    value, lots = 100_000 * count, [each.lot_id for each in instance.lots]
    by_prices = Certificate(instance.fingerprint(), "0" * 64, value, value, 1, {}).document()
    with visit(chromium, site, "en") as seen:
        asked = Asked(seen)
        for document in (by_prices, pieces.document_of(instance, [[lots, value]], bound_millipoints=value)):
            assert proves(instance, document)
            found, _ = asked.preferred(instance, document)
            assert found == drawn_within(instance, document, value, lottery.MOST_STEPS)
            assert (found is not None) == is_found
