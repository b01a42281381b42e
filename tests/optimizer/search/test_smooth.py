"""The smoothed dual: a true bound at any step, and what it says of placements, recounted plainly."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.search.smooth import Prices, reduced_points, slacks, smooth_dual
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, lot, row_of


@tiny.examples(25)
@given(st.data())
def test_the_bound_is_never_under_the_optimum_and_never_rises(data):
    instance = data.draw(drawn.instances())
    verdict, view = tiny.verdict(instance), View(instance)
    dual = smooth_dual(view.ground, 30)
    bounds = [dual.bound_points]
    for steps in (1, 4, 10, 100):
        dual.descend(steps)
        bounds.append(dual.bound_points)
    assert dual.is_done
    assert dual.done == 30
    assert all(one >= two for one, two in pairwise(bounds))
    assert verdict is None or 1000 * dual.bound_points >= verdict.value - 1e-3
    assert all((price >= 0).all() for price in dual.best)


@tiny.examples(25)
@given(st.data())
def test_a_placement_pays_for_its_lots_separations_and_rows_and_is_paid_for_its_borders(data):
    view = View(data.draw(drawn.instances()))
    ground, classes = view.ground, view.classes
    amount = st.sampled_from([0.0, 1.0, 37.5, 400.0])

    def drawn_prices(shape):
        return np.array([data.draw(amount) for _ in range(int(np.prod(shape)))]).reshape(shape)

    prices = Prices(
        drawn_prices(len(view.lots)),
        drawn_prices((len(ground.edge_to), len(view.sectors))),
        drawn_prices(len(classes.edge)),
        drawn_prices(len(ground.most)),
    )
    reduced = reduced_points(ground, classes, prices)
    best = {}
    for number in range(len(ground.site)):
        name, lots = view.placement(number)
        applicant = view.instance.applicant[name]
        sector = view.sectors.index(applicant.sector)
        own = {view.lots.index(each) for each in lots}
        points = ground.gain[number] / 1000 - sum(prices.lot[each] for each in own)
        for e, (one, two) in enumerate(zip(ground.edge_from.tolist(), ground.edge_to.tolist(), strict=True)):
            if one in own and two not in own:
                points += prices.border[e, sector]
        for row, e in enumerate(classes.edge.tolist()):
            is_here = ground.edge_from[e] in own and (classes.here[row] >> sector) & 1
            is_there = ground.edge_to[e] in own and (classes.there[row] >> sector) & 1
            points -= prices.separation[row] * bool(is_here or is_there)
        alone = np.full(len(ground.sector), -1, dtype=np.int32)
        alone[ground.applicant[number]] = number
        points -= float(prices.row @ plainly_used(view, name, lots))
        assert reduced[number] == pytest.approx(points, abs=1e-6)
        best[name] = max(best.get(name, 0.0), points)
    wanted = [best[view.placement(number)[0]] - reduced[number] for number in range(len(ground.site))]
    assert slacks(ground, classes, prices).tolist() == pytest.approx(wanted, abs=1e-6)


def plainly_used(view, name, lots):
    """What the placement uses of each limit and quota, by the specification."""
    instance = view.instance
    applicant, found = instance.applicant[name], []
    for limit in instance.policy.limits:
        touches = not limit.zone or any(instance.lot[each].zone == limit.zone for each in lots)
        needs = ((limit.power_kw, applicant.power_kw), (limit.water_hl_day, applicant.water_hl_day))
        found += [need if touches else 0 for most, need in needs if most is not None]
    for quota in instance.policy.quotas:
        inside = applicant.group == quota.group if quota.group else applicant.sector == quota.sector
        excess = 100 if inside else 0
        if quota.min_lot_share_percent is not None:
            found.append(len(lots) * (quota.min_lot_share_percent - excess))
        if quota.max_lot_share_percent is not None:
            found.append(len(lots) * (excess - quota.max_lot_share_percent))
    return np.array(found)


def test_steps_made_one_by_one_are_the_same_as_together():
    view = View(row_of(4, *(asks(f"a{n}", jobs_direct=n + 1, max_lots=2) for n in range(6)), max_lots=2))
    one, two = smooth_dual(view.ground, 50), smooth_dual(view.ground, 50)
    one.descend(50)
    for _ in range(50):
        two.descend(1)
    assert one.bound_points == two.bound_points
    assert all((here == there).all() for here, there in zip(one.best, two.best, strict=True))


def test_two_who_want_one_lot_are_worth_one_of_them_in_the_end():
    view = View(row_of(1, asks("a", jobs_direct=10), asks("b", jobs_direct=8)))
    assert view.smooth(400).bound_points == pytest.approx(1000, abs=20)


def test_an_instance_nobody_fits_is_worth_nothing():
    view = View(row_of((lot("L1", status="withdrawn"),), asks("a")))
    assert view.smooth().bound_points == pytest.approx(0, abs=1)
