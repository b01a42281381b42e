"""Tiny programs drawn at random, and the judge that tries every point of them."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from optimizer.closure.labelling import Labelling
from optimizer.program import Program, Row

MIXED = st.integers(-5, 12)


def best_by_trying(program: Program) -> int | None:
    """The value of the best point, None when there is none; every point is tried."""
    values = []
    for bits in product((0, 1), repeat=len(program.values)):
        chosen = [column for column, bit in enumerate(bits) if bit]
        if not program.violated(chosen):
            values.append(program.value(chosen))
    return max(values, default=None)


def best_labels_by_trying(labelling: Labelling) -> int:
    """The value of the best labelling, counted pair by pair."""
    return max(value_of(labelling, labels) for labels in product(*(range(size) for size in labelling.sizes)))


def value_of(labelling: Labelling, labels) -> int:
    """The value of these labels, written without arrays."""
    value = sum(int(labelling.worth[labelling.first_label[node] + label]) for node, label in enumerate(labels))
    pairs = enumerate(labelling.pairs.tolist())
    return value + sum(int(labelling.table(pair)[labels[one], labels[two]]) for pair, (one, two) in pairs)


@st.composite
def packings(draw, most=9, values=MIXED) -> Program:
    """A set packing of a few columns; values may be zero, negative or equal."""
    count = draw(st.integers(1, most))
    worth = draw(st.lists(values, min_size=count, max_size=count))
    sets = draw(st.lists(st.sets(st.integers(0, count - 1), min_size=1), max_size=7))
    rows = [Row(("row", str(number)), tuple(sorted(each)), (1,) * len(each), 1) for number, each in enumerate(sets)]
    return Program([("column", str(number)) for number in range(count)], worth, rows)


@st.composite
def labellings(draw, most=6, values=MIXED) -> Labelling:
    """Nodes of 1 to 3 labels, some of them alone; values may be zero, negative or equal."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=most))
    every = [(one, two) for two in range(len(sizes)) for one in range(two)]
    pairs = sorted(draw(st.lists(st.sampled_from(every), unique=True))) if every else []
    worth = draw(st.lists(values, min_size=sum(sizes), max_size=sum(sizes)))
    cells = [sizes[one] * sizes[two] for one, two in pairs]
    tables = draw(st.lists(values, min_size=sum(cells), max_size=sum(cells)))
    return Labelling(
        np.cumsum([0, *sizes]).astype(np.int64),
        np.array(worth, dtype=np.int64),
        np.array(pairs, dtype=np.int64).reshape(-1, 2),
        np.cumsum([0, *cells]).astype(np.int64),
        np.array(tables, dtype=np.int64),
    )


def program_of(labelling: Labelling, without=()) -> Program:
    """The labelling written as a program, cell columns before label columns; cells named in `without` have none."""
    sizes = labelling.sizes.tolist()
    values, rows, cell_at = [], [], {}
    for number, value in enumerate(labelling.tables.tolist()):
        if number not in without:
            cell_at[number] = len(values)
            values.append(value)
    first = [len(values) + int(each) for each in labelling.first_label]
    values += labelling.worth.tolist()
    for pair, (one, two) in enumerate(labelling.pairs.tolist()):
        numbers = np.arange(sizes[one] * sizes[two]).reshape(sizes[one], sizes[two]) + labelling.first_cell[pair]
        for node, lines in ((two, numbers.T), (one, numbers)):
            for label, line in enumerate(lines.tolist()):
                there = [cell_at[cell] for cell in line if cell in cell_at]
                name = ("pair", str(pair), str(node), str(label))
                rows.append(Row(name, (first[node] + label, *there), (-1, *(1,) * len(there)), 0, True))
    for node, size in enumerate(sizes):
        rows.append(Row(("node", str(node)), tuple(range(first[node], first[node] + size)), (1,) * size, 1, True))
    return Program([("column", str(number)) for number in range(len(values))], values, rows)
