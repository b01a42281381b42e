"""Obstacles: what forbids one more grant on free lots of a feasible plan, told lot by lot and rule by rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.plan import Plan
from optimizer.rules.limits import UNITS
from optimizer.rules.quotas import counts
from optimizer.why.fact import Fact, fact


class Obstacles:
    """The rules as they stand under a feasible plan, ready to be asked about further grants."""

    def __init__(self, instance: Instance, plan: Plan) -> None:
        self.instance, self.plan = instance, plan
        self._apart: dict[str, list[str]] = defaultdict(list)
        for pair in instance.neighbours:
            if pair.kind in instance.policy.separation:
                self._apart[pair.lot_a].append(pair.lot_b)
                self._apart[pair.lot_b].append(pair.lot_a)
        self._used: dict[tuple[str, str], int] = defaultdict(int)
        for each, lots in plan.assignments.items():
            for zone in {"", *(instance.lot[lot].zone for lot in lots)}:
                for unit in UNITS:
                    self._used[zone, unit] += getattr(instance.applicant[each], unit)
        self._granted = sum(len(lots) for lots in plan.assignments.values())
        self._held = {
            quota.name: sum(
                len(lots) for each, lots in plan.assignments.items() if counts(quota, instance.applicant[each])
            )
            for quota in instance.policy.quotas
        }

    def to(self, applicant: Applicant, lots: tuple[str, ...]) -> Iterator[Fact]:
        """Each rule that a grant of these lots to the applicant would break; nothing when the plan stays feasible.

        The lots are free under the plan and the applicant holds nothing.  Rules in the order separation, limits,
        quotas.
        """
        yield from self._separation(applicant, lots)
        yield from self._limits(applicant, lots)
        yield from self._quotas(applicant, lots)

    def _separation(self, applicant: Applicant, lots: tuple[str, ...]) -> Iterator[Fact]:
        policy, own = self.instance.policy, self.instance.policy.sector(applicant.sector)
        for lot in lots:
            for other in self._apart.get(lot, ()):
                tenant = self.plan.tenant.get(other)
                if tenant is None:
                    continue
                near = policy.sector(self.instance.applicant[tenant].sector)
                nuisances = set(own.emits) & set(near.sensitive_to) | set(near.emits) & set(own.sensitive_to)
                if nuisances:
                    told = tuple(sorted(nuisances))
                    yield fact("separation", lots=lots, neighbour=tenant, neighbour_lot=other, nuisances=told)

    def _limits(self, applicant: Applicant, lots: tuple[str, ...]) -> Iterator[Fact]:
        zones = {self.instance.lot[lot].zone for lot in lots}
        for limit in self.instance.policy.limits:
            if limit.zone and limit.zone not in zones:
                continue
            for unit in UNITS:
                most, need = getattr(limit, unit), getattr(applicant, unit)
                if most is not None and self._used[limit.zone, unit] + need > most:
                    left = max(0, most - self._used[limit.zone, unit])
                    where = "limit_of_zone" if limit.zone else "limit"
                    values: dict[str, str] = {"zone": limit.zone} if limit.zone else {}
                    kind = "power" if unit == "power_kw" else "water"
                    figures = {"left": left, "needed": need}
                    if unit == "water_hl_day":
                        figures = {f"{name}_hl_day": number for name, number in figures.items()}
                    yield fact(f"{where}_{kind}", lots=lots, **figures, **values)

    def _quotas(self, applicant: Applicant, lots: tuple[str, ...]) -> Iterator[Fact]:
        total = self._granted + len(lots)
        for quota in self.instance.policy.quotas:
            held = self._held[quota.name] + (len(lots) if counts(quota, applicant) else 0)
            low, high = quota.min_lot_share_percent, quota.max_lot_share_percent
            if low is not None and 100 * held < low * total:
                yield fact("quota_floor", quota=quota.name, held=held, granted=total, percent=low, lots=lots)
            if high is not None and 100 * held > high * total:
                yield fact("quota_cap", quota=quota.name, held=held, granted=total, percent=high, lots=lots)
