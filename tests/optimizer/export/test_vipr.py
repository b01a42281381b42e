import json
import re

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from instances.reading import read_instance
from optimizer.branching import tree_bound
from optimizer.certificate import Certificate, CertificateError, certificate_from
from optimizer.export.vipr import vipr_text
from optimizer.plan import Plan
from tests import drawn, tiny, trees
from tests.good_prices import SCALE, good_prices
from tests.optimizer.export.vipr_verifier import Refused, verify
from tests.optimizer.test_altered_trees import cases
from tests.optimizer.test_known_certificates import FOLDER, INSTANCE

ZERO = "0" * 64


def example(name: str) -> str:
    document = json.loads((FOLDER / f"valid/{name}.json").read_text(encoding="utf-8"))
    plan = json.loads((FOLDER / "plan.json").read_text(encoding="utf-8"))["assignments"]
    return vipr_text(read_instance(INSTANCE), Plan(plan), certificate_from(document))


@pytest.mark.parametrize(
    "name", ["as_in_the_docs", "tree_by_hand", "tree_price_one_lower", "tree_case_without_its_price"]
)
def test_the_examples_of_the_page_are_proved(name):
    assert verify(example(name)) == (3_350_000, 3_350_000)


def exported(instance, plan: Plan, certificate: Certificate) -> str | None:
    """The proof; None when nothing is proved, or by a row that the program has not."""
    try:
        return vipr_text(instance, plan, certificate)
    except CertificateError as error:
        if error.code not in ("row_not_exported", "bound_too_low"):
            raise
        return None


@tiny.examples(60)
@given(st.data())
def test_what_a_certificate_proves_an_outsider_can_verify(data):
    instance = data.draw(drawn.instances(most_lots=4))
    best = tiny.verdict(instance)
    assume(best is not None)
    kind = data.draw(st.sampled_from(["good", "any"]))
    scale, prices = (SCALE, good_prices(instance)) if kind == "good" else data.draw(drawn.certified_prices(instance))
    tree = data.draw(
        st.one_of(st.none(), trees.trees(instance, scale), st.builds(cases, st.just(instance), st.integers(1, 5)))
    )
    claim = best.value
    for _ in range(20):
        certificate = Certificate(instance.fingerprint(), ZERO, best.value, min(claim, 2**53 - 1), scale, prices, tree)
        found = tree_bound(instance, certificate)
        if found <= certificate.bound_millipoints:
            break
        text = exported(instance, Plan(best.plan), certificate)  # a row may follow in a stronger form than it is priced
        assert text is None or verify(text)[1] >= best.value
        claim = found
    assume(found <= certificate.bound_millipoints)
    text = exported(instance, Plan(best.plan), certificate)
    assert text is None or verify(text) == (best.value, certificate.bound_millipoints)
    event("exported" if text else "refused")


def test_a_number_altered_is_refused_or_proves_no_less_than_the_truth():
    text = example("tree_by_hand")
    words = re.split(r"( |\n)", text)
    start = words.index("DER")
    refused = 0
    for place in range(start + 4, len(words)):
        if re.fullmatch(r"-?\d+(/\d+)?", words[place]):
            altered = [*words[:place], str(int(words[place].partition("/")[0]) + 1), *words[place + 1 :]]
            try:
                assert verify("".join(altered))[1] >= 3_350_000
            except Refused:
                refused += 1
    assert refused > 100
