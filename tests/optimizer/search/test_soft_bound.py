"""What placements pay, recounted plainly; and the soft bound, the same whoever looks at the applicants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.search.smooth import slacks
from optimizer.search.soft_bound import Prices, reduced_points, soft_bound
from tests import drawn, tiny
from tests.optimizer.search.views import View
from tests.zones import asks, row_of


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


@tiny.examples(25)
@given(st.data())
def test_the_bound_and_its_slope_are_the_same_on_any_number_of_sides(data):
    view = View(data.draw(drawn.instances()))
    prices, soft = view.smooth(data.draw(st.integers(1, 40))).prices, data.draw(st.sampled_from([1.0, 20.0, 100.0]))
    answers = []
    for sides in (1, 2, 3):
        slope = Prices(*(np.zeros_like(each) for each in prices))
        answers.append((soft_bound(view.ground, view.classes, prices, slope, soft, sides), *slope))
    for other in answers[1:]:
        for one, two in zip(answers[0], other, strict=True):
            assert np.allclose(one, two, rtol=1e-12, atol=1e-9)


@tiny.examples(25)
@given(st.data())
def test_those_near_the_best_of_their_applicant_are_flagged_and_so_are_pins(data):
    view = View(data.draw(drawn.instances()))
    ground, prices = view.ground, view.smooth(data.draw(st.integers(1, 40))).prices
    points, sides = data.draw(st.sampled_from([0.0, 10.0, 200.0, 1e9])), data.draw(st.integers(1, 3))
    slope, near = Prices(*(np.zeros_like(each) for each in prices)), np.zeros(len(ground.site), dtype=np.bool_)
    with_flags = soft_bound(ground, view.classes, prices, slope, 20.0, sides, near, points)
    behind = slacks(ground, view.classes, prices)
    is_pinned = ground.is_pinned[ground.applicant]
    assert near[is_pinned].all()
    assert not near[~is_pinned & (behind > points + 1e-6)].any()
    assert near[behind < points - 1e-6].all()
    assert with_flags == soft_bound(ground, view.classes, prices, slope, 20.0, sides)


def test_the_slope_is_that_of_the_bound_where_one_choice_is_far_ahead():
    view = View(row_of(3, asks("a", jobs_direct=90), asks("b", jobs_direct=50, preferred_lots=("L2",))))
    prices = Prices(*(np.zeros_like(each) for each in view.smooth(1).prices))
    prices.lot[:] = (10.0, 20.0, 31.0)
    slope = Prices(*(np.zeros_like(each) for each in prices))
    before = soft_bound(view.ground, view.classes, prices, slope, 0.01)
    for lot in range(3):
        moved = prices._replace(lot=prices.lot + 0.5 * (np.arange(3) == lot))
        after = soft_bound(view.ground, view.classes, moved, Prices(*(each.copy() for each in slope)), 0.01)
        assert after - before == pytest.approx(0.5 * slope.lot[lot])
