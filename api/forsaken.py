"""Forsaken runs: open in the store, while the job engine has ended or lost the job that was to work on them.

Nothing in the course of work makes one.  A fault of the engine, a hand in its tables or a document that cannot be read
may, and without this such a run would wait for ever.
"""

from __future__ import annotations

from api.logs import log
from api.service import Service
from api.store import run_events, runs


def take_care(service: Service) -> None:
    """Queue every forsaken run again; end one as failed that was queued again as often as a run is attempted.

    Each time it is done once, however many workers look at the same moment: the run is locked, and then the engine is
    asked anew.  A job ends after its run, so a run that is still open then has lost its job for good.
    """
    with service.reading() as connection:
        found = service.queue.forsaken(connection, runs.open_ids(connection))
    for run_id in found:
        _take_care(service, run_id)


def _take_care(service: Service, run_id: str) -> None:
    with service.writing() as connection:
        found = runs.known(connection, run_id, for_change=True)
        job = service.queue.forsaken(connection, [run_id]).get(run_id)
        if found.has_ended or job is None:
            return
        times = run_events.count(connection, run_id, "queued")
        if times > service.settings.attempts_most:
            runs.forsake(connection, found, {"times": times, "job": job})
        else:
            runs.queue_again(connection, found, {"again": times, "job": job})
            service.queue.enqueue(connection, run_id)
    log.error("forsaken", run_id=run_id, job=job, times=times)
