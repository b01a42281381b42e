"""The service's own parts in one value: settings, store, jobs, and what is kept in memory for speed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypeVar

from sqlalchemy import Connection, Engine

from api.settings import Settings
from api.shared_answers import SharedAnswers, SharedWork
from instances.instance import Instance
from optimizer.outcome import Proof

if TYPE_CHECKING:
    from api.recorded import Recorded

Value = TypeVar("Value")


class Queue(Protocol):
    """What the routes need of the jobs."""

    def enqueue(self, connection: Connection, run_id: str) -> None:
        """Put a run in the queue, in the transaction that stores it."""

    def enqueue_zone(self, connection: Connection, zone_id: str, turn: int) -> None:
        """Put a zone job of a run in the queue of zone jobs, in the transaction that stores it."""

    def withdraw(self, zone_ids: Collection[str]) -> None:
        """Nobody needs to begin these zone jobs any more."""

    def tables(self, connection: Connection) -> Literal["current", "missing", "differ"]:
        """Whether the tables that the queue itself needs are there, and of the version that it works with."""

    def forsaken(self, connection: Connection, run_ids: Collection[str]) -> Mapping[str, str]:
        """Those of the runs that neither wait in the queue nor are worked on, and what became of their place in it."""


class Recent(Generic[Value]):
    """The values used last, at most so many; only of what never changes once it is stored."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Value | None:
        """The value, if it is still here."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: str, value: Value) -> Value:
        """Keep the value, and let go of the one that was not used for longest."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self.most:
                self._values.popitem(last=False)
        return value


@dataclass
class Service:
    """What a request may use."""

    settings: Settings
    engine: Engine
    queue: Queue
    instances: Recent[Instance] = field(default_factory=lambda: Recent(4))
    recorded: Recent[Recorded] = field(default_factory=lambda: Recent(4))
    pages: Recent[bytes] = field(default_factory=lambda: Recent(64))
    questions: int = 0
    processes: SharedWork[bytes] = field(default_factory=lambda: SharedWork())
    pages_asked: SharedAnswers[bytes] = field(default_factory=lambda: SharedAnswers())
    proofs: Recent[Proof] = field(default_factory=lambda: Recent(256))
    checks: SharedAnswers[Proof | None] = field(default_factory=lambda: SharedAnswers())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store and changes nothing."""
        with self.engine.connect().execution_options(reading=True) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose changes are stored together in the end, or not at all."""
        with self.engine.begin() as connection:
            yield connection
