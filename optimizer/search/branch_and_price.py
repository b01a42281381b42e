"""Branch and price: the plans are told apart into cases until none is left that could be better than the best known.

Each case is bounded by column generation over pieces; the case with the highest bound is gone into first, and split by
what a lot or a piece holds (Barnhart and others 1998).  At the root, placements that no better plan can hold are left
out for good.  Two explorers on two threads may share the tree, in rounds that end after the same work however fast each
thread is, so that the same steps give the same tree.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from optimizer.search.case import Case
from optimizer.search.explorer import Explorer, Node, Waiting, waiting
from optimizer.search.filling import SCALE
from optimizer.search.fitting import Ints32
from optimizer.search.generation import Generation
from optimizer.search.generation_start import twin_of
from optimizer.search.ground import Floats, starting_plan
from optimizer.search.stakes import PieceProof

STEPS_OF_CASE = 125_000
"""A check spends as much on what there is of each case besides its searches."""
RESTART = 2
"""The tree is begun again when a better plan leaves less than one part in so many of the room it was begun with."""
ROUND_WORK, DEALT = 1.5, 8
"""Work of each of two explorers before they share their nodes anew, and the nodes that each of them is given."""


@dataclass
class BranchAndPrice:
    """The tree so far.  Begins with the best prices of a generation that has settled.

    root, slack: what was proved of all plans.  nodes: the first holds what the root left; none until the first step.
    plans: the placements of plans that were met on the way, besides the pins; they may overstep what pieces do not
    know of.  threads: for explorers; with one they take turns, to the same end.
    """

    generation: Generation
    threads: int = 2
    root: PieceProof = field(init=False)
    slack: Floats = field(init=False)
    nodes: list[Node] = field(default_factory=list)
    plans: list[list[int]] = field(default_factory=list)
    open: list[Waiting] = field(default_factory=list)
    _decided: list[Node] = field(default_factory=list)
    _room: int = 0
    _case: Case = field(init=False)
    _center: Floats = field(init=False)
    _explorers: list[Explorer] = field(init=False)
    _beside: ThreadPoolExecutor | None = None

    def __post_init__(self) -> None:
        assert self.generation.proof is not None
        assert self.generation.slack is not None
        self.root, self.slack = self.generation.proof, self.generation.slack
        self._case, self._center = self.generation.case, self.generation.center
        self._explorers = [Explorer(self.generation)]

    @property
    def is_done(self) -> bool:
        """Whether no case is left to go into."""
        return bool(self.nodes) and not self.open

    @property
    def bound_scaled(self) -> int:
        """What no plan exceeds, in 1/SCALE millipoints, unless a plan is known that is worth more."""
        left = [node.proof.bound_scaled for node in self._decided]
        left += [node.proof.bound_scaled for _, _, node in self.open]
        return max(left, default=0) if self.nodes else self.root.bound_scaled

    def advance(self, value_millipoints: int, seconds: Callable[[], float], sides: int = 1) -> float:
        """Bound one case and close or split it, or a round of them on two sides; the work that it took.

        value_millipoints: of the best plan known.  seconds: how many are left; a case that runs out of them stays open.
        """
        room = self.root.bound_scaled - SCALE * (value_millipoints + 1)
        if not self.nodes or room * RESTART < self._room:
            self._begin(room)
        explorers = self._deal(sides)
        work = self._explore(explorers, value_millipoints, seconds)
        self._gather(explorers)
        return work

    def _explore(self, explorers: list[Explorer], value_millipoints: int, seconds: Callable[[], float]) -> float:
        """All of them for a round, at once if there are threads; one alone for a case.  The most work that one took."""
        most_work = ROUND_WORK if len(explorers) > 1 else 0.0
        if len(explorers) == 1 or self.threads == 1:
            return max([each.explore(value_millipoints, most_work, seconds) for each in explorers])
        if self._beside is None:
            self._beside = ThreadPoolExecutor(1, thread_name_prefix="explorer")
        one, other = explorers
        running = self._beside.submit(other.explore, value_millipoints, most_work, seconds)
        return max(one.explore(value_millipoints, most_work, seconds), running.result())

    def _deal(self, sides: int) -> list[Explorer]:
        """The explorers that go on with the open nodes: one with all of them, or two with some each."""
        nodes = [node for _, _, node in sorted(self.open)]
        if sides == 1 or len(nodes) < 2:
            self._explorers[0].take(nodes)
            self.open = []
            return self._explorers[:1]
        if len(self._explorers) == 1:
            self._explorers.append(Explorer(twin_of(self.generation)))
        one, other = self._explorers
        one.learn(other)
        other.learn(one)
        hands = [[node for node in nodes if node is each.dive] for each in self._explorers]
        dives = [node for hand in hands for node in hand]
        for node in nodes:
            shorter = min(hands, key=len)
            if node not in dives and len(shorter) < DEALT:
                shorter.append(node)
        dealt = {node for hand in hands for node in hand}
        self.open = [each for each in self.open if each[2] not in dealt]
        for each, hand in zip(self._explorers, hands, strict=True):
            each.take(hand)
        return self._explorers

    def _gather(self, explorers: Iterable[Explorer]) -> None:
        for each in explorers:
            self.nodes += each.made
            self._decided += each.decided
            self.open += [waiting(node) for node in each.left]
            if each.plan is not None:
                self.plans.append(each.plan)
        heapq.heapify(self.open)

    def outline(self, most: int, most_steps: float = float("inf")) -> list[Node]:
        """The nodes of a part of the tree with at most so many cases, each after the one that it was told apart from.

        Of all such parts it has the lowest bound, since the case with the highest is told apart first, as long as a
        check of them all takes about so many steps at most.
        """
        chosen, inner, steps = [waiting(self.nodes[0])], list[Node](), _steps_of(self.nodes[0])
        while len(chosen) < most:
            parted = chosen[0][2]
            if parted.no is None or parted.yes is None:
                break
            steps += _steps_of(parted.no) + _steps_of(parted.yes) - _steps_of(parted)
            if steps > most_steps:
                break
            inner.append(heapq.heappop(chosen)[2])
            for child in (parted.no, parted.yes):
                heapq.heappush(chosen, waiting(child))
        return sorted([*inner, *(node for _, _, node in chosen)], key=lambda node: node.path)

    def steps_of(self, nodes: Iterable[Node]) -> int:
        """About how many steps a check of the cases among these nodes takes."""
        known = set(nodes)
        return sum(_steps_of(node) for node in known if node.no not in known)

    def take_plans(self) -> list[Ints32]:
        """The plans met on the way, each once; with the pins."""
        ground, taken = self.generation.ground, []
        for plan in self.plans:
            held = starting_plan(ground)
            held[ground.applicant[plan]] = plan
            taken.append(held)
        self.plans = []
        return taken

    def _begin(self, room: int) -> None:
        """Begin (again) with what costs a plan no more than there is between the root's bound and the value."""
        self._room = room
        alive = self._case.alive & (self.slack <= room / SCALE / 1000.0 + 1e-6)
        self.nodes, self._decided = [Node(Case(alive, self._case.is_held), self.root, self._center)], []
        self.open = [waiting(self.nodes[0])]
        for each in self._explorers:
            each.dive = None


def _steps_of(node: Node) -> int:
    return STEPS_OF_CASE + sum(node.proof.nodes)
