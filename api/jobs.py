"""The job engine: durable queues of runs and of their zone jobs, and the worker that serves them.  Nothing else knows
which engine it is.

The engine keeps its own tables in the same database, so that a run and its place in the queue are stored together or
not at all.  It does not notice by itself that a worker died: each worker says every second that it lives, and takes
over what belonged to those that fell silent.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Collection, Mapping
from typing import Any, Literal

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig
from dbos import DBOSPortableJSONSerializer as Serializer
from dbos._migration import get_dbos_migrations, sqlite_migrations
from dbos._schemas.system_database import SystemSchema
from dbos._sys_db import SystemDatabase
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from api.forsaken import take_care
from api.logs import log
from api.service import Service
from api.silence import Silence
from api.store import run_events, runs, workers, zone_jobs
from api.store.engine import is_sqlite, noticing, open_engine
from api.worker import Worker
from api.zone_worker import ZoneWorker

QUEUE, WORKFLOW, VERSION = "solve", "solve_run", "lotwise-1"
ZONES, SERVE = "zones", "serve_zone"
"""The queue of zone jobs, and what is done with one."""
SCHEMA, MIGRATIONS = "dbos", "dbos_migrations"
"""Where the engine keeps its tables on PostgreSQL, and which of them says their version."""
POLL_SECONDS = 0.5
FORGET_AFTER_SECONDS = 24 * 3600
RECOVERIES = 1000
"""The engine's own cap is out of the way: the run itself counts its attempts."""
AT_WORK = frozenset({"ENQUEUED", "DELAYED", "PENDING"})
"""What the engine says of a job that waits or is under way."""


def migrate_jobs(url: str) -> None:
    """Bring the engine's tables up to its version."""
    # Opening the file in write-ahead mode first keeps the engine from choosing the slow one.
    engine = open_engine(url)
    with engine.connect():
        pass
    engine.dispose()
    DBOS.migrate(engine_url(url))


class Queue:
    """Puts runs into the queue."""

    def __init__(self, url: str) -> None:
        self._client = DBOSClient(
            system_database_url=engine_url(url), serializer=Serializer(), retry_connection_errors=False
        )

    def enqueue(self, connection: Connection, run_id: str) -> None:
        """Put a run in the queue, in the transaction that stores it or says that it waits again; twice is once.

        The first run of each principal comes before anybody's second, and so on: many runs of one delay nobody else.
        """
        options: Any = {
            "queue_name": QUEUE,
            "workflow_name": WORKFLOW,
            "workflow_id": _job_of(connection, run_id),
            "app_version": VERSION,
            "priority": max(1, runs.turn_of(connection, run_id)),
        }
        self._client.enqueue_in_transaction(connection, options, run_id)

    def enqueue_zone(self, connection: Connection, zone_id: str, turn: int) -> None:
        """Put a zone job in its queue, in the transaction that stores it.

        The first of each run comes before anybody's second, and so on.
        """
        options: Any = {
            "queue_name": ZONES,
            "workflow_name": SERVE,
            "workflow_id": zone_id,
            "app_version": VERSION,
            "priority": turn,
        }
        self._client.enqueue_in_transaction(connection, options, zone_id)

    def withdraw(self, zone_ids: Collection[str]) -> None:
        """Nobody needs to begin these zone jobs any more."""
        if zone_ids:
            self._client.cancel_workflows(list(zone_ids))

    def tables(self, connection: Connection) -> Literal["current", "missing", "differ"]:
        """Whether the engine's tables are there, and of the version that it works with."""
        schema = None if is_sqlite(connection) else SCHEMA
        wanted = {table.name for table in SystemSchema.metadata_obj.tables.values()} | {MIGRATIONS}
        if not wanted <= set(sa.inspect(connection).get_table_names(schema)):
            return "missing"
        found = sa.select(sa.column("version", sa.BigInteger)).select_from(sa.table(MIGRATIONS, schema=schema))
        newest = len(sqlite_migrations if schema is None else get_dbos_migrations(schema, use_listen_notify=True))
        return "current" if connection.execute(found).scalars().all() == [newest] else "differ"

    def forsaken(self, connection: Connection, run_ids: Collection[str]) -> Mapping[str, str]:
        """Those of the runs whose job neither waits nor is under way, and what the engine says of it, or "gone"."""
        jobs = {run_id: _job_of(connection, run_id) for run_id in run_ids}
        if not jobs:
            return {}
        listed = self._client.list_workflows(workflow_ids=list(jobs.values()), load_input=False, load_output=False)
        said = {each.workflow_id: each.status for each in listed}
        found = {run_id: said.get(job, "gone") for run_id, job in jobs.items()}
        return {run_id: status.lower() for run_id, status in found.items() if status not in AT_WORK}

    def pending_of(self, gone_from: set[str]) -> set[str]:
        """The executors, other than these, that have work under way."""
        found = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {each.executor_id for each in found if each.executor_id} - gone_from

    def close(self) -> None:
        """Let go of the connections."""
        self._client.destroy()


