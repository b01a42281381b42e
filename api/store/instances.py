"""Instances as stored: one document under the hash of its content, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.collecting import without_collecting
from api.sketch import sketch_of, sketch_text
from api.store import sketches
from api.store.pages import Place, newest_first
from api.store.tables import curve_points, instances, rounds, runs, variants
from instances.instance import Instance
from instances.reading_back import read_stored
from instances.writing import document_text


@dataclass(frozen=True, slots=True)
class Summary:
    """An instance in a list: its id, and how large it is.  warnings: documents of what was doubtful in its files."""

    id: str
    fingerprint: str
    name: str
    lots: int
    neighbours: int
    applicants: int
    zones: int
    neighbours_computed: bool
    warnings: Sequence[dict[str, Any]]
    created_at: datetime


SUMMARY = [instances.c[name] for name in Summary.__dataclass_fields__]


def summary_of(
    instance: Instance, text: str, neighbours_computed: bool = False, warnings: Sequence[dict[str, Any]] = ()
) -> Summary:
    """The summary of an instance whose document is `text`; its id is the SHA-256 of that."""
    return Summary(
        id=hashlib.sha256(text.encode()).hexdigest(),
        fingerprint=instance.fingerprint(),
        name=instance.name,
        lots=len(instance.lots),
        neighbours=len(instance.neighbours),
        applicants=len(instance.applicants),
        zones=len({lot.zone for lot in instance.lots}),
        neighbours_computed=neighbours_computed,
        warnings=list(warnings),
        created_at=datetime.now(UTC),
    )


def add(
    connection: Connection, summary: Summary, text: str, instance: Instance, created_by: str
) -> tuple[Summary, bool]:
    """Store an instance with its sketch; gives back the summary of what is stored and whether it is new.

    text: the document of `instance`.
    """
    known = find(connection, summary.id)
    if known is not None:
        return known, False
    values = {name: getattr(summary, name) for name in Summary.__dataclass_fields__}
    try:
        with connection.begin_nested():
            connection.execute(instances.insert().values(**values, document=text.encode(), created_by=created_by))
    except sa.exc.IntegrityError:
        # Another request stored the same content at the same moment.
        known = find(connection, summary.id)
        if known is None:
            raise
        return known, False
    sketches.put(connection, summary.id, sketch_text(sketch_of(instance, summary.id)))
    return summary, True


def add_instance(connection: Connection, instance: Instance, created_by: str) -> Summary:
    """Store an instance that is at hand as a value."""
    text = document_text(instance)
    return add(connection, summary_of(instance, text), text, instance, created_by)[0]


def find(connection: Connection, instance_id: str) -> Summary | None:
    """The summary under this id."""
    row = connection.execute(sa.select(*SUMMARY).where(instances.c.id == instance_id)).one_or_none()
    return None if row is None else Summary(**row._asdict())


def page(connection: Connection, after: Place | None, count: int) -> list[Summary]:
    """The newest first, beginning behind `after` (the time and id of the last one seen)."""
    wanted = newest_first(sa.select(*SUMMARY), instances, after, count)
    return [Summary(**row._asdict()) for row in connection.execute(wanted)]


def page_of_zones(connection: Connection, after: Place | None, count: int) -> list[Summary]:
    """As `page`, without the copies that freezing a round, trying out its roster, changes or a curve have made."""
    is_base = sa.exists().where(rounds.c.instance_id == instances.c.id)
    is_copy = sa.or_(
        sa.exists().where(rounds.c.frozen_instance_id == instances.c.id),
        sa.exists().where(runs.c.instance_id == instances.c.id, runs.c.round_id.is_not(None)),
        sa.exists().where(variants.c.instance_id == instances.c.id),
        sa.exists().where(runs.c.instance_id == instances.c.id, curve_points.c.run_id == runs.c.id),
    )
    wanted = newest_first(sa.select(*SUMMARY).where(sa.or_(is_base, sa.not_(is_copy))), instances, after, count)
    return [Summary(**row._asdict()) for row in connection.execute(wanted)]


def document(connection: Connection, instance_id: str) -> bytes | None:
    """The JSON document, as bytes."""
    wanted = sa.select(instances.c.document).where(instances.c.id == instance_id)
    found: bytes | None = connection.execute(wanted).scalar_one_or_none()
    return found


def load(connection: Connection, instance_id: str) -> Instance:
    """The instance as a value; its id is the hash of its text.  Raises KeyError when it is not stored."""
    text = document(connection, instance_id)
    if text is None:
        raise KeyError(instance_id)
    with without_collecting():
        return read_stored(text, instance_id)
