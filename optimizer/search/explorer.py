"""An explorer: one thread's hand in a tree of cases, which bounds, closes and splits those that it is given."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from optimizer.search.case import Case, Split
from optimizer.search.filling import SCALE
from optimizer.search.generation import MOST_NODES, NODES, Generation
from optimizer.search.ground import Floats
from optimizer.search.splitting import best_split
from optimizer.search.stakes import PieceProof

CLOSE_PART = 0.1
"""A case is split when its bound lies so near the linear master's, as a part of what is left above the value."""
MOST_ROUNDS = 60
Path = tuple[bool, ...]
Waiting = tuple[int, Path, "Node"]
"""A node that is still to be gone into, in the order in which that is done."""


@dataclass(eq=False)
class Node:
    """A case, and the best proof that holds for it: its own or that of the node above.

    path: the answers that lead to it.  split, no, yes: what was asked, and the nodes of both answers; None where
    nothing was.  is_asked_out: there is nothing left to ask, so its pieces are searched longer.  has_led: to a plan
    that seemed better than the best known.
    """

    case: Case
    proof: PieceProof
    center: Floats
    path: Path = ()
    split: Split | None = None
    no: Node | None = None
    yes: Node | None = None
    is_asked_out: bool = False
    has_led: bool = False


@dataclass
class Explorer:
    """Goes into nodes with a generation of its own, so that several can do so at once.

    made, decided: the nodes told apart since `take`, and those that nothing can be asked of any more.  dive: the better
    half of the node that was split last, gone into next on the way to a plan.  plan: the placements of a plan met on
    the way, besides the pins; it may overstep what pieces do not know of.
    """

    generation: Generation
    made: list[Node] = field(default_factory=list)
    decided: list[Node] = field(default_factory=list)
    dive: Node | None = None
    plan: list[int] | None = None
    _learned: int = 0
    _waiting: list[Waiting] = field(default_factory=list)

    def take(self, nodes: Iterable[Node]) -> None:
        """Begin with these nodes."""
        self.made, self.decided, self.plan, self._waiting = [], [], None, []
        for node in nodes:
            self._wait(node)

    def learn(self, other: Explorer) -> None:
        """Take the fillings that the other one has found since the last time."""
        self._learned = self.generation.master.learn(other.generation.master, self._learned)

    @property
    def left(self) -> list[Node]:
        """The nodes that it was given or made and did not go into to the end."""
        return [node for _, _, node in self._waiting]

    def explore(self, value_millipoints: int, most_work: float, seconds: Callable[[], float]) -> float:
        """Bound nodes and close or split them, until so much work is done, a plan is met or none is left; one at least.

        value_millipoints: of the best plan known.  seconds: how many are left; a node that runs out of them stays.
        Returns the work that it took, infinite when the seconds ran out.
        """
        enough, work = SCALE * (value_millipoints + 1), 0.0
        while self._waiting and work <= most_work and self.plan is None:
            node = self._next()
            if node.proof.bound_scaled < enough:
                continue
            work += self._bound(node, value_millipoints, enough, seconds)
            if work == float("inf"):
                self._wait(node)
            elif node.proof.bound_scaled >= enough:
                self._split(node, value_millipoints)
        return work

    def _next(self) -> Node:
        dive, self.dive = self.dive, None
        places = [place for place, (_, _, node) in enumerate(self._waiting) if node is dive]
        if not places:
            return heapq.heappop(self._waiting)[2]
        _, _, node = self._waiting.pop(places[0])
        heapq.heapify(self._waiting)
        return node

    def _wait(self, node: Node) -> None:
        heapq.heappush(self._waiting, waiting(node))

    def _bound(self, node: Node, value_millipoints: int, enough: int, seconds: Callable[[], float]) -> float:
        """Column generation until the case is closed, or it is clear how far its bound will fall."""
        generation, work = self.generation, 0.0
        generation.enter(node.case, node.center, MOST_NODES if node.is_asked_out else NODES, enough - 1)
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

    def _split(self, node: Node, value_millipoints: int) -> None:
        generation = self.generation
        found = best_split(generation, max(1.0, generation.master_points - value_millipoints / 1000.0))
        if found is None:
            self._decide(node, value_millipoints)
            return
        node.split, is_yes_better = found
        node.no, node.yes = (self._child(node, node.split, is_so) for is_so in (False, True))
        self.dive = node.yes if is_yes_better else node.no

    def _child(self, node: Node, split: Split, is_so: bool) -> Node:
        case = node.case.answered(self.generation.ground, self.generation.spots, split, is_so)
        child = Node(case, node.proof, node.center, (*node.path, is_so))
        self.made.append(child)
        self._wait(child)
        return child

    def _decide(self, node: Node, value_millipoints: int) -> None:
        """Take the plan that the linear master holds; when it is better, the case is gone into once more.  When it is
        not, and the bound is higher, its pieces were not searched to the end, and are once more, for longer."""
        if self.generation.master_points > value_millipoints / 1000.0 + 1e-3:
            self.plan = [
                placement for _, placements, share in self.generation.master.shares() if share > 0.5
                for placement in placements.tolist()
            ]  # fmt: skip
            if not node.has_led:
                node.has_led = True
                self._wait(node)
                return
        elif not node.is_asked_out:
            node.is_asked_out = True
            self._wait(node)
            return
        self.decided.append(node)


def waiting(node: Node) -> Waiting:
    """The node with its place in line: the highest bound first."""
    return -node.proof.bound_scaled, node.path, node
