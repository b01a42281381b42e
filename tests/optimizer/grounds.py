"""An instance as the search sees it: columns, matrix and flat arrays."""

from __future__ import annotations

from typing import NamedTuple

from instances.instance import Instance
from optimizer.assemble import assemble
from optimizer.columns import Columns
from optimizer.ground import Ground, Ints32, ground_of
from optimizer.matrix import Matrix, matrix_of
from optimizer.program import Program


class Seen(NamedTuple):
    """One instance in the shapes that the search works on."""

    instance: Instance
    columns: Columns
    program: Program
    matrix: Matrix
    ground: Ground

    def plan(self, held: Ints32) -> dict[str, tuple[str, ...]]:
        chosen = [self.columns.placements[number] for number in held[held >= 0].tolist()]
        return {each.applicant.applicant_id: each.lots for each in chosen}


def seen(instance: Instance) -> Seen:
    columns, program = assemble(instance)
    matrix = matrix_of(columns, program)
    return Seen(instance, columns, program, matrix, ground_of(columns, matrix))
