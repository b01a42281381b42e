"""lotwise serve and lotwise worker: the service of one machine, and more workers on others."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Code, Debug, InLanguage, Refused, people
from api.cli.phrases import say

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.jobs import WorkerProcess
    from api.service import Service
    from api.settings import Settings

Store = Annotated[
    str | None,
    typer.Option(metavar="URL", help="sqlite:///FILE or postgresql://… Default: LOTWISE_STORE, or a file here."),
]


def serve(
    store: Store = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=1, max=65535)] = None,
    workers: Annotated[int, typer.Option(min=0, max=1, help="Workers in this process: 1, or 0 for the API alone.")] = 1,
    bundled: Annotated[bool, typer.Option(help="Begin with the bundled zone as an open round, once.")] = False,
    language: InLanguage = "en",
    debug: Debug = False,
) -> None:
    """Serve the API and work on its runs.  Settings come from LOTWISE_… variables; see docs/service.md."""
    import uvicorn

    from api.app import create_app
    from api.collecting import settle
    from api.first_start import first_start
    from api.jobs import WorkerProcess
    from api.patience import Patience

    settings = _settings(store=store, host=host, port=port)
    console = people(False)
    address = f"http://{settings.host}:{settings.port}"
    with _store_of(settings):
        service = _open(settings)
        token = first_start(service, bundled)
    if token is not None:
        console.print(say("first_start", language, address=address, token=token), markup=False, soft_wrap=True)
    worker = WorkerProcess(service) if workers else None
    if worker is not None:
        with _store_of(settings):
            worker.start()
    console.print(say("serving", language, address=address, store=_shown(settings.store)), markup=False, soft_wrap=True)
    config = uvicorn.Config(
        create_app(service),
        settings.host,
        settings.port,
        log_config=None,
        access_log=False,
        http=Patience,
        ws="none",
        limit_concurrency=settings.connections_most,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        # The server raises the signal again when it has ended; then it must not end what is left to do.
        signal.signal(number, lambda *_: None)
    settle()
    try:
        uvicorn.Server(config).run()
    finally:
        _leave(service, worker)


def worker(
    store: Store = None,
    language: InLanguage = "en",
    debug: Debug = False,
) -> None:
    """Work on the runs of a store that others serve; start as many as there are machines."""
    from api.jobs import WorkerProcess

    settings = _settings(store=store)
    with _store_of(settings):
        service = _open(settings)
        at_work = WorkerProcess(service)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with _store_of(settings):
        at_work.start()
    console = people(False)
    console.print(say("working", language, worker=at_work.worker_id, store=_shown(settings.store)), markup=False)
    stopping.wait()
    _leave(service, at_work)


def settings_of(store: str | None) -> Settings:
    """The settings of the environment, with the store that an option names."""
    return _settings(store=store)


def store_url(store: str | None) -> str:
    """The URL of the store that an option or LOTWISE_STORE names; nothing is opened yet."""
    return _settings(store=store).store


def open_store(store: str | None) -> Engine:
    """The migrated store that an option or LOTWISE_STORE names."""
    from api.store.engine import open_engine

    settings = _settings(store=store)
    with _store_of(settings):
        _migrated(settings)
    return open_engine(settings.store)


def _settings(**given: object) -> Settings:
    from api.settings import SettingsError, settings_from

    try:
        return settings_from(os.environ, **given)
    except SettingsError as error:
        raise Refused(Code.USAGE, "wrong_settings", found=str(error)) from None


def _open(settings: Settings) -> Service:
    """The service on its migrated store."""
    from api import logs
    from api.jobs import migrate_jobs, open_service

    logs.set_up()
    _migrated(settings)
    migrate_jobs(settings.store)
    return open_service(settings)


@contextmanager
def _store_of(settings: Settings) -> Iterator[None]:
    """Say in words that the store is away or takes no changes, whatever was being done with it."""
    from api.store.engine import AWAY

    try:
        yield
    except AWAY as error:
        found = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise Refused(Code.UNEXPECTED, "store_closed", store=_shown(settings.store), found=found) from None


def _migrated(settings: Settings) -> None:
    from api.store.migrate import StoreTooNew, migrate

    try:
        migrate(settings.store)
    except StoreTooNew as error:
        raise Refused(Code.UNEXPECTED, "store_too_new", found=str(error)) from None


def _leave(service: Service, at_work: WorkerProcess | None) -> None:
    """Stop for good.  A run under way stays in the store, to be taken over or finished at the next start."""
    if at_work is not None:
        at_work.stop()
    service.engine.dispose()
    # Threads of the job engine may still wait for the solver; nothing of theirs is lost.
    os._exit(0)


def _shown(url: str) -> str:
    """The URL without its password."""
    from sqlalchemy import make_url

    return make_url(url).render_as_string(hide_password=True)
