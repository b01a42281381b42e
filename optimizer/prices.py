"""What the certificate's prices charge a placement or a link: each row's price, paid where the row counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product

from instances.applicant import Applicant
from instances.instance import Instance
from optimizer.row_names import CertificateError, Key

Lots = tuple[str, ...]
Pair = tuple[str, str]


@dataclass
class Prices:
    """Prices in 1/scale millipoints, by where they are paid.

    at[sector][lot]: by any tenant of the sector on the lot.  together[sector][l, m]: besides, by one tenant on both.
    own[applicant]: (l, m, price) paid by the applicant on exactly one of l and m.  kept: paid back to an applicant on
    exactly its earlier lots.  A price may be a refund.
    """

    instance: Instance
    constant: int = 0
    lot: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    at: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    together: dict[str, dict[Pair, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    own: dict[str, list[tuple[str, str, int]]] = field(default_factory=lambda: defaultdict(list))
    limit: list[tuple[str, str, int]] = field(default_factory=list)
    quota: list[tuple[str, str, int, int, int]] = field(default_factory=list)
    kept: int = 0
    end: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    apart: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))

    def cost(self, applicant: Applicant, lots: Lots) -> int:
        """What the applicant on these sorted lots pays, in 1/scale millipoints."""
        return self.of_sector(applicant.sector, lots) + self.of_applicant(applicant, lots)

    def of_sector(self, sector: str, lots: Lots) -> int:
        """The part that any tenant of the sector pays on these sorted lots."""
        at = self.at.get(sector, {})
        return _on_site(lambda lot: self.lot.get(lot, 0) + at.get(lot, 0), self.together.get(sector, {}), lots)

    def of_sites(self, sector: str) -> Callable[[Lots], int]:
        """The same as a function of the lots, which is made once and is quick for many sites."""
        at, together = self.at.get(sector, {}), self.together.get(sector, {})
        of_lot = {lot: self.lot.get(lot, 0) + at.get(lot, 0) for lot in self.instance.lot}.__getitem__
        return lambda lots: _on_site(of_lot, together, lots)

    def of_applicant(self, applicant: Applicant, lots: Lots) -> int:
        """The part that this applicant pays besides: its needs, its quotas, and the pairs where it is priced alone."""
        total = self.of_needs(applicant, frozenset(self.instance.lot[lot].zone for lot in lots))
        total += self.of_each_lot(applicant) * len(lots)
        for one, two, price in self.own.get(applicant.applicant_id, ()):
            if (one in lots) != (two in lots):
                total += price
        return total - self.kept if lots == applicant.earlier_lots else total

    def of_needs(self, applicant: Applicant, zones: frozenset[str]) -> int:
        """What the applicant pays for what it needs in these zones."""
        charged = [(unit, price) for zone, unit, price in self.limit if not zone or zone in zones]
        return sum(price * int(getattr(applicant, unit)) for unit, price in charged)

    def of_each_lot(self, applicant: Applicant) -> int:
        """What the applicant pays for the quotas with each of its lots."""
        total = 0
        for group, named, inside, outside, price in self.quota:
            counts = applicant.group == group if group else applicant.sector == named
            total += price * (inside if counts else outside)
        return total

    def of_link(self, lot_a: str, lot_b: str, one: str, two: str) -> int:
        """What the link of sector `one` on lot_a and `two` on lot_b pays; lot_a sorts before lot_b."""
        total = self.end.get((lot_a, lot_b, one), 0) + self.end.get((lot_b, lot_a, two), 0)
        return total + (self.apart.get((lot_a, lot_b, one), 0) if one == two else 0)


def _on_site(of_lot: Callable[[str], int], together: Mapping[Pair, int], lots: Lots) -> int:
    """What each of the lots costs, and each two of them that one tenant holds together."""
    total = sum(map(of_lot, lots))
    if together and len(lots) > 1:
        total += sum(together.get(pair, 0) for pair in combinations(lots, 2))
    return total


def prices_of(instance: Instance, prices: Mapping[Key, int]) -> Prices:
    """Sort a certificate's prices.  Raises CertificateError for a row that the instance does not have."""
    return RowReader(instance).read(prices)


