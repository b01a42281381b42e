"""Goal: neighbours of one sector, or of sectors with affinity, held by different tenants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from instances.instance import Instance
from instances.policy import Policy
from instances.zone import Neighbours
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row

name = "clustering"


def worth(policy: Policy, pair: Neighbours, one: str, two: str) -> int:
    """Millipoints when tenants of these two sectors hold the pair: rate * length_dm * affinity percent."""
    return policy.metre_points(pair.kind) * pair.length_dm * policy.affinity_percent.get((one, two), 0)


def concerns(instance: Instance) -> bool:
    """Every instance."""
    return True


def terms(columns: Columns) -> Iterator[tuple[int, int]]:
    """The pair's worth on each link."""
    for (pair, one, two), column in columns.link.items():
        yield column, worth(columns.instance.policy, pair, one, two)


def rows(columns: Columns) -> Iterator[Row]:
    """("link", lot, other, s): links with sector s on the lot <= cover[lot, s] - both[pair, s], for either end.

    Only one of those links can be 1, since the other lot has one tenant; a tenant that holds both lots has none.
    """
    links: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    both: dict[tuple[str, str, str], int] = {}
    for (pair, one, two), column in columns.link.items():
        links[pair.lot_a, pair.lot_b, one].append(column)
        links[pair.lot_b, pair.lot_a, two].append(column)
    for (pair, sector), column in columns.both.items():
        both[pair.lot_a, pair.lot_b, sector] = both[pair.lot_b, pair.lot_a, sector] = column
    for key, numbers in links.items():
        lot, _, sector = key
        terms = [(number, 1) for number in numbers] + [(columns.cover[lot, sector], -1)]
        if key in both:
            terms.append((both[key], 1))
        yield Row(("link", *key), tuple(column for column, _ in terms), tuple(each for _, each in terms), 0)


def points(instance: Instance, plan: Plan) -> int:
    """Millipoints of clustering in the plan."""
    percent = instance.policy.affinity_percent
    total = 0
    for pair in instance.neighbours:
        one, two = plan.tenant.get(pair.lot_a), plan.tenant.get(pair.lot_b)
        if one is not None and two is not None and one != two:
            sectors = (instance.applicant[one].sector, instance.applicant[two].sector)
            total += instance.policy.metre_points(pair.kind) * pair.length_dm * percent.get(sectors, 0)
    return total