class WorkerProcess:
    """The worker of this process: serves the queues from `start` until `stop`.  One per process."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.worker_id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._stopping = threading.Event()
        self._heart = threading.Thread(target=self._beat_and_sweep, name="heartbeat", daemon=True)
        self._queue = Queue(service.settings.store)
        settings = service.settings
        self._silence = Silence(-(-settings.dead_after_seconds // settings.heartbeat_seconds))

    def start(self) -> None:
        """Begin to take runs, and zone jobs of runs if there is room for any."""
        _quieten()
        settings = self.service.settings
        config: DBOSConfig = {
            "name": "lotwise",
            "system_database_url": engine_url(settings.store),
            "executor_id": self.worker_id,
            "application_version": VERSION,
            "serializer": Serializer(),
            "enable_otlp": False,
            "log_level": "CRITICAL",
        }
        DBOS(config=config)
        rooms = {QUEUE: settings.worker_runs} | ({ZONES: settings.worker_zones} if settings.worker_zones else {})
        _keep_own_room(rooms)
        DBOS.listen_queues(list(rooms))
        worker, zone_worker = Worker(self.service, self.worker_id), ZoneWorker(self.service, self.worker_id)

        @DBOS.step(name="solve", preemptible=True)
        async def solve(run_id: str) -> None:
            await worker.solve(run_id)

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=RECOVERIES)
        async def solve_run(run_id: str) -> None:
            await solve(run_id)

        @DBOS.workflow(name=SERVE, max_recovery_attempts=RECOVERIES)
        async def serve_zone(zone_id: str) -> None:
            await zone_worker.serve(zone_id)

        self._beat()
        DBOS.launch()
        for queue, room in rooms.items():
            DBOS.register_queue(queue, worker_concurrency=room, polling_interval_sec=POLL_SECONDS)
        self._heart.start()

    def stop(self) -> None:
        """Take no more runs; those under way are taken over by others, or by the next start."""
        self._stopping.set()
        if self._heart.is_alive():
            self._heart.join(5)
        try:
            with self.service.writing() as connection:
                workers.leave(connection, self.worker_id)
        except SQLAlchemyError:
            log.warning("left_without_word", worker=self.worker_id)
        DBOS.destroy(workflow_completion_timeout_sec=0)
        self._queue.close()

    def _beat(self) -> None:
        with self.service.writing() as connection:
            workers.beat(connection, self.worker_id, socket.gethostname())

    def _beat_and_sweep(self) -> None:
        """Beat, listen to the others, take over from those that fell silent or left, and care for forsaken runs."""
        while not self._stopping.wait(self.service.settings.heartbeat_seconds):
            try:
                self._beat()
                self._sweep()
            except SQLAlchemyError as error:
                self._silence.begin_again()
                log.warning("no_heartbeat", error=type(error).__name__)
                continue
            try:
                take_care(self.service)
            except Exception as error:
                # A heart that stopped here would have this worker taken for dead while it works on.
                log.warning("no_care", error=type(error).__name__)

    def _sweep(self) -> None:
        with self.service.reading() as connection:
            concerned = zone_jobs.parties(connection)
            self._silence.listen(workers.seen(connection))
        if not self._silence.is_long_enough:
            return
        alive = {*self._silence.speaking, self.worker_id}
        if concerned - alive:
            with self.service.writing() as connection:
                zone_jobs.bury(connection, concerned - alive)
        if self._silence.silent:
            with self.service.writing() as connection:
                workers.forget(connection, self._silence.silent, FORGET_AFTER_SECONDS)
        dead = self._queue.pending_of(alive)
        if dead:
            log.warning("takeover", dead=sorted(dead))
            DBOS._recover_pending_workflows(sorted(dead))


def _keep_own_room(rooms: Mapping[str, int]) -> None:
    """Let this worker take as much of each queue as it has room for.

    The engine keeps one number for all workers in the store, that of whoever started last; machines differ.
    """
    find = SystemDatabase.get_queue

    def own(self: SystemDatabase, name: str, **named: Any) -> Any:
        queue = find(self, name, **named)
        if queue is not None and name in rooms:
            queue._worker_concurrency = rooms[name]
        return queue

    SystemDatabase.get_queue = own  # type: ignore[method-assign]


def _job_of(connection: Connection, run_id: str) -> str:
    """The engine's id of the job that the run hangs on: its own, with a number from the second time in the queue on."""
    times = run_events.count(connection, run_id, "queued")
    return run_id if times == 1 else f"{run_id}-{times}"


def engine_url(url: str) -> str:
    """The store's URL as the engine wants it."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return url
    return noticing(parsed).render_as_string(hide_password=False)


def open_service(settings: Any) -> Service:
    """The service on its store with its queue; the store must be migrated."""
    engine: Engine = open_engine(settings.store)
    return Service(settings, engine, Queue(settings.store))


def _quieten() -> None:
    """The engine logs a cancelled or lost run as an error of its own; ours says it already."""
    logging.getLogger("dbos").setLevel(logging.CRITICAL)
