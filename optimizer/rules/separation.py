"""Rule: an emitter and a sensitive sector are never neighbours of a separated kind, unless one tenant holds both."""

from __future__ import annotations

from collections.abc import Iterator

from instances.instance import Instance
from instances.zone import Neighbours
from optimizer.columns import Columns
from optimizer.plan import Plan
from optimizer.program import Row
from optimizer.rules.rule import Breach

name = "separation"


def concerns(instance: Instance) -> bool:
    """Whether the policy separates any kind of neighbours and any two sectors are hostile."""
    return bool(instance.policy.separation and instance.policy.hostile)


def rows(columns: Columns) -> Iterator[Row]:
    """("separation", a, b, P, Q): at most one tenant among sectors P on lot a and sectors Q on lot b.

    Every sector of P is hostile to every sector of Q, so the placements concerned exclude one another; the pair
    (P, Q) is taken as large as possible, which makes one strong row of many weak ones.
    """
    for pair in columns.instance.neighbours:
        if pair.kind in columns.instance.policy.separation:
            for here, there in _hostile_groups(columns, pair):
                yield _row(columns, pair, here, there)


def _hostile_groups(columns: Columns, pair: Neighbours) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Largest groups of sectors P on one lot and Q on the other, all hostile, that together name every hostile pair."""
    hostile = columns.instance.policy.hostile
    ones, twos = columns.sectors_on[pair.lot_a], columns.sectors_on[pair.lot_b]
    groups = set()
    for one in ones:
        against = tuple(two for two in twos if (one, two) in hostile)
        if against:
            groups.add((tuple(each for each in ones if all((each, two) in hostile for two in against)), against))
    for two in twos:
        facing = tuple(one for one in ones if (one, two) in hostile)
        if facing:
            groups.add((facing, tuple(each for each in twos if all((one, each) in hostile for one in facing))))
    return sorted(groups)


def _row(columns: Columns, pair: Neighbours, here: tuple[str, ...], there: tuple[str, ...]) -> Row:
    terms = [(columns.cover[pair.lot_a, sector], 1) for sector in here]
    terms += [(columns.cover[pair.lot_b, sector], 1) for sector in there]
    terms += [(columns.both[pair, sector], -1) for sector in here if sector in there and (pair, sector) in columns.both]
    key = (name, pair.lot_a, pair.lot_b, "|".join(here), "|".join(there))
    return Row(key, tuple(column for column, _ in terms), tuple(coefficient for _, coefficient in terms), 1)


def apart(instance: Instance) -> dict[str, set[str]]:
    """Each lot, and the lots beside it that the policy separates from it where their tenants are hostile."""
    beside: dict[str, set[str]] = {lot.lot_id: set() for lot in instance.lots}
    for pair in instance.neighbours:
        if pair.kind in instance.policy.separation:
            beside[pair.lot_a].add(pair.lot_b)
            beside[pair.lot_b].add(pair.lot_a)
    return beside


def breaches(instance: Instance, plan: Plan) -> Iterator[Breach]:
    """Every separated pair held by two tenants of which one emits what the other is sensitive to."""
    for pair in instance.neighbours:
        one, two = plan.tenant.get(pair.lot_a), plan.tenant.get(pair.lot_b)
        if pair.kind not in instance.policy.separation or one is None or two is None or one == two:
            continue
        first = instance.policy.sector(instance.applicant[one].sector)
        second = instance.policy.sector(instance.applicant[two].sector)
        nuisances = set(first.emits) & set(second.sensitive_to) | set(second.emits) & set(first.sensitive_to)
        if nuisances:
            said = f"{one} on {pair.lot_a} and {two} on {pair.lot_b} are neighbours: {', '.join(sorted(nuisances))}"
            yield Breach(name, (one, two), said)
