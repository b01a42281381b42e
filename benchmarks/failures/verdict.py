"""What was broken and what came of it, as a row of the table; and the judge who counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

from api.store import audit
from api.store.engine import open_engine
from api.store.tables import instances, plans, run_events, runs

HEAD = "| what broke | how often | runs | taken over | audit entries | verdict |\n|---|---|---|---|---|---|"
GIVEN_UP = "requests given up"


@dataclass
class Verdict:
    """What was done and what came of it; `wrong` is empty when all is well."""

    name: str
    done: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    takeovers: int = 0
    entries: int = 0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """A row of the table."""
        hits = ", ".join(f"{count} {what}" for what, count in sorted(self.done.items()))
        said = "; ".join(self.wrong) or "nothing lost, nothing twice, chain whole"
        return f"| {self.name} | {hits} | {self.runs} | {self.takeovers} | {self.entries} | {said} |"


def judge_runs(url: str, promised: list[str], verdict: Verdict) -> None:
    """Every promised run has ended once with one plan, its events have no gap, no request took effect twice."""
    with reading(url) as connection:
        found = {row.id: row for row in connection.execute(sa.select(runs))}
        made = Counter(connection.execute(sa.select(plans.c.run_id)).scalars())
        told: dict[str, list[int]] = {}
        for row in connection.execute(sa.select(run_events).order_by(run_events.c.run_id, run_events.c.number)):
            told.setdefault(row.run_id, []).append(row.number)
        judge_chain(connection, verdict)
    verdict.runs = len(promised)
    verdict.takeovers = sum(max(0, row.attempts - 1) for row in found.values())
    for what, wrong in (
        ("lost", [each for each in promised if each not in found]),
        ("not done", [each for each in promised if each in found and found[each].state != "done"]),
        ("without just one plan", [each for each in promised if made[each] != 1]),
        ("with two plans", [each for each, count in made.items() if count > 1]),
        ("with gaps", [each for each, numbers in told.items() if numbers != list(range(1, len(numbers) + 1))]),
    ):
        if wrong:
            verdict.wrong.append(f"{len(wrong)} runs {what}")
    # A request that the client gave up may have taken effect; no other run may be there unpromised.
    unpromised = len(found) - len(set(promised)) - verdict.done[GIVEN_UP]
    if len(set(promised)) != len(promised) or unpromised > 0:
        verdict.wrong.append("a request took effect twice")


def judge_instances(url: str, kept: set[str], verdict: Verdict) -> None:
    """Everything that was answered with success is there, and the chain is whole."""
    with reading(url) as connection:
        there = set(connection.execute(sa.select(instances.c.id)).scalars())
        judge_chain(connection, verdict)
    if kept - there:
        verdict.wrong.append(f"{len(kept - there)} instances lost")


def judge_chain(connection: sa.Connection, verdict: Verdict) -> None:
    """Recompute every hash of the audit log."""
    verdict.entries, _, broken = audit.verify(connection)
    if broken is not None:
        verdict.wrong.append(f"the audit chain breaks at {broken.number}")


@contextmanager
def reading(url: str) -> Iterator[sa.Connection]:
    """A connection to the store."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
