"""Branch and price: the plans are told apart into cases until none is left that could be better than the best known.

Each case is bounded by column generation over pieces; the case with the highest bound is gone into first, and split by
what a lot or a piece holds (Barnhart and others 1998).  At the root, placements that no better plan can hold are left
out for good.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from optimizer.search.case import Case, Split
from optimizer.search.filling import SCALE
from optimizer.search.fitting import Ints32
from optimizer.search.generation import MOST_NODES, NODES, Generation
from optimizer.search.ground import Floats, starting_plan
from optimizer.search.splitting import best_split
from optimizer.search.stakes import PieceProof

CLOSE_PART = 0.1
"""A case is split when its bound lies so near the linear master's, as a part of what is left above the value."""
MOST_ROUNDS = 60
STEPS_OF_CASE = 125_000
"""A check spends as much on what there is of each case besides its searches."""
RESTART = 2
"""The tree is begun again when a better plan leaves less than one part in so many of the room it was begun with."""


@dataclass(eq=False)
class Node:
    """A case, and the best proof that holds for it: its own or that of the node above.

    split, no, yes: what was asked, and the numbers of the nodes of both answers; -1 where nothing was.  is_asked_out:
    there is nothing left to ask, so its pieces are searched longer.
    """

    case: Case
    proof: PieceProof
    center: Floats
    split: Split | None = None
    no: int = -1
    yes: int = -1
    is_asked_out: bool = False


