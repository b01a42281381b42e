"""Readers of public cases: land auctions in the text format of CATS, labelled regions in that of the UAI competitions.

The files are not part of the project.  Auctions: the generator CATS 2.x (GitHub: kevinlb1/CATS), distribution
`regions`, integer prices, bid alpha 1000; 100, 168 or 256 goods with 500, 800 or 1000 bids.  Regions: the Segmentation
models of the UAI competitions of 2010 to 2014 (GitHub: dechterlab/uai-competitions, MIT).  Put them into folders of any
names below one folder, an `optimal.json` beside them when optima are known, and name it in LOTWISE_PUBLIC_CASES.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optimizer.program import Name, Program, Row

FOLDER = "LOTWISE_PUBLIC_CASES"
"""Environment variable: the folder of the public cases."""
WHERE = " ".join((__doc__ or "").partition("\n\n")[2].split())


@dataclass(frozen=True)
class Case:
    """A case: its program, what to add to the program's value to have the case's own, and its optimum where known."""

    name: str
    kind: str
    program: Program
    constant: int
    optimum: int | None


def case_files(folder: Path) -> list[Path]:
    """The files below the folder that are cases, sorted by kind and name."""
    files = [*folder.rglob("*.txt"), *folder.rglob("*.uai")]
    return sorted((path for path in files if _is_case(path)), key=lambda path: (path.suffix, path.name))


def read_case(path: Path) -> Case:
    """The case in a file."""
    read = read_labelling if path.suffix == ".uai" else read_auction
    kind = "labelling" if path.suffix == ".uai" else "auction"
    program, constant = read(path.read_text(encoding="utf-8"))
    return Case(path.stem, kind, program, constant, _optimum(path))


def read_auction(text: str) -> tuple[Program, int]:
    """(program, 0) of an auction: a column per bid, a row per good that two bids or more ask for, dummy goods included.

    A bid stands on a line of its own: number, price, goods, "#".
    """
    names: list[Name] = []
    values: list[int] = []
    asking: dict[int, list[int]] = defaultdict(list)
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("%") or not words[0].isdigit():
            continue
        for good in words[2 : words.index("#")]:
            asking[int(good)].append(len(values))
        names.append(("bid", words[0]))
        values.append(int(words[1]))
    rows = [
        Row(("good", str(good)), tuple(bids), (1,) * len(bids), 1) for good, bids in sorted(asking.items()) if bids[1:]
    ]
    return Program(names, values, rows), 0


def read_labelling(text: str) -> tuple[Program, int]:
    """(program, constant) of a Markov network of potentials over one or two variables: scores round(1e6 ln potential).

    A column per label of a variable and one per pair of labels of two variables that share a potential.
    """
    words = text.split()
    if words[0] != "MARKOV":
        raise ValueError(f"{words[0]} in place of MARKOV")
    count = int(words[1])
    sizes = [int(word) for word in words[2 : 2 + count]]
    place = 2 + count
    scopes = []
    for _ in range(int(words[place])):
        length = int(words[place + 1])
        scopes.append(tuple(int(word) for word in words[place + 2 : place + 2 + length]))
        place += 1 + length
    place += 1
    worth = [np.zeros(size, dtype=np.int64) for size in sizes]
    tables: dict[tuple[int, int], np.ndarray] = {}
    constant = 0
    for scope in scopes:
        cells = int(words[place])
        potentials = np.array(words[place + 1 : place + 1 + cells], dtype=float)
        place += 1 + cells
        scores = np.rint(1e6 * np.log(potentials)).astype(np.int64).reshape([sizes[each] for each in scope])
        if len(scope) == 0:
            constant += int(scores)
        elif len(scope) == 1:
            worth[scope[0]] += scores
        else:
            one, two = scope
            ordered = scores if one < two else scores.T
            key = (min(one, two), max(one, two))
            tables[key] = tables[key] + ordered if key in tables else ordered
    return labelling_program(worth, tables), constant


def labelling_program(worth: list[np.ndarray], tables: dict[tuple[int, int], np.ndarray]) -> Program:
    """The program of a labelling: equations for nodes, and for each pair and label of either node."""
    names: list[Name] = []
    values: list[int] = []
    rows: list[Row] = []
    first = []
    for node, scores in enumerate(worth):
        first.append(len(values))
        names += [("label", str(node), str(label)) for label in range(len(scores))]
        values += scores.tolist()
        columns = tuple(range(first[node], len(values)))
        rows.append(Row(("node", str(node)), columns, (1,) * len(columns), 1, is_equal=True))
    for (one, two), scores in sorted(tables.items()):
        height, width = scores.shape
        start = len(values)
        pair = ("pair", str(one), str(two))
        names += [pair] * (height * width)
        values += scores.ravel().tolist()
        cells = np.arange(start, len(values)).reshape(height, width)
        for node, lines in ((one, cells), (two, cells.T)):
            signs = (-1, *(1,) * lines.shape[1])
            for label, line in enumerate(lines.tolist()):
                rows.append(Row((*pair, str(node), str(label)), (first[node] + label, *line), signs, 0, is_equal=True))
    return Program(names, values, rows)


def _is_case(path: Path) -> bool:
    if path.suffix == ".uai":
        return True
    with path.open(encoding="utf-8", errors="replace") as file:
        return "CATS" in file.readline()


def _optimum(path: Path) -> int | None:
    """The optimum that optimal.json beside the file states for it, under either of the keys in use."""
    beside = path.parent / "optimal.json"
    if not beside.exists():
        return None
    said = json.loads(beside.read_text(encoding="utf-8")).get(path.stem, {})
    return said.get("optimum", said.get("optimum_scaled_1e6"))


def cases(folder: Path) -> Iterator[Case]:
    """Every case below the folder."""
    for path in case_files(folder):
        yield read_case(path)
