from hypothesis import given

from optimizer.assemble import assemble
from optimizer.sites import enumerate_placements
from tests import drawn, tiny
from tests.optimizer.points import point_of
from tests.zones import asks, row_of


@tiny.examples(60)
@given(drawn.instances())
def test_points_that_meet_the_rows_are_the_feasible_plans_and_worth_what_they_are(instance):
    columns, program = assemble(instance)
    for plan in tiny.choices(instance):
        point = sorted(point_of(columns, plan))
        assert (not program.violated(point)) == tiny.is_feasible(instance, plan)
        assert program.value(point) == tiny.value(instance, plan)


@tiny.examples(40)
@given(drawn.instances())
def test_row_names_are_distinct_and_columns_never_repeat_in_a_row(instance):
    _, program = assemble(instance)
    names = [row.name for row in program.rows]
    assert len(set(names)) == len(names)
    for row in program.rows:
        assert len(set(row.columns)) == len(row.columns) == len(row.coefficients)
        assert 0 not in row.coefficients


def test_a_rule_that_does_not_concern_the_instance_adds_no_row():
    _, program = assemble(row_of(2, asks("a"), asks("b"), separation=()))
    assert {row.name[0] for row in program.rows} == {"cover", "applicant", "lot"}


def test_the_program_of_some_placements_holds_no_other():
    instance = row_of(2, asks("a"), asks("b", "stone"))
    some = [placement for placement in enumerate_placements(instance) if placement.lots == ("L1",)]
    _, program = assemble(instance, some)
    assert [name for name in program.names if name[0] == "placement"] == [
        ("placement", "a", "L1"),
        ("placement", "b", "L1"),
    ]
    assert not [row for row in program.rows if row.name[0] == "separation"]