@dataclass
class BranchAndPrice:
    """The tree so far.  Begins with the best prices of a generation that has settled.

    root, slack: what was proved of all plans.  nodes: the first holds what the root left; none until the first step.
    plan: the placements of the best plan that was met on the way, besides the pins; it may overstep what pieces do not
    know of.
    """

    generation: Generation
    root: PieceProof = field(init=False)
    slack: Floats = field(init=False)
    nodes: list[Node] = field(default_factory=list)
    plan: list[int] | None = None
    open: list[tuple[int, int]] = field(default_factory=list)
    _decided: list[int] = field(default_factory=list)
    _met: set[int] = field(default_factory=set)
    _dive: int = -1
    _room: int = 0
    _case: Case = field(init=False)
    _center: Floats = field(init=False)

    def __post_init__(self) -> None:
        assert self.generation.proof is not None
        assert self.generation.slack is not None
        self.root, self.slack = self.generation.proof, self.generation.slack
        self._case, self._center = self.generation.case, self.generation.center

    @property
    def is_done(self) -> bool:
        """Whether no case is left to go into."""
        return bool(self.nodes) and not self.open

    @property
    def bound_scaled(self) -> int:
        """What no plan exceeds, in 1/SCALE millipoints, unless a plan is known that is worth more."""
        left = [self.nodes[number].proof.bound_scaled for number in self._decided]
        left += [self.nodes[number].proof.bound_scaled for _, number in self.open]
        return max(left, default=0) if self.nodes else self.root.bound_scaled

    def advance(self, value_millipoints: int, seconds: Callable[[], float]) -> float:
        """Bound one case and close or split it; the work that it took.

        value_millipoints: of the best plan known.  seconds: how many are left; a case that runs out of them stays open.
        """
        enough = SCALE * (value_millipoints + 1)
        room = self.root.bound_scaled - enough
        if not self.nodes or room * RESTART < self._room:
            self._begin(room)
        if not self.open:
            return 0.0
        number = self._next()
        node = self.nodes[number]
        if node.proof.bound_scaled < enough:
            return 0.0
        work = self._bound(node, value_millipoints, enough, seconds)
        if work == float("inf"):
            self._push(number)
        elif node.proof.bound_scaled >= enough:
            self._split(number, value_millipoints)
        return work

    def _next(self) -> int:
        """The better half of the case that was split last, on the way to a plan; else that with the highest bound."""
        dive, self._dive = self._dive, -1
        if dive < 0:
            return heapq.heappop(self.open)[1]
        self.open = [each for each in self.open if each[1] != dive]
        heapq.heapify(self.open)
        return dive

    def outline(self, most: int, most_steps: float = float("inf")) -> list[int]:
        """The nodes of a part of the tree with at most so many cases, each after the one that it was told apart from.

        Of all such parts it has the lowest bound, since the case with the highest is told apart first, as long as a
        check of them all takes about so many steps at most.
        """
        chosen, inner, steps = [(-self.nodes[0].proof.bound_scaled, 0)], list[int](), self._steps_of(0)
        while len(chosen) < most and self.nodes[chosen[0][1]].split is not None:
            parted = self.nodes[chosen[0][1]]
            steps += self._steps_of(parted.no) + self._steps_of(parted.yes) - self._steps_of(chosen[0][1])
            if steps > most_steps:
                break
            inner.append(heapq.heappop(chosen)[1])
            for child in (parted.no, parted.yes):
                heapq.heappush(chosen, (-self.nodes[child].proof.bound_scaled, child))
        return sorted([*inner, *(number for _, number in chosen)])

    def steps_of(self, numbers: Iterable[int]) -> int:
        """About how many steps a check of the cases among these nodes takes."""
        known = set(numbers)
        return sum(self._steps_of(number) for number in known if self.nodes[number].no not in known)

    def _steps_of(self, number: int) -> int:
        return STEPS_OF_CASE + sum(self.nodes[number].proof.nodes)

    def take_plan(self) -> Ints32:
        """The plan met on the way, once; with the pins."""
        assert self.plan is not None
        ground = self.generation.ground
        held = starting_plan(ground)
        held[ground.applicant[self.plan]] = self.plan
        self.plan = None
        return held

    def _begin(self, room: int) -> None:
        """Begin (again) with what costs a plan no more than there is between the root's bound and the value."""
        self._room, self._dive, self._met = room, -1, set()
        alive = self._case.alive & (self.slack <= room / SCALE / 1000.0 + 1e-6)
        self.nodes, self.open, self._decided = [Node(Case(alive, self._case.is_held), self.root, self._center)], [], []
        self._push(0)

    def _push(self, number: int) -> None:
        heapq.heappush(self.open, (-self.nodes[number].proof.bound_scaled, number))

    def _bound(self, node: Node, value_millipoints: int, enough: int, seconds: Callable[[], float]) -> float:
        """Column generation until the case is closed, or it is clear how far its bound will fall."""
        generation, work = self.generation, 0.0
        generation.enter(node.case, node.center, MOST_NODES if node.is_asked_out else NODES)
        for _ in range(MOST_ROUNDS):
            took = generation.advance(seconds)
            work += took
            proof = generation.proof
            if took == float("inf") or proof is None:
                return float("inf")
            if proof.bound_scaled < node.proof.bound_scaled:
                node.proof, node.center = proof, generation.center
            left_points = generation.master_points - value_millipoints / 1000.0
            is_clear = proof.bound_points - generation.master_points < CLOSE_PART * left_points
            if is_clear or generation.is_stuck or proof.bound_scaled < enough:
                break
        return work

    def _split(self, number: int, value_millipoints: int) -> None:
        node, generation = self.nodes[number], self.generation
        found = best_split(generation, max(1.0, generation.master_points - value_millipoints / 1000.0))
        if found is None:
            self._decide(number, value_millipoints)
            return
        node.split, is_yes_better = found
        node.no, node.yes = len(self.nodes), len(self.nodes) + 1
        for is_so in (False, True):
            case = node.case.answered(generation.ground, generation.spots, node.split, is_so)
            self.nodes.append(Node(case, node.proof, node.center))
            self._push(len(self.nodes) - 1)
        self._dive = node.yes if is_yes_better else node.no

    def _decide(self, number: int, value_millipoints: int) -> None:
        """Take the plan that the linear master holds; when it is better, the case is gone into once more.  When it is
        not, and the bound is higher, its pieces were not searched to the end, and are once more, for longer."""
        if self.generation.master_points > value_millipoints / 1000.0 + 1e-3:
            self.plan = [
                placement for _, placements, share in self.generation.master.shares() if share > 0.5
                for placement in placements.tolist()
            ]  # fmt: skip
            if number not in self._met:
                self._met.add(number)
                self._push(number)
                return
        elif not self.nodes[number].is_asked_out:
            self.nodes[number].is_asked_out = True
            self._push(number)
            return
        self._decided.append(number)
