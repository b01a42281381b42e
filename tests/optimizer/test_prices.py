import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.policy import Limit, Quota
from optimizer.assemble import assemble
from optimizer.certificate import CertificateError, Key
from optimizer.prices import Prices, prices_of
from tests import drawn, tiny
from tests.optimizer.points import point_of
from tests.zones import asks, lot, row_of

INSTANCE = row_of(
    (lot("L1"), lot("L2"), lot("L3", zone="Z2")),
    asks("a", power_kw=3, group="sme", max_lots=2),
    asks("b", "stone", water_hl_day=5),
    max_lots=2,
    border_metre=6,
    limits=(Limit("", 20), Limit("Z2", None, 8)),
    quotas=(Quota("small", "sme", "", 40), Quota("stones", "", "stone", None, 50)),
)


def read(*priced: tuple[Key, int]) -> Prices:
    return prices_of(INSTANCE, dict(priced))


def costs(prices: Prices, applicant: str) -> list[int]:
    """What the applicant pays on L1, on L2, on L3 and on L1 with L2."""
    return [prices.cost(INSTANCE.applicant[applicant], lots) for lots in (("L1",), ("L2",), ("L3",), ("L1", "L2"))]


@tiny.examples(120)
@given(st.data())
def test_what_a_plan_pays_is_what_its_point_uses_of_the_rows(data):
    instance = data.draw(drawn.instances())
    plan = data.draw(drawn.choices(instance))
    columns, program = assemble(instance)
    _, drawn_prices = data.draw(drawn.certified_prices(instance))
    rows = {row.name: row for row in program.rows}
    priced = {key: price for key, price in drawn_prices.items() if key in rows}
    prices = prices_of(instance, priced)
    point = point_of(columns, plan)
    used = sum(
        price
        * sum(each for column, each in zip(rows[key].columns, rows[key].coefficients, strict=True) if column in point)
        for key, price in priced.items()
    )
    paid = sum(prices.cost(instance.applicant[each], lots) for each, lots in plan.items())
    links = [key for key, column in columns.link.items() if column in point]
    paid += sum(prices.of_link(pair.lot_a, pair.lot_b, one, two) for pair, one, two in links)
    assert paid == used
    assert prices.constant == sum(price * rows[key].upper for key, price in priced.items())


def test_a_lot_a_limit_and_a_quota_charge_these():
    assert costs(read((("lot", "L2"), 10)), "a") == [0, 10, 0, 10]
    assert costs(read((("limit", "", "power_kw"), 10)), "a") == [30, 30, 30, 30]
    assert costs(read((("limit", "Z2", "water_hl_day"), 10)), "b") == [0, 0, 50, 0]
    assert costs(read((("quota", "small", "min"), 10)), "a") == [-600, -600, -600, -1200]
    assert costs(read((("quota", "small", "min"), 10)), "b") == [400, 400, 400, 800]
    assert costs(read((("quota", "stones", "max"), 10)), "a") == [-500, -500, -500, -1000]
    assert costs(read((("quota", "stones", "max"), 10)), "b") == [500, 500, 500, 1000]
    assert read((("limit", "", "power_kw"), 10)).constant == 200


def test_separation_link_and_apart_charge_these():
    assert costs(read((("separation", "L2", "L1", "bread", "stone"), 10)), "a") == [0, 10, 0, 10]
    assert costs(read((("separation", "L2", "L1", "bread", "stone"), 10)), "b") == [10, 0, 0, 10]
    link = read((("link", "L2", "L1", "bread"), 10))
    assert costs(link, "a") == [0, -10, 0, 0]
    assert link.of_link("L1", "L2", "wood", "bread") == 10
    assert link.of_link("L1", "L2", "bread", "wood") == 0
    apart = read((("apart", "L1", "L2", "bread", "a"), 10))
    assert costs(apart, "a") == [0, 0, 0, 0]
    assert apart.of_link("L1", "L2", "bread", "bread") == 10
    assert apart.of_link("L1", "L2", "bread", "wood") == 0


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (("lot", "L9"), "there is no lot L9"),
        (("limit", "Z1", "power_kw"), "no such limit"),
        (("limit", "Z2", "power_kw"), "no such limit"),
        (("limit", "", "zone"), "no such limit"),
        (("quota", "big", "min"), "no such quota"),
        (("quota", "small", "max"), "no such quota"),
        (("quota", "small", "group"), "no such quota"),
        (("separation", "L1", "L3", "bread", "stone"), "L1 and L3 are not neighbours"),
        (("separation", "L1", "L1", "bread", "stone"), "L1 and L1 are not neighbours"),
        (("separation", "L1", "L2", "bread", "wood"), "bread and wood do not disturb each other"),
        (("separation", "L1", "L2", "bread|wood", "stone"), "wood and stone do not disturb each other"),
        (("separation", "L1", "L2", "bread|bread", "stone"), "bread|bread is not a list of sectors"),
        (("separation", "L1", "L2", "", "stone"), "is not a list of sectors"),
        (("link", "L1", "L3", "bread"), "L1 and L3 are not neighbours"),
        (("link", "L1", "L2", "glass"), "glass is not a list of sectors"),
        (("apart", "L2", "L1", "bread", "a"), "its lots are not in order"),
        (("apart", "L1", "L2", "stone", "a"), "a is not an applicant of sector stone"),
        (("apart", "L1", "L2", "bread", "z"), "z is not an applicant of sector bread"),
        (("apart", "L1", "L9", "bread", "a"), "L1 and L9 are not neighbours"),
    ],
)
def test_a_row_that_does_not_hold_is_refused_by_name(key, why):
    with pytest.raises(CertificateError) as refused:
        read((key, 1))
    assert refused.value.code == "invalid_row"
    assert " ".join(key) in str(refused.value)
    assert why in str(refused.value)


def test_neighbours_of_a_kind_that_is_not_separated_have_no_separation_row():
    facing = row_of(2, asks("a"), asks("b", "stone"), kind="street")
    with pytest.raises(CertificateError, match="does not separate this kind of neighbours"):
        prices_of(facing, {("separation", "L1", "L2", "bread", "stone"): 1})
