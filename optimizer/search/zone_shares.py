"""The shares of a generation: which zone job fills the pieces of which zones, and what came of it.

A run and its zone jobs agree by prices alone: on the applicants, limits and quotas that zones share, round by round.
Whoever fills a piece finds the same, so a job may come late or be lost without any other plan or bound.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from optimizer.search.answers import Answer
from optimizer.search.fitting import Flags, Ints32, Ints64
from optimizer.search.generation import Generation
from optimizer.search.ground import Floats
from optimizer.search.groups import Stakes
from optimizer.search.zone_ground import Arrays, ZoneGround, unpacked, zone_ground
from optimizer.search.zone_solver import ground_message, head_of, prices_message, told_answers
from optimizer.zone_jobs import ZoneJobs

LEAST_PLACEMENTS = 60_000
"""Of a generation to be shared: with fewer a round takes no longer than the messages that it would need."""
PATIENCE_SECONDS = 60.0
"""After which a job that does not answer is taken for lost."""
LOOK_SECONDS = 0.05
"""How long one lane looks for answers before another may."""


class Share(NamedTuple):
    """Of one job: the generation's numbers of its pieces, its ground, and which of the master's ends are there."""

    job: int
    pieces: list[int]
    part: ZoneGround
    ends: Flags


@dataclass
class ZoneShares:
    """The zone jobs of one run, shared by its lanes.  district: of each lot; a share is made of whole districts."""

    jobs: ZoneJobs
    district: Ints32
    _given_up: set[int] = field(default_factory=set)
    _waiting: dict[int, list[tuple[int, Arrays]]] = field(default_factory=dict)
    _made: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def share_out(self, generation: Generation, lane: int) -> None:
        """Have the jobs at work fill their share of the generation's pieces, from its first round on."""
        jobs = self._jobs_for(len(generation.ground.site))
        if jobs:
            number = self._made[lane] = self._made.get(lane, 0) + 1
            shares = _shares(generation, self.district, jobs)
            generation.elsewhere = FilledElsewhere(self, generation, lane, number, shares)

    def hands_for(self, placements: int) -> int:
        """How many jobs would share a generation of so many placements."""
        return len(self._jobs_for(placements))

    def _jobs_for(self, placements: int) -> list[int]:
        if placements < LEAST_PLACEMENTS:
            return []
        return [job for job in self.jobs.at_work() if job not in self._given_up]

    def answered(self, lane: int) -> list[tuple[int, Arrays]]:
        """(job, message) of those that came for a lane since it asked last."""
        with self._lock:
            for job, message in self.jobs.answers(LOOK_SECONDS):
                try:
                    arrays = unpacked(message)
                    self._waiting.setdefault(head_of(arrays)[0], []).append((job, arrays))
                except ValueError:
                    self._given_up.add(job)
            return self._waiting.pop(lane, [])

    def is_at_work(self, job: int) -> bool:
        """Whether an answer of the job may still come."""
        return job not in self._given_up and job in self.jobs.at_work()

    def give_up(self, job: int) -> None:
        """Take a job for lost."""
        self._given_up.add(job)


@dataclass
class FilledElsewhere:
    """The shares of one generation."""

    desk: ZoneShares
    generation: Generation
    lane: int
    number: int
    shares: list[Share]
    _turn: int = 0

    def __post_init__(self) -> None:
        for share in self.shares:
            self.desk.jobs.ask(share.job, ground_message(self._head, share.part.ground))

    @property
    def _head(self) -> Ints64:
        return np.array([self.lane, self.number, self._turn], dtype=np.int64)

    def ask(self, prices: Floats) -> Collection[int]:
        """Have the shares filled at these prices; the numbers of their pieces."""
        self._turn += 1
        self.shares = [share for share in self.shares if self.desk.is_at_work(share.job)]
        rows = self.generation.master
        for share in self.shares:
            own = prices[share.part.applicants], prices[rows.rows_at : rows.ends_at], prices[rows.ends_at :][share.ends]
            self.desk.jobs.ask(share.job, prices_message(self._head, np.concatenate(own)))
        return {number for share in self.shares for number in share.pieces}

    def _taken(self, share: Share, arrays: Arrays, stakes: Stakes) -> Mapping[int, Answer]:
        try:
            return _taken(share, arrays, stakes)
        except (KeyError, ValueError, IndexError):
            self.desk.give_up(share.job)  # whatever it sends, the run goes on
            return {}

    def collect(self, stakes: Stakes, seconds: Callable[[], float]) -> Mapping[int, Answer]:
        """The answers of the round, without those of jobs that are lost or do not answer in time."""
        waiting = {share.job: share for share in self.shares}
        found: dict[int, Answer] = {}
        until = time.monotonic() + PATIENCE_SECONDS
        while waiting and seconds() > 0 and time.monotonic() < until:
            for job, arrays in self.desk.answered(self.lane):
                if job in waiting and head_of(arrays) == (self.lane, self.number, self._turn) and "most" in arrays:
                    found.update(self._taken(waiting.pop(job), arrays, stakes))
            for job in [job for job in waiting if not self.desk.is_at_work(job)]:
                del waiting[job]
        for job in waiting if seconds() > 0 else ():
            self.desk.give_up(job)
        return found


def _shares(generation: Generation, district: Ints32, jobs: list[int]) -> list[Share]:
    """The districts by how many placements their pieces have, the largest first, each to whoever has least to do.

    The run itself is one more for each of its threads.
    """
    ground, pieces = generation.ground, generation.pieces
    of_piece = np.array([district[piece.lots[0]] for piece in pieces], dtype=np.int64)
    in_piece = generation.spots.piece
    placements = np.bincount(in_piece[in_piece >= 0], minlength=len(pieces))
    weight = np.bincount(of_piece, weights=placements, minlength=int(district.max()) + 1)
    load = np.zeros(generation.threads + len(jobs))
    taker = np.full(len(weight), -1, dtype=np.int64)
    for each in np.argsort(-weight, kind="stable").tolist():
        least = int(np.argmin(load))
        load[least] += weight[each]
        taker[each] = least - generation.threads
    shares = []
    for number, job in enumerate(jobs):
        own = np.flatnonzero(taker[of_piece] == number).tolist()
        if own:
            chosen = taker[district] == number
            ends = chosen[ground.edge_from[generation.master.end_edge]]
            shares.append(Share(job, own, zone_ground(ground, chosen), ends))
    return shares


def _taken(share: Share, arrays: Arrays, stakes: Stakes) -> dict[int, Answer]:
    """The answers of a share, in the generation's numbers; prices inside its pieces are written into the stakes."""
    stakes.lot[share.part.lots] = arrays["lot"]
    stakes.border[share.part.edges] = arrays["border"]
    answers = told_answers(arrays)
    return {
        number: answer._replace(fillings=[share.part.placements[each].astype(np.int32) for each in answer.fillings])
        for number, answer in zip(share.pieces, answers, strict=True)
    }
