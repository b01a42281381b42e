"""A run as it is watched: one live line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from api.cli.phrases import say
from instances.faults import Language
from optimizer.outcome import Progress
from optimizer.wording import percent, points

PLAIN_FIRST_SECONDS, PLAIN_EVERY_SECONDS = (1.0, 2.0), 5.0
"""When the first plain lines come, so that it is soon seen that a plan is there, and how often the others do."""
UNKNOWN = "–"


class Board:
    """Holds the newest event of a run and draws it.  `listen` may be called from any thread, `draw` from one."""

    def __init__(self, console: Console, language: Language, quiet: bool) -> None:
        self.console, self.language, self.quiet = console, language, quiet
        self.newest: Progress | None = None
        self.started = time.monotonic()
        self.plain_lines = 0
        terminal = console.is_terminal and not quiet
        self.live = Live(console=console, auto_refresh=False, transient=True) if terminal else None

    def __enter__(self) -> Self:
        if self.live:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live:
            self.live.stop()

    def listen(self, progress: Progress) -> None:
        """Keep the event; it is drawn at the next `draw`."""
        self.newest = progress

    def draw(self) -> None:
        """Show where the run stands."""
        if self.live:
            self.live.update(Text(self.line(), no_wrap=True, overflow="ellipsis"), refresh=True)
        elif not self.quiet and time.monotonic() - self.started >= self._next_plain_seconds:
            while time.monotonic() - self.started >= self._next_plain_seconds:
                self.plain_lines += 1
            self.console.print(self.line(), markup=False, soft_wrap=True)

    @property
    def _next_plain_seconds(self) -> float:
        first = len(PLAIN_FIRST_SECONDS)
        if self.plain_lines < first:
            return PLAIN_FIRST_SECONDS[self.plain_lines]
        return PLAIN_EVERY_SECONDS * (self.plain_lines - first + 1)

    def say(self, text: str) -> None:
        """A line that stays, above the live one."""
        self.console.print(text, markup=False, soft_wrap=True)

    def line(self) -> str:
        """Elapsed seconds, value, bound, gap and step; of a stage those of its goal."""
        newest, language = self.newest, self.language
        seen = newest.stage if newest and newest.stage else newest
        value = seen.value_millipoints if seen else None
        bound = seen.bound_millipoints if seen else None
        gap = UNKNOWN if value is None or bound is None else percent(_gap_millionths(value, bound), language)
        return say(
            "live",
            language,
            elapsed=round(time.monotonic() - self.started),
            value=UNKNOWN if value is None else points(value // 1000 * 1000, language),
            bound=UNKNOWN if bound is None else points(-(-bound // 1000) * 1000, language),
            gap=gap,
            step=_step(newest, language),
        )


def _step(newest: Progress | None, language: Language) -> str:
    if newest is None or newest.stage is None:
        return newest.step if newest else ""
    stage = newest.stage
    return say("stage", language, number=f"{stage.number}/{stage.of}", goal=say(stage.goal, language))


def _gap_millionths(value: int, bound: int) -> int:
    return max(0, -((value - bound) * 1_000_000 // max(value, 1)))