class RowReader:
    """One method for each kind of row: what the row is, whether it is valid here, and who pays its price."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.prices = instance, Prices(instance)
        self._kinds = {
            ends: pair.kind
            for pair in instance.neighbours
            for ends in ((pair.lot_a, pair.lot_b), (pair.lot_b, pair.lot_a))
        }
        self._lists: dict[str, tuple[str, ...]] = {}
        self._hostile: set[tuple[str, str]] = set()

    def read(self, prices: Mapping[Key, int]) -> Prices:
        """The prices sorted by where they are paid.  Raises CertificateError for a row that is not valid."""
        self.prices = Prices(self.instance)
        for key, price in sorted(prices.items()):
            getattr(self, key[0])(key, price)
        return self.prices

    def lot(self, key: Key, price: int) -> None:
        """("lot", l): at most one tenant holds l."""
        self._lot(key, key[1])
        self.prices.constant += price
        self.prices.lot[key[1]] += price

    def limit(self, key: Key, price: int) -> None:
        """("limit", zone or "", unit): needs of the tenants that touch the zone <= the policy's limit."""
        _, zone, unit = key
        limits = [limit for limit in self.instance.policy.limits if limit.zone == zone]
        most = getattr(limits[0], unit) if limits and unit in ("power_kw", "water_hl_day") else None
        if most is None:
            raise _invalid(key, "the policy has no such limit")
        self.prices.constant += price * most
        self.prices.limit.append((zone, unit, price))

    def quota(self, key: Key, price: int) -> None:
        """("quota", name, "min"): floor * n - 100 m <= 0.  ("quota", name, "max"): 100 m - cap * n <= 0."""
        _, name, side = key
        quotas = [quota for quota in self.instance.policy.quotas if quota.name == name]
        share = getattr(quotas[0], f"{side}_lot_share_percent") if quotas and side in ("min", "max") else None
        if share is None:
            raise _invalid(key, "the policy has no such quota")
        sign = 1 if side == "min" else -1
        self.prices.quota.append((quotas[0].group, quotas[0].sector, sign * (share - 100), sign * share, price))

    def changes(self, key: Key, price: int) -> None:
        """("changes",): - applicants on exactly their earlier lots <= most_changes - applicants with earlier lots."""
        most = self.instance.policy.most_changes
        if most is None:
            raise _invalid(key, "the policy does not limit the changes")
        self.prices.constant += price * (most - sum(1 for each in self.instance.applicants if each.earlier_lots))
        self.prices.kept += price

    def separation(self, key: Key, price: int) -> None:
        """("separation", l, m, P, Q): at most one placement holds l with a sector of P or m with a sector of Q."""
        _, one, two, here, there = key
        if self._kind(key, one, two) not in self.instance.policy.separation:
            raise _invalid(key, "the policy does not separate this kind of neighbours")
        first, second = self._sectors(key, here), self._sectors(key, there)
        self._check_hostile(key, first, second)
        self.prices.constant += price
        for sector in first:
            self.prices.at[sector][one] += price
        for sector in second:
            self.prices.at[sector][two] += price
        for sector in set(first).intersection(second):
            self.prices.together[sector][min(one, two), max(one, two)] -= price

    def link(self, key: Key, price: int) -> None:
        """("link", l, m, s): links of l and m with sector s on l <= 1 when a tenant of s holds l and not m, else 0."""
        _, one, two, sector = key
        self._kind(key, one, two)
        self._sectors(key, sector)
        self.prices.end[one, two, sector] += price
        self.prices.at[sector][one] -= price
        self.prices.together[sector][min(one, two), max(one, two)] += price

    def apart(self, key: Key, price: int) -> None:
        """("apart", l, m, s, a): link of s on both <= tenants of s other than a on exactly one of l and m."""
        _, one, two, sector, applicant = key
        self._kind(key, one, two)
        if one > two:
            raise _invalid(key, "its lots are not in order")
        holder = self.instance.applicant.get(applicant)
        if holder is None or holder.sector != sector:
            raise _invalid(key, f"{applicant} is not an applicant of sector {sector}")
        self.prices.apart[one, two, sector] += price
        self.prices.at[sector][one] -= price
        self.prices.at[sector][two] -= price
        self.prices.together[sector][one, two] += 2 * price
        self.prices.own[applicant].append((one, two, price))

    def _lot(self, key: Key, lot: str) -> None:
        if lot not in self.instance.lot:
            raise _invalid(key, f"there is no lot {lot}")

    def _kind(self, key: Key, one: str, two: str) -> str:
        kind = self._kinds.get((one, two))
        if kind is None or one == two:
            raise _invalid(key, f"{one} and {two} are not neighbours")
        return kind

    def _sectors(self, key: Key, text: str) -> tuple[str, ...]:
        """The sectors of a list, of which few differ."""
        if text not in self._lists:
            sectors = tuple(text.split("|"))
            if len(set(sectors)) < len(sectors) or not set(sectors) <= self._known:
                raise _invalid(key, f"{text} is not a list of sectors")
            self._lists[text] = sectors
        return self._lists[text]

    def _check_hostile(self, key: Key, first: tuple[str, ...], second: tuple[str, ...]) -> None:
        for pair in product(first, second):
            if pair not in self._hostile:
                if not self._is_hostile(*pair):
                    raise _invalid(key, f"{pair[0]} and {pair[1]} do not disturb each other")
                self._hostile.add(pair)

    @cached_property
    def _known(self) -> set[str]:
        return {sector.sector_id for sector in self.instance.policy.sectors}

    def _is_hostile(self, one: str, two: str) -> bool:
        first, second = self.instance.policy.sector(one), self.instance.policy.sector(two)
        return bool(set(first.emits) & set(second.sensitive_to) or set(second.emits) & set(first.sensitive_to))


def _invalid(key: Key, why: str) -> CertificateError:
    return CertificateError("invalid_row", f"The row {' '.join(key)[:120]} does not hold in this instance: {why}.")
