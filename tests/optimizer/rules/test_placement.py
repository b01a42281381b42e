from hypothesis import given
from hypothesis import strategies as st

from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.rules import placement
from tests import drawn, tiny
from tests.optimizer.points import breaks, columns_of
from tests.zones import asks, lot, row_of


def rows_with_definitions(columns: Columns) -> list:
    return [*columns.definitions(), *placement.rows(columns)]


@tiny.examples(40)
@given(st.data())
def test_rows_and_breaches_agree_when_tenants_collide(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance, overlapping=True))
    columns = columns_of(instance)
    is_broken = bool(list(placement.breaches(instance, Plan(plan))))
    assert is_broken == breaks(columns, rows_with_definitions(columns), plan)
    assert is_broken == (not tiny.keeps_placement(instance, plan))


@tiny.examples(60)
@given(st.data())
def test_breaches_are_the_judges_on_any_scribble(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.scribbles(instance))
    is_broken = bool(list(placement.breaches(instance, Plan(plan))))
    assert is_broken == (not tiny.keeps_placement(instance, plan))


def test_rows_of_two_applicants_on_two_lots_are_these():
    columns = columns_of(row_of(2, asks("a"), asks("b", "wood")))
    names = list(columns.names())
    rows = {
        row.name: ([names[column] for column in row.columns], row.coefficients, row.upper)
        for row in placement.rows(columns)
    }
    assert rows == {
        ("applicant", "a"): ([("placement", "a", "L1"), ("placement", "a", "L2")], (1, 1), 1),
        ("applicant", "b"): ([("placement", "b", "L1"), ("placement", "b", "L2")], (1, 1), 1),
        ("lot", "L1"): ([("cover", "L1", "bread"), ("cover", "L1", "wood")], (1, 1), 1),
        ("lot", "L2"): ([("cover", "L2", "bread"), ("cover", "L2", "wood")], (1, 1), 1),
    }


def needs_of(applicant, lots, instance) -> list[str]:
    return [breach.says for breach in placement.breaches(instance, Plan({applicant: lots}))]


def test_each_unmet_need_is_named_with_its_figures():
    lots = (
        lot("L1", 100),
        lot("L2", 100, status="reserved"),
        lot("L3", 100, sectors=("wood",)),
        lot("L4", 100, zone="Z2"),
        lot("L5", 100),
    )
    instance = row_of(
        lots,
        asks("low", score=10),
        asks("big", area_min_m2=150),
        asks("power", power_kw=11),
        asks("water", water_hl_day=11),
        asks("beside", beside_lots=("L5",)),
        asks("plain"),
        asks("home", zones=("Z1",)),
        asks("held", pinned_lots=("L5",)),
        min_score=50,
        max_lots=2,
    )
    assert needs_of("low", ("L1",), instance) == ["low on L1: score 10 is under 50"]
    assert needs_of("big", ("L1",), instance) == ["big on L1: 100 m2 is not within 150 to 1000 m2"]
    assert needs_of("power", ("L1",), instance) == ["power on L1: 10 kW supplied, 11 kW needed"]
    assert needs_of("water", ("L1",), instance) == ["water on L1: 10 hl of water a day supplied, 11 hl needed"]
    assert needs_of("beside", ("L1",), instance) == ["beside on L1: not beside any of L5"]
    assert needs_of("plain", ("L2",), instance) == ["plain on L2: lot L2 is reserved"]
    assert needs_of("plain", ("L3",), instance) == ["plain on L3: lot L3 does not admit bread"]
    assert needs_of("home", ("L4",), instance) == ["home on L4: lot L4 lies in zone Z2"]
    assert needs_of("plain", ("L5",), instance) == ["plain on L5: lot L5 is pinned to another applicant"]
    assert needs_of("plain", ("L1", "L2"), instance)[0] == "plain on L1, L2: 2 lots where 1 to 1 are allowed"
    assert needs_of("plain", ("L1", "L4"), instance)[1] == "plain on L1, L4: the lots are not connected"
    assert needs_of("plain", (), instance)[0] == "plain on : 0 lots where 1 to 1 are allowed"


def test_strangers_and_lots_granted_twice_are_breaches():
    instance = row_of(1, asks("a"), asks("b"))
    found = list(placement.breaches(instance, Plan({"a": ("L1",), "b": ("L1",), "c": ("L1",)})))
    assert [breach.who for breach in found] == [("L1",), ("c",)]
    assert needs_of("a", ("L7",), instance) == ["a is granted lots that do not exist"]


def test_the_rule_always_concerns():
    assert placement.concerns(row_of(1, asks("a")))
