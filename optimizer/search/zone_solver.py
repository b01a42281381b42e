"""What a zone job does: it holds the pieces of its zones and fills them at the prices that a run sends.

The messages between the two, both ways, are arrays by name (zone_ground.py); `head` says of which generation they are.
Both ends must be of one version, or they might not find the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version

import numpy as np

from optimizer.search.answers import Answer
from optimizer.search.classes import classes_of
from optimizer.search.fitting import Ints64
from optimizer.search.generation import Generation
from optimizer.search.generation_start import generation_at
from optimizer.search.ground import Floats, Ground
from optimizer.search.groups import Stakes
from optimizer.search.zone_ground import Arrays, packed, unpacked

VERSION = np.frombuffer(f"{version('lotwise')} 1".encode(), dtype=np.uint8)
"""Of the product and of these messages."""


@dataclass
class ZoneSolver:
    """One zone job.  Of each lane of a run it holds the last generation."""

    _held: dict[int, tuple[int, Generation]] = field(default_factory=dict)

    def answer(self, message: bytes) -> bytes:
        """The answer to a message.  Raises ValueError for one that is not of a run of this version, or of a generation
        that is not held."""
        arrays = unpacked(message)
        lane, number, _ = head_of(arrays)
        if "prices" not in arrays:
            if not np.array_equal(arrays.get("version", VERSION[:0]), VERSION):
                raise ValueError("a run of another version")
            ground = Ground(**{name: arrays[name] for name in Ground._fields})  # type: ignore[arg-type]
            self._held[lane] = number, _generation(ground)
            return packed({"head": arrays["head"]})
        held, generation = self._held.get(lane, (-1, None))
        if generation is None or held != number:
            raise ValueError(f"prices of generation {number} of lane {lane}, of which {held} is held")
        filled = generation.fill_all(np.asarray(arrays["prices"], dtype=np.float64))
        assert filled is not None, "nothing limits the seconds"
        answers, stakes, _ = filled
        return packed({"head": arrays["head"], **_told(answers, stakes)})


def ground_message(head: Ints64, ground: Ground) -> bytes:
    """A message with which a generation begins, on the ground of the job's zones."""
    return packed({"head": head, "version": VERSION, **ground._asdict()})


def prices_message(head: Ints64, prices: Floats) -> bytes:
    """A message that asks for a round: prices of the zones' own master, in points."""
    return packed({"head": head, "prices": prices})


def head_of(arrays: Arrays) -> tuple[int, int, int]:
    """(lane, number of the generation in it, round in that, 0 for its beginning).  Raises ValueError."""
    head = arrays.get("head")
    if head is None or head.shape != (3,):
        raise ValueError("a message without a head")
    lane, number, turn = head.tolist()
    return lane, number, turn


def told_answers(arrays: Arrays) -> list[Answer]:
    """The answers in a message, in the order of the zones' pieces; placements in the zones' numbers."""
    ends = np.cumsum(arrays["lengths"])
    fillings: list[list[Ints64]] = [[] for _ in arrays["most"]]
    for piece, filling in zip(arrays["piece"].tolist(), np.split(arrays["placements"], ends)[:-1], strict=True):
        fillings[piece].append(filling)
    columns = (arrays[name].tolist() for name in ("most", "first_bound", "nodes"))
    return [
        Answer(most, first_bound, nodes, [np.asarray(filling, dtype=np.int32) for filling in own])
        for most, first_bound, nodes, own in zip(*columns, fillings, strict=True)
    ]


def _generation(ground: Ground) -> Generation:
    """At no prices: each round brings its own."""
    nothing = np.zeros((len(ground.edge_to), len(ground.affinity)))
    return generation_at(ground, classes_of(ground), np.zeros(len(ground.site)), np.zeros(len(ground.most)), nothing)


def _told(answers: list[Answer], stakes: Stakes) -> Arrays:
    found = [(piece, each) for piece, answer in enumerate(answers) for each in answer.fillings if len(each)]
    return {
        "most": np.array([answer.most for answer in answers], dtype=np.int64),
        "first_bound": np.array([answer.first_bound for answer in answers], dtype=np.int64),
        "nodes": np.array([answer.nodes for answer in answers], dtype=np.int64),
        "piece": np.array([piece for piece, _ in found], dtype=np.int64),
        "lengths": np.array([len(each) for _, each in found], dtype=np.int64),
        "placements": np.concatenate([np.zeros(0, dtype=np.int32), *(each for _, each in found)]),
        "lot": stakes.lot,
        "border": stakes.border,
    }
