"""An instance as the search sees it, and plans as the judge sees them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from functools import cached_property

from instances.instance import Instance
from optimizer.board import Board
from optimizer.outcome import Listener
from optimizer.plan import Plan
from optimizer.search.classes import Classes, classes_of
from optimizer.search.fitting import Ints32
from optimizer.search.generation import Generation
from optimizer.search.generation_start import generation_of
from optimizer.search.ground import ground_of, held_of, plan_of
from optimizer.search.smooth import SmoothDual, smooth_dual
from tests.tiny import Lots


class View:
    """One instance in the shapes that the search works on."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.ground = ground_of(instance)

    @cached_property
    def classes(self) -> Classes:
        return classes_of(self.ground)

    @cached_property
    def sectors(self) -> list[str]:
        return [sector.sector_id for sector in self.instance.policy.sectors]

    @cached_property
    def lots(self) -> list[str]:
        return [lot.lot_id for lot in self.instance.lots]

    def plan(self, held: Ints32) -> Mapping[str, Lots]:
        return plan_of(self.instance, self.ground, held).assignments

    def held(self, plan: Mapping[str, Lots]) -> Ints32:
        return held_of(self.instance, self.ground, Plan(plan))

    def placement(self, number: int) -> tuple[str, Lots]:
        """The applicant and the lots of a placement."""
        ground = self.ground
        site = ground.site[number]
        lots = ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]].tolist()
        return self.instance.applicants[ground.applicant[number]].applicant_id, tuple(self.lots[lot] for lot in lots)

    def smooth(self, steps: int = 40) -> SmoothDual:
        """The smoothed dual after all its steps."""
        dual = smooth_dual(self.ground, steps)
        dual.descend(steps)
        return dual

    def generation(self, steps: int = 40) -> Generation:
        """Column generation before its first round, from the prices of a short smoothed dual."""
        return generation_of(self.ground, self.classes, self.smooth(steps).best)

    def board(
        self, listen: Listener = lambda progress: None, stop: threading.Event | None = None, seconds: float = 600.0
    ) -> Board:
        now = time.monotonic()
        read: Callable[[Ints32], Plan] = lambda held: Plan(self.plan(held))  # noqa: E731
        return Board(listen, stop or threading.Event(), now, now + seconds, read)
