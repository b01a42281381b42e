"""The rows that a certificate's tree prices and the splits that it makes, as the choices left at the root use them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from instances.instance import Instance
from optimizer.prices import Prices, RowReader
from optimizer.row_names import BRANCH, CertificateError, Key
from optimizer.survivors import Row, Survivors
from optimizer.tree import Node, Split


class TreeRows:
    """Every row and split of a tree, read from the instance.  Raises CertificateError for one that it has not.

    Rows are looked up after `attach` has told which choices there are.
    """

    def __init__(self, instance: Instance, tree: Sequence[Node]) -> None:
        self._instance = instance
        self._read: dict[Key, Prices] = {}
        self._rows: dict[Key, Row] = {}
        reader = RowReader(instance)
        for number, node in enumerate(tree):
            for key in node.prices:
                if key[0] != BRANCH and key not in self._read:
                    self._read[key] = reader.read({key: 1})
            if node.split is not None:
                self._check(number, node.split)

    def attach(self, left: Survivors) -> None:
        """Look rows up among these choices."""
        self._left = left
        self._rows.clear()
        self._owner = {name: owner for owner, name in enumerate(left.owners[: left.applicants])}
        self._sites = list(left.choices)
        self._zones = [frozenset(self._instance.lot[lot].zone for lot in lots) for lots in left.lots]

    def row(self, key: Key) -> Row:
        """The row of this name; of a split, that of the case entered last."""
        if key not in self._rows:
            unit = self._read[key]
            found: dict[int, int] = defaultdict(int)
            parts = (self._on_lots(unit), self._on_needs(unit), self._on_kept(unit), self._on_links(unit))
            for number, used in chain.from_iterable(parts):
                found[number] += used
            self._rows[key] = self._made(unit.constant, found)
        return self._rows[key]

    def enter(self, number: int, split: Split, is_below: bool) -> None:
        """From here on the row of node `number` is this case of its split."""
        found: dict[int, int] = defaultdict(int)
        for choice in self.named(split):
            found[choice] += 1 if is_below else -1
        most = split.most if is_below else -(split.most + 1)
        self._rows[BRANCH, str(number)] = self._made(most, found)

    def named(self, split: Split) -> Iterator[int]:
        """The placements that a split counts, once for each time that it counts them."""
        if split.kind == "granted":
            for name in split.names:
                yield from self._sites[self._owner[name]]
        else:
            for lot in split.names:
                for sector in split.sectors:
                    yield from self._left.ends.get((lot, sector), ())

    def others(self, split: Split) -> Iterator[int]:
        """The placements on a cover's lots of a sector that it does not name."""
        for sector in self._instance.policy.sectors:
            if sector.sector_id not in split.sectors:
                for lot in split.names:
                    yield from self._left.ends.get((lot, sector.sector_id), ())

    def owners(self, split: Split) -> Iterator[int]:
        """The applicants that a split names."""
        return (self._owner[name] for name in split.names)

    def _made(self, most: int, found: dict[int, int]) -> Row:
        by_use: dict[int, list[int]] = defaultdict(list)
        for number, used in found.items():
            if used:
                by_use[used].append(number)
        owners = frozenset(self._left.owner[number] for numbers in by_use.values() for number in numbers)
        return Row(most, tuple((used, tuple(numbers)) for used, numbers in by_use.items()), owners)

    def _check(self, number: int, split: Split) -> None:
        sectors = {sector.sector_id for sector in self._instance.policy.sectors}
        known = self._instance.lot if split.kind == "cover" else self._instance.applicant
        for name in (*sorted(set(split.names) - known.keys()), *sorted(set(split.sectors) - sectors)):
            raise CertificateError("invalid_split", f"Node {number} splits on {name}, which the instance has not.")

    def _on_lots(self, unit: Prices) -> Iterator[tuple[int, int]]:
        left = self._left
        for lot, price in unit.lot.items():
            for number in left.on_lot.get(lot, ()):
                yield number, price
        yield from self._on_sectors(unit)
        for name, pairs in unit.own.items():
            for number in self._sites[self._owner[name]]:
                for one, two, price in pairs:
                    if (one in left.lots[number]) != (two in left.lots[number]):
                        yield number, price

    def _on_sectors(self, unit: Prices) -> Iterator[tuple[int, int]]:
        left = self._left
        for sector, on_lots in unit.at.items():
            for lot, price in on_lots.items():
                for number in left.ends.get((lot, sector), ()):
                    yield number, price
        for sector, on_pairs in unit.together.items():
            for (one, two), price in on_pairs.items():
                for number in left.ends.get((one, sector), ()):
                    if two in left.lots[number]:
                        yield number, price

    def _on_needs(self, unit: Prices) -> Iterator[tuple[int, int]]:
        if not unit.limit and not unit.quota:
            return
        for number, lots in enumerate(self._left.lots):
            applicant = self._instance.applicant[self._left.owners[self._left.owner[number]]]
            yield number, unit.of_needs(applicant, self._zones[number]) + unit.of_each_lot(applicant) * len(lots)

    def _on_kept(self, unit: Prices) -> Iterator[tuple[int, int]]:
        if not unit.kept:
            return
        for number, lots in enumerate(self._left.lots):
            if lots == self._instance.applicant[self._left.owners[self._left.owner[number]]].earlier_lots:
                yield number, -unit.kept

    def _on_links(self, unit: Prices) -> Iterator[tuple[int, int]]:
        left = self._left
        for end, price in unit.end.items():
            for number in left.links_at.get(end, ()):
                yield number, price
        for (one, two, sector), price in unit.apart.items():
            for number in set(left.links_at.get((one, two, sector), ())) & set(
                left.links_at.get((two, one, sector), ())
            ):
                yield number, price
