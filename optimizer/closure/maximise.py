"""The best point of a program whose structure is known, with a bound recomputed from its proof in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.closure.flat import flat_rows
from optimizer.closure.label import LabellingProof, bound_of_labelling, close_labelling
from optimizer.closure.labelling import FORBIDDEN, Found, labelling_of
from optimizer.closure.lanes import close_packing
from optimizer.closure.packing import Packing, packing_of
from optimizer.closure.replay import bound_of
from optimizer.closure.tree import PackingProof
from optimizer.program import Program


@dataclass(frozen=True, eq=False)
class Closed:
    """The best point found and what no point can exceed: the same number where it is proved to be best.

    chosen: columns that are 1, sorted.  bound: as the proof was checked, without a solver; of no solver's word.
    """

    chosen: tuple[int, ...]
    value: int
    bound: int
    proof: PackingProof | LabellingProof | None

    @property
    def is_proved(self) -> bool:
        """Whether nothing better exists."""
        return self.bound == self.value


def maximise_program(program: Program, seconds: float, seed: int = 1) -> Closed | None:
    """The best point of a set packing or of a labelling found within the seconds, and its proof.

    None when the program is neither, or when no point of it was found.
    Raises RuntimeError when the point found breaks a row: a fault of ours, never of the program.
    """
    rows = flat_rows(program)
    packing = packing_of(program, rows)
    found = None if packing is not None else labelling_of(program, rows)
    closed = None
    if packing is not None:
        closed = _packed(packing, seconds, seed)
    elif found is not None:
        closed = _labelled(found, seconds)
    if closed is None:
        return None
    if not rows.are_kept(closed.chosen, len(program.values)) or program.value(closed.chosen) != closed.value:
        raise RuntimeError("the search returned a point that the program refuses")
    return closed


def _packed(packing: Packing, seconds: float, seed: int) -> Closed:
    chosen, proof = close_packing(packing, seconds, seed)
    return Closed(chosen, packing.value(chosen), bound_of(packing, proof), proof)


def _labelled(found: Found, seconds: float) -> Closed | None:
    labels, proof = close_labelling(found.labelling, seconds)
    value = found.labelling.value(labels)
    if value <= FORBIDDEN // 2:
        return None
    return Closed(found.chosen(labels), value, bound_of_labelling(found.labelling, proof, value), proof)
