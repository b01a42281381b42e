"""Labelling: each node takes one label, each pair of nodes earns what its table says of their two labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.closure.flat import Flags, FlatRows, Ints
from optimizer.program import Program

FORBIDDEN = -(2**42)
"""Value of two labels that may not stand together: less than all values together."""
LARGEST_SUM = 2**38


@dataclass(frozen=True, eq=False)
class Labelling:
    """Nodes 0, 1 ... with labels 0, 1 ... each; everything flat.

    first_label: node i has labels first_label[i] to first_label[i + 1] - 1 of `worth`.  pairs: two different nodes a
    row, the smaller first, no row twice.  first_cell: pair e has cells first_cell[e] to first_cell[e + 1] - 1 of
    `tables`, the labels of its second node running fastest.
    """

    first_label: Ints
    worth: Ints
    pairs: Ints
    first_cell: Ints
    tables: Ints

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.first_label) - 1

    @property
    def sizes(self) -> Ints:
        """How many labels each node has."""
        return np.diff(self.first_label)

    def table(self, pair: int) -> Ints:
        """The table of a pair: a row for each label of its first node."""
        one, two = self.pairs[pair]
        cells = self.tables[self.first_cell[pair] : self.first_cell[pair + 1]]
        return cells.reshape(int(self.sizes[one]), int(self.sizes[two]))

    def value(self, labels: Ints) -> int:
        """The value of one label for each node."""
        if not self.nodes:
            return 0
        one, two = self.pairs[:, 0], self.pairs[:, 1]
        cells = self.first_cell[:-1] + labels[one] * self.sizes[two] + labels[two]
        return int(self.worth[self.first_label[:-1] + labels].sum()) + int(self.tables[cells].sum())

    def restricted(self, alive: Flags) -> Labelling:
        """The same with only the labels that are flagged; every node keeps at least one."""
        owner = np.repeat(np.arange(self.nodes), self.sizes)
        first = np.concatenate([[0], np.cumsum(np.bincount(owner[alive], minlength=self.nodes))])
        one, two = self.ends()
        kept = alive[one] & alive[two]
        pair = np.repeat(np.arange(len(self.pairs)), np.diff(self.first_cell))
        cells = np.concatenate([[0], np.cumsum(np.bincount(pair[kept], minlength=len(self.pairs)))])
        return Labelling(
            first.astype(np.int64), self.worth[alive], self.pairs, cells.astype(np.int64), self.tables[kept]
        )

    def ends(self) -> tuple[Ints, Ints]:
        """For each cell, the place in `worth` of its label of the first node, and of the second."""
        width = self.sizes[self.pairs[:, 1]]
        pair = np.repeat(np.arange(len(self.pairs)), np.diff(self.first_cell))
        row, column = np.divmod(np.arange(len(self.tables)) - self.first_cell[pair], np.maximum(width[pair], 1))
        return self.first_label[self.pairs[pair, 0]] + row, self.first_label[self.pairs[pair, 1]] + column


@dataclass(frozen=True, eq=False)
class Found:
    """A labelling found in a program: the column of each of its labels and of each cell, -1 where there is none."""

    labelling: Labelling
    label_columns: Ints
    cell_columns: Ints

    def chosen(self, labels: Ints) -> tuple[int, ...]:
        """The columns, sorted, that are 1 when the nodes have these labels."""
        found = self.labelling
        one, two = found.pairs[:, 0], found.pairs[:, 1]
        cells = self.cell_columns[found.first_cell[:-1] + labels[one] * found.sizes[two] + labels[two]]
        columns = np.concatenate([self.label_columns[found.first_label[:-1] + labels], cells])
        return tuple(sorted(columns.tolist()))


def labelling_of(program: Program, rows: FlatRows) -> Found | None:
    """The labelling that the program states; None when it states something else.

    Read as one: equations sum of labels = 1, one for each node; and for each pair and label of either node the equation
    sum of the pair's cells with that label - label = 0.  A cell without a column is forbidden.
    """
    if not len(rows.upper) or not rows.is_equal.all() or ((rows.upper != 0) & (rows.upper != 1)).any():
        return None
    is_node, signs = rows.upper == 1, rows.coefficient
    if max(map(abs, program.values), default=0) >= LARGEST_SUM:
        return None
    values = np.array(program.values, dtype=np.int64)
    if (signs[is_node[rows.row]] != 1).any() or (np.abs(signs) != 1).any():
        return None
    return _assembled(values, rows.column, signs, rows.row, is_node)


def _assembled(values: Ints, columns: Ints, signs: Ints, row_of: Ints, is_node: Flags) -> Found | None:
    in_node = is_node[row_of]
    label_columns = columns[in_node]
    place = np.full(len(values), -1)  # of each column among the labels
    place[label_columns] = np.arange(len(label_columns))
    if len(np.unique(label_columns)) != len(label_columns):
        return None
    node_number = np.cumsum(is_node) - 1
    owner = node_number[row_of[in_node]]
    first_label = np.searchsorted(owner, np.arange(int(is_node.sum()) + 1)).astype(np.int64)
    is_label = place[columns] >= 0
    says, cell = ~in_node & is_label, ~in_node & ~is_label
    pair_rows = np.flatnonzero(~is_node)
    if not np.array_equal(row_of[says], pair_rows) or (signs[says] != -1).any() or (signs[cell] != 1).any():
        return None
    label_of_row = np.full(len(is_node), -1)
    label_of_row[pair_rows] = place[columns[says]]
    order = np.argsort(columns[cell], kind="stable")
    cells, ends = columns[cell][order], label_of_row[row_of[cell][order]]
    others = np.flatnonzero(place < 0)
    if len(cells) != 2 * len(others) or not np.array_equal(cells, np.repeat(others, 2)):
        return None
    ends = ends.reshape(-1, 2)
    ends = np.where((owner[ends[:, 0]] <= owner[ends[:, 1]])[:, None], ends, ends[:, ::-1])
    nodes = owner[ends] if len(ends) else np.zeros((0, 2), dtype=np.int64)
    count = len(first_label)
    codes, pair_of = np.unique(nodes[:, 0] * count + nodes[:, 1], return_inverse=True)
    pairs = np.stack(np.divmod(codes, count), axis=1)
    sizes = np.diff(first_label)
    expected = int(sizes[pairs].sum()) if len(pairs) else 0
    keys = np.concatenate([pair_of * len(values) + ends[:, 0], pair_of * len(values) + ends[:, 1]])
    if (nodes[:, 0] == nodes[:, 1]).any() or expected != len(pair_rows) or len(np.unique(keys)) != len(pair_rows):
        return None
    first_cell = np.concatenate([[0], np.cumsum(np.prod(sizes[pairs], axis=1))]).astype(np.int64)
    at = first_cell[pair_of] + (ends[:, 0] - first_label[nodes[:, 0]]) * sizes[nodes[:, 1]]
    at += ends[:, 1] - first_label[nodes[:, 1]]
    if len(np.unique(at)) != len(at):
        return None
    tables, cell_columns = np.zeros(first_cell[-1], dtype=np.int64), np.full(first_cell[-1], -1)
    tables[at], cell_columns[at] = values[others], others
    if _largest(values[label_columns], first_label) + _largest(tables, first_cell) >= LARGEST_SUM:
        return None
    tables[cell_columns < 0] = FORBIDDEN
    found = Labelling(first_label, values[label_columns], pairs.astype(np.int64), first_cell, tables)
    return Found(found, label_columns, cell_columns)


def _largest(values: Ints, first: Ints) -> int:
    """The sum, over runs of values, of the largest size in each."""
    return int(np.maximum.reduceat(np.abs(values), first[:-1]).sum()) if len(first) > 1 else 0
