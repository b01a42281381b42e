"""The solver process: one run, from a line on standard input to an outcome on standard output.

The line's `task` is "solve", or "keep" for a run that was given up: then the plan to begin from is all that comes out;
or "question" for what it would cost to grant somebody a site (see asked.py), "fairness" for how fair a plan is (see
seen.py), "promote" for what a plan is after promotion (see promoted.py), or "check" for what a certificate proves;
or "zone" for a zone job of somebody else's run, which answers each line and has no end of its own.
It dies with its parent: when standard input ends, the process ends.  A line "stop" asks it to end soon with what it
has.  Each line of standard output is one JSON object: `progress`, what zone_jobs.py says, and last `outcome`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from queue import SimpleQueue
from typing import IO, Any, NoReturn

from api.zone_jobs import OverPipe

ORPHANED = 3
EVERY_SECONDS = 0.25
"""Progress is told at most so often; a better plan that comes sooner waits for the next telling."""


GIVES_WAY = 5
"""Steps of priority below the service: readers of the same machine do not wait for a search or a check; one that is
alone loses nothing."""


WRITING = threading.Lock()
"""Held for each line: progress and questions to zone jobs come from different threads."""


def main() -> None:
    """Solve the run that the first line of standard input describes."""
    job = json.loads(sys.stdin.readline())
    memory_bytes = job["memory_mb"] * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    if job["task"] in ("solve", "zone", "check", "fairness", "promote"):
        os.nice(GIVES_WAY)
    stop, zones = threading.Event(), OverPipe(partial(_write, sys.stdout))
    messages: SimpleQueue[Mapping[str, Any]] = SimpleQueue()
    hear = messages.put if job["task"] == "zone" else zones.hear
    threading.Thread(target=_listen, args=(stop, hear), daemon=True).start()
    if job["task"] == "zone":
        _answer(messages)
    if job["task"] == "question":
        from api.asked import answered

        _write(sys.stdout, {"event": "outcome"} | answered(job))
        os._exit(0)
    if job["task"] == "fairness":
        from api.seen import seen

        _write(sys.stdout, {"event": "outcome"} | seen(job))
        os._exit(0)
    if job["task"] == "promote":
        from api.promoted import promoted

        _write(sys.stdout, {"event": "outcome"} | outcome_document(promoted(job)))
        os._exit(0)
    if job["task"] == "check":
        _write(sys.stdout, {"event": "outcome", "proof": _proof(job)})
        os._exit(0)
    from instances.reading import read_instance
    from optimizer.outcome import Limits
    from optimizer.plan import Plan

    teller = _Teller(sys.stdout)
    start = None if job["start"] is None else Plan({each: tuple(lots) for each, lots in job["start"].items()})
    instance, limits = read_instance(job["instance"]), Limits(**job["limits"])
    if job["task"] == "keep":
        # Without the solver's libraries: what brought the run down must not bring this down too.
        from api.kept import kept_outcome

        assert start is not None, "there is a plan to keep"
        outcome = kept_outcome(instance, limits, start, job["claimed_bound"])
    else:
        from optimizer.solve import solve

        outcome = solve(instance, limits, listen=teller.listen, stop=stop, start=start, zone_jobs=zones)
    teller.close()
    _write(sys.stdout, {"event": "outcome"} | outcome_document(outcome))
    # The search's threads may still be at work on a step that nobody waits for.
    os._exit(0)


def outcome_document(outcome: Any) -> dict[str, Any]:
    """What the store keeps of an outcome, as plain values: plan.json and certificate.json as text, and the reasons."""
    from optimizer.canonical_json import canonical_json
    from optimizer.export.document import plan_json
    from optimizer.outcome import gap_millionths

    told = {} if outcome.conflict is None else {"conflict": dict(outcome.conflict)}
    if outcome.plan is None:
        return {"kind": outcome.kind} | told
    proof = outcome.proof
    reasons = {each: [reason.code, dict(reason.values)] for each, reason in outcome.reasons.items()}
    return told | {
        "kind": outcome.kind,
        "document": plan_json(outcome).decode(),
        "reasons": json.dumps(reasons, ensure_ascii=False, separators=(",", ":")),
        "certificate": None if outcome.certificate is None else canonical_json(outcome.certificate).decode(),
        "certificate_sha256": None if proof is None else proof.certificate_sha256,
        "value_millipoints": outcome.value_millipoints,
        "bound_millipoints": None if proof is None else proof.bound_millipoints,
        "gap_millionths": None if proof is None else gap_millionths(outcome.value_millipoints, proof),
    }


def _proof(job: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the job's certificate proves of its plan, or None when it does not hold."""
    from instances.reading import read_instance
    from optimizer.certificate import CertificateError
    from optimizer.certificates import any_certificate_from
    from optimizer.check import check
    from optimizer.plan import Plan

    plan = Plan({each: tuple(lots) for each, lots in job["start"].items()})
    try:
        return asdict(check(read_instance(job["instance"]), plan, any_certificate_from(job["certificate"])))
    except CertificateError:
        return None


def _answer(messages: SimpleQueue[Mapping[str, Any]]) -> NoReturn:
    """Be a zone job: answer each message with one."""
    from optimizer.search.zone_solver import ZoneSolver

    solver = ZoneSolver()
    while True:
        body = solver.answer(b64decode(messages.get()["body"]))
        _write(sys.stdout, {"event": "answer", "body": b64encode(body).decode()})


class _Teller:
    """Tells progress, not too often, and never an older state after a newer one."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream
        self.told_at = 0.0
        self.waiting: dict[str, Any] | None = None
        self.lock = threading.Lock()
        threading.Thread(target=self._tell_what_waits, daemon=True).start()

    def listen(self, progress: Any) -> None:
        """Called by the search with each better plan or bound."""
        news = {
            "elapsed_ms": progress.elapsed_ms,
            "step": progress.step,
            "value_millipoints": progress.value_millipoints,
            "bound_millipoints": progress.bound_millipoints,
        }
        if progress.stage is not None:
            news["stage"] = asdict(progress.stage)
        with self.lock:
            if progress.plan is not None:
                news["plan"] = {each: list(lots) for each, lots in progress.plan.assignments.items()}
            elif self.waiting is not None and "plan" in self.waiting:
                news["plan"] = self.waiting["plan"]
            self.waiting = news
            self._tell()

    def close(self) -> None:
        """Nothing waits any more; the outcome says it all."""
        with self.lock:
            self.waiting = None

    def _tell(self, now: float | None = None) -> None:
        moment = time.monotonic() if now is None else now
        if self.waiting is not None and moment - self.told_at >= EVERY_SECONDS:
            _write(self.stream, {"event": "progress"} | self.waiting)
            self.waiting, self.told_at = None, moment

    def _tell_what_waits(self) -> None:
        while True:
            time.sleep(EVERY_SECONDS)
            with self.lock:
                self._tell()


def _listen(stop: threading.Event, hear: Callable[[Mapping[str, Any]], None]) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.set()
        else:
            hear(json.loads(line))
    os._exit(ORPHANED)


def _write(stream: IO[str], message: Mapping[str, Any]) -> None:
    line = json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n"
    with WRITING:
        stream.write(line)
        stream.flush()


if __name__ == "__main__":
    main()
