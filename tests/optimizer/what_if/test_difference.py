"""Difference reports against the judge's own count, and how they read."""

from hypothesis import given
from hypothesis import strategies as st

from instances.faults import LANGUAGES
from optimizer.plan import Plan
from optimizer.what_if.difference import difference
from optimizer.what_if.telling import difference_csv, difference_lines
from tests import drawn, tiny
from tests.zones import asks, row_of


@tiny.examples(40)
@given(st.data())
def test_a_difference_is_what_the_judge_counts(data):
    instance = data.draw(drawn.revised(4))
    one, two = (data.draw(drawn.choices(instance)) for _ in range(2))
    found = difference(instance, Plan(one), instance, Plan(two))
    changed = {each for each in {*one, *two} if one.get(each) != two.get(each)}
    assert {each.applicant_id for each in found.applicants} == changed
    assert found.kept == len({*one, *two} - changed)
    for each in found.applicants:
        assert (each.before, each.after) == (one.get(each.applicant_id, ()), two.get(each.applicant_id, ()))
        assert each.kind == ("lost" if not each.after else "gained" if not each.before else "moved")
    assert found.goals == {
        goal: (points, tiny.goals(instance, two)[goal]) for goal, points in tiny.goals(instance, one).items()
    }
    assert found.value_after_millipoints == tiny.value(instance, two)
    lots = [each.lot_id for each in instance.lots]
    assert list(found.lots) == [each for each in lots if tiny.tenants(one, each) != tiny.tenants(two, each)]


BEFORE = row_of(4, asks("a", jobs_direct=10), asks("b", jobs_direct=7), asks("c", jobs_direct=2), asks("d"))
AFTER = row_of(4, asks("a", jobs_direct=10), asks("b", jobs_direct=7), asks("d"), asks("=e", jobs_direct=9))
FOUND = difference(
    BEFORE,
    Plan({"a": ("L1",), "b": ("L2",), "c": ("L3",)}),
    AFTER,
    Plan({"a": ("L4",), "d": ("L2",), "=e": ("L3",)}),
)


def test_it_reads_in_three_languages():
    assert difference_lines(FOUND) == [
        "0 keep their site; 1 move, 1 gain one, 1 lose theirs; 1 come, 1 go.",
        "value: 1,900 → 2,000 points (+100)",
        "jobs: 1,900 → 2,000 points (+100)",
        "preferred lots: 0 → 0 points (+0)",
        "clustering: 0 → 0 points (+0)",
        "=e: is new and gains L3",
        "a: moves from L1 to L4",
        "b: loses L2",
        "c: is no longer an applicant; L3 comes free",
        "d: gains L2",
    ]
    for language in LANGUAGES:
        lines = difference_lines(FOUND, language)
        assert len(lines) == 10
        assert difference_csv(FOUND, language).decode().count("\n") == 6
    same = difference(BEFORE, Plan({"a": ("L1",)}), BEFORE, Plan({"a": ("L1",)}))
    assert difference_lines(same, "fr")[0].startswith("Aucune différence")


def test_the_table_runs_no_formula():
    assert "\n'=e,is new and gains L3,,L3\n" in difference_csv(FOUND).decode()


def test_the_document_holds_it_all():
    document = FOUND.document()
    assert document["kept"] == 0
    assert document["applicants"][1] == {"applicant_id": "a", "kind": "moved", "before": ["L1"], "after": ["L4"]}
    assert document["lots"] == ["L1", "L2", "L3", "L4"]
