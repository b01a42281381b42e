"""The stranger's checker on revisions of an earlier plan: the same fingerprint, value, bound and whole check."""

import json

from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.bound import bound_millipoints
from optimizer.certificate import Certificate
from optimizer.export import save
from optimizer.outcome import Limits
from optimizer.piece_bound import piece_bound_millipoints
from optimizer.piece_certificate import piece_certificate_from
from optimizer.solve import solve
from tests import drawn, pieces, tiny
from tests.optimizer.meeting import agree_on, zone_of
from tests.optimizer.stranger import digest
from tests.optimizer.stranger_bound import bound_of, check
from tests.optimizer.stranger_pieces import bound_by_pieces
from tests.zones import asks, row_of

ZERO = "0" * 64


@tiny.examples(60)
@given(st.data())
def test_values_and_prices_are_read_alike(tmp_path_factory, data):
    instance = data.draw(drawn.revised())
    zone = zone_of(instance, tmp_path_factory.mktemp("revised"))
    assert digest(zone.instance) == instance.fingerprint()
    agree_on(zone, instance, data.draw(drawn.choices(instance)))
    scale, prices = data.draw(drawn.certified_prices(instance))
    price = data.draw(st.integers(1, 900_000))
    if instance.policy.most_changes is not None:
        prices[("changes",)] = price
    ours = bound_millipoints(instance, Certificate(instance.fingerprint(), ZERO, 0, 0, scale, prices))
    assert bound_of(zone, prices, scale) == ours
    rows = [] if instance.policy.most_changes is None else [["changes", "", "", price]]
    document = pieces.document_of(instance, [[part, 10**12] for part in pieces.parts(instance)], rows=rows)
    assert bound_by_pieces(zone, document) == piece_bound_millipoints(instance, piece_certificate_from(document))


@tiny.examples(8)
@given(st.data())
def test_a_revision_that_was_solved_passes_the_whole_check(tmp_path_factory, data):
    instance = data.draw(drawn.revised())
    outcome = solve(instance, Limits(None, work=1))
    assume(outcome.plan is not None)
    folder = tmp_path_factory.mktemp("solved")
    save(outcome, folder)
    found = check(folder / "instance.json", folder)
    assert (found["value"], found["bound"]) == (outcome.value_millipoints, outcome.proof.bound_millipoints)


def test_the_price_of_changes_is_asked_for(tmp_path):
    """Two could gain by changing places with those who hold; only one may lose its site."""
    holders = [asks(f"a{number}", jobs_direct=1, earlier_lots=(f"L{number}",)) for number in (1, 2)]
    others = [asks(f"b{number}", jobs_direct=9) for number in (1, 2)]
    outcome = solve(row_of(2, *holders, *others, most_changes=1), Limits(None, work=1))
    save(outcome, tmp_path)
    rows = outcome.certificate.get("rows") or outcome.certificate["prices"]
    assert "changes" in {row[0] for row in rows}
    assert check(tmp_path / "instance.json", tmp_path)["value"] == outcome.value_millipoints
    certificate = json.loads((tmp_path / "certificate.json").read_text(encoding="utf-8"))
    assert outcome.proof.bound_millipoints == certificate["bound_millipoints"]
