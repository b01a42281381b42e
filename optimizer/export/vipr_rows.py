"""Rows of a certificate, and "one choice at most", as constraints derived from an assembled program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from instances.instance import Instance
from instances.zone import Neighbours
from optimizer.certificate import CertificateError
from optimizer.columns import Columns
from optimizer.export.derivations import Derivations, Terms
from optimizer.plan import Plan
from optimizer.prices import RowReader
from optimizer.row_names import Key
from optimizer.rules import GOALS
from optimizer.tree import Split

ONE, HALF = Fraction(1), Fraction(1, 2)
LOTS_NAMED = {"lot": 1, "separation": 2, "link": 2, "apart": 2}
"""Kind of row -> how many of its first texts are lots; a row of these kinds holds only what stands on them."""


class ProgramRows:
    """Constraints in placements and links alone, each derived once from the rows of the program.

    choices: the columns of placements and links.  sites: those of each applicant.  values: millipoints a column.
    """

    def __init__(self, instance: Instance, columns: Columns, derivations: Derivations) -> None:
        self.instance, self.columns, self.derivations = instance, columns, derivations
        self.values = [0] * derivations.columns
        for goal in GOALS:
            for column, millipoints in goal.terms(columns):
                self.values[column] += millipoints
        self.sites: dict[str, list[int]] = {each.applicant_id: [] for each in instance.applicants}
        for column, placement in enumerate(columns.placements):
            self.sites[placement.applicant.applicant_id].append(column)
        self.choices = [*range(len(columns.placements)), *columns.link.values()]
        self._sums: dict[int, tuple[str, ...]] = {column: ("cover", *key) for key, column in columns.cover.items()}
        for (pair, sector), column in columns.both.items():
            self._sums[column] = ("both", pair.lot_a, pair.lot_b, sector)
        self._on_lot: dict[str, set[int]] = defaultdict(set)
        for column, placement in enumerate(columns.placements):
            for lot in placement.lots:
                self._on_lot[lot].add(column)
        self._at_lot: dict[str, set[tuple[Neighbours, str, str]]] = defaultdict(set)
        for link in columns.link:
            self._at_lot[link[0].lot_a].add(link)
            self._at_lot[link[0].lot_b].add(link)
        self._reader = RowReader(instance)
        self._made: dict[object, int] = {}

    def derive(
        self, terms: Terms, multipliers: Mapping[int, Fraction], zeros: Mapping[int, int], is_rounded: bool = False
    ) -> int:
        """As `Derivations.derive`, with every cover and both replaced by the placements that it sums."""
        used = dict(multipliers)
        for column, each in self.derivations.sum(used).terms.items():
            if column in self._sums:
                row = self.derivations.rows[self._sums[column]]
                used[row] = used.get(row, Fraction(0)) + each
        return self.derivations.derive(terms, used, zeros, is_rounded)

    def point(self, plan: Plan) -> list[int]:
        """The columns that are 1 in a plan."""
        held = {(each, lots) for each, lots in plan.assignments.items()}
        chosen = {
            column
            for column, placement in enumerate(self.columns.placements)
            if (placement.applicant.applicant_id, placement.lots) in held
        }
        chosen |= {self.columns.cover[key] for key, parts in self.columns.covering.items() if chosen & set(parts)}
        for key, parts in self.columns.covering_both.items():
            if chosen & set(parts):
                chosen.add(self.columns.both[key])
        sector = {lot: self.instance.applicant[each].sector for lot, each in plan.tenant.items()}
        for (pair, one, two), column in self.columns.link.items():
            here, there = plan.tenant.get(pair.lot_a), plan.tenant.get(pair.lot_b)
            if here and there and here != there and (sector[pair.lot_a], sector[pair.lot_b]) == (one, two):
                chosen.add(column)
        return sorted(chosen)

    def counted(self, split: Split) -> Terms:
        """Column of a placement -> how often a split counts it."""
        found: Terms = {}
        for column, placement in enumerate(self.columns.placements):
            if split.kind == "granted":
                count = int(placement.applicant.applicant_id in split.names)
            else:
                of_sector = placement.applicant.sector in split.sectors
                count = len(set(placement.lots) & set(split.names)) if of_sector else 0
            if count:
                found[column] = Fraction(count)
        return found

    def of_applicant(self, name: str) -> int:
        """At most one of the applicant's placements."""
        row = self.derivations.rows.get(("applicant", name))
        return row if row is not None else self._once(("applicant", name), {}, {})

    def of_pair(self, pair: Neighbours) -> int:
        """At most one of the pair's links: their sectors on the first lot number no more than its tenants."""
        terms = {column: ONE for (each, *_), column in self.columns.link.items() if each == pair}
        ends = {one for each, one, _ in self.columns.link if each == pair}
        used = {self.derivations.rows["link", pair.lot_a, pair.lot_b, one]: ONE for one in ends}
        return self._once(pair, terms, used | {self.derivations.rows["lot", pair.lot_a]: ONE})

    def row(self, key: Key) -> int:
        """The row that a certificate prices.  Raises CertificateError when the program's rows do not give it."""
        if key in self._made:
            return self._made[key]
        prices = self._reader.read({key: 1})
        placements, links = self._concerned(key)
        terms: Terms = {}
        for column in placements:
            placement = self.columns.placements[column]
            terms[column] = Fraction(prices.cost(placement.applicant, placement.lots))
        for link in links:
            pair, one, two = link
            terms[self.columns.link[link]] = Fraction(prices.of_link(pair.lot_a, pair.lot_b, one, two))
        terms = {column: each for column, each in terms.items() if each}
        made = self._once(key, terms, self._sources(key, terms), key[0] == "apart")
        if self.derivations.known[made].most > prices.constant:
            said = f"The row {' '.join(key)} does not follow from one row of the program; price those it has instead."
            raise CertificateError("row_not_exported", said)
        return made

    def _concerned(self, key: Key) -> tuple[Iterable[int], Iterable[tuple[Neighbours, str, str]]]:
        """The placements and links that the row may hold: all, or those on the lots that it names."""
        lots = key[1 : 1 + LOTS_NAMED.get(key[0], 0)]
        if not lots:
            return range(len(self.columns.placements)), self.columns.link
        return set().union(*(self._on_lot[lot] for lot in lots)), set().union(*(self._at_lot[lot] for lot in lots))

    def _once(self, key: object, terms: Terms, used: Mapping[int, Fraction], is_rounded: bool = False) -> int:
        if key not in self._made:
            self._made[key] = self.derive(terms, used, {}, is_rounded)
        return self._made[key]

    def _sources(self, key: Key, terms: Terms) -> Terms:
        """Rows of the program that give this one, and how often each."""
        rows = self.derivations.rows
        if key in rows:
            return {rows[key]: ONE}
        if key[0] == "separation":
            return self._separation(key)
        if key[0] == "apart":
            _, one, two, sector, name = key
            halves = [("link", one, two, sector), ("link", two, one, sector), ("applicant", name)]
            return {rows[each]: HALF for each in halves if each in rows}
        return {}

    def _separation(self, key: Key) -> Terms:
        """A row of the same pair with all these sectors, as far as any placement covers them; else that of a lot."""
        rows, cover = self.derivations.rows, self.columns.cover
        _, one, two, *named = key
        wanted = [
            {each for each in side.split("|") if (lot, each) in cover}
            for lot, side in zip((one, two), named, strict=True)
        ]
        for name, row in rows.items():
            if name[0] == "separation" and {name[1], name[2]} == {one, two}:
                sides = [set(side.split("|")) for side in name[3:]]
                if all(
                    less <= more for less, more in zip(wanted, sides if name[1] == one else sides[::-1], strict=True)
                ):
                    return {row: ONE}
        for lot, other in ((one, wanted[1]), (two, wanted[0])):
            if not other and ("lot", lot) in rows:
                return {rows["lot", lot]: ONE}
        return {}
