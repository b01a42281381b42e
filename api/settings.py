"""Settings of the service, from environment variables that begin with LOTWISE_."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

PREFIX = "LOTWISE_"
LEAST = {"worker_zones": 0}
"""The least of whole numbers that need not be from 1."""


class SettingsError(ValueError):
    """Some settings are wrong; the message names each variable, what it holds and what it may hold."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service runs.  Each field is set by the variable of its name in capitals after LOTWISE_.

    store: URL of the store, a SQLite file or a PostgreSQL database.  run_seconds_most, run_work_most: what a run may
    ask for.  run_grace_seconds: how long after its time a solver process is killed.  run_memory_mb: address space of
    a solver process.  active_runs_most: runs queued or running per principal.  body_mb: largest request.
    worker_runs, worker_zones: how many runs, and how many zone jobs of runs, a worker works on at once.
    zone_jobs_most: how many zone jobs a run gets.
    connections_most: connections at once; who comes then is told to come again.
    public_address: where readers reach the service, as https://lots.example.org: it stands on printed minutes; empty:
    the address of each request.
    keep_…_days: how long lotwise retain keeps ended sign-ins, closed keys, trials (runs outside rounds, comparisons),
    rounds that were never frozen with zones that nothing uses, and the names of refused applicants in batches.
    heartbeat_seconds, dead_after_seconds: how often a worker says that it lives, and when it is taken for dead.
    """

    store: str = "sqlite:///lotwise.sqlite"
    host: str = "127.0.0.1"
    port: int = 8000
    run_seconds_most: int = 3600
    run_work_most: int = 7200
    run_grace_seconds: int = 60
    run_memory_mb: int = 12_000
    active_runs_most: int = 8
    worker_runs: int = 1
    worker_zones: int = 0
    zone_jobs_most: int = 8
    body_mb: int = 64
    connections_most: int = 1000
    wait_seconds_most: int = 60
    session_hours: int = 12
    heartbeat_seconds: int = 1
    dead_after_seconds: int = 6
    attempts_most: int = 4
    keep_sign_ins_days: int = 30
    keep_keys_days: int = 365
    keep_trials_days: int = 365
    keep_drafts_days: int = 730
    keep_refused_days: int = 365
    public_address: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""

    def __post_init__(self) -> None:
        wrong = []
        for field in fields(self):
            value = getattr(self, field.name)
            least = LEAST.get(field.name, 1)
            if type(value) is int and value < least:
                wrong.append(_says(field.name, value, f"a whole number from {least}"))
        if self.port > 65535:
            wrong.append(_says("port", self.port, "a port up to 65535"))
        if self.dead_after_seconds < 3 * self.heartbeat_seconds:
            wrong.append(_says("dead_after_seconds", self.dead_after_seconds, "at least three heartbeats"))
        if self.public_address and not self.public_address.startswith(("http://", "https://")):
            wrong.append(_says("public_address", self.public_address, "an address that begins with https://"))
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            wrong.append(_says("oidc_client_id", self.oidc_client_id, "an issuer and a client id together, or neither"))
        if wrong:
            raise SettingsError("\n".join(wrong))


def settings_from(environment: Mapping[str, str], **given: Any) -> Settings:
    """The settings of an environment; `given` comes first, but for what is None.  Raises SettingsError."""
    given = {name: value for name, value in given.items() if value is not None}
    known = {field.name: field for field in fields(Settings)}
    values: dict[str, Any] = {}
    wrong = []
    for variable, text in sorted(environment.items()):
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or name not in known or name in given:
            continue
        if known[name].type == "int":
            if not (text.isascii() and text.isdigit() and len(text) <= 9):
                wrong.append(_says(name, text, "a whole number"))
                continue
            values[name] = int(text)
        else:
            values[name] = text
    if wrong:
        raise SettingsError("\n".join(wrong))
    return Settings(**values | given)


def _says(name: str, found: object, wanted: str) -> str:
    return f"{PREFIX}{name.upper()} is {str(found)[:60]!r}; give {wanted}."
