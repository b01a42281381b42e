"""Rounds as stored: a state, a version that rises with every change, and who is on the roster."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.ids import new_id
from api.store.pages import Place, newest_first
from api.store.tables import batches, roster, rounds
from instances.applicant import Applicant
from instances.instance import Instance
from instances.tables import applicants_items, read_applicants


@dataclass(frozen=True, slots=True)
class Round:
    """One sitting of the committee."""

    id: str
    name: str
    state: str
    version: int
    instance_id: str
    applicants_kept: str
    parent_id: str | None
    frozen_instance_id: str | None
    roster_sha256: str | None
    plan_id: str | None
    created_at: datetime
    changed_at: datetime
    proposed_plan_id: str | None = None
    proposed_by: str | None = None


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A batch of a round: what it held, and who sent it."""

    id: str
    round_id: str
    number: int
    source: str
    count: int
    sha256: str
    warnings: Sequence[dict[str, Any]]
    created_by: str
    created_at: datetime


ROUND = [rounds.c[name] for name in Round.__dataclass_fields__]
BATCH = [batches.c[name] for name in StoredBatch.__dataclass_fields__]


def add(
    connection: Connection, name: str, instance_id: str, applicants_kept: str, by: str, parent_id: str | None = None
) -> Round:
    """A new round, as a draft.  Raises IntegrityError when the parent already has a next round."""
    now = datetime.now(UTC)
    made = Round(
        new_id("rd"), name, "draft", 1, instance_id, applicants_kept, parent_id, None, None, None, now, now
    )  # fmt: skip
    values = {field: getattr(made, field) for field in Round.__dataclass_fields__}
    connection.execute(rounds.insert().values(**values, created_by=by))
    return made


def find(connection: Connection, round_id: str, for_change: bool = False) -> Round | None:
    """The round; for_change: nobody else changes it until this transaction ends."""
    wanted = sa.select(*ROUND).where(rounds.c.id == round_id)
    row = connection.execute(wanted.with_for_update() if for_change else wanted).one_or_none()
    return None if row is None else Round(**row._asdict())


def following(connection: Connection, round_id: str) -> str | None:
    """The id of the round after this one."""
    found: str | None = connection.execute(
        sa.select(rounds.c.id).where(rounds.c.parent_id == round_id)
    ).scalar_one_or_none()
    return found


def page(connection: Connection, after: Place | None, count: int) -> list[Round]:
    """The newest first, beginning behind `after`."""
    wanted = newest_first(sa.select(*ROUND), rounds, after, count)
    return [Round(**row._asdict()) for row in connection.execute(wanted)]


def change(connection: Connection, found: Round, **values: Any) -> Round | None:
    """The round with these values and the next version; None when somebody changed it since it was read."""
    values |= {"version": found.version + 1, "changed_at": datetime.now(UTC)}
    same = (rounds.c.id == found.id) & (rounds.c.version == found.version)
    if connection.execute(rounds.update().where(same).values(**values)).rowcount != 1:
        return None
    return find(connection, found.id)


def add_batch(
    connection: Connection,
    round_id: str,
    source: str,
    applicants: Sequence[Applicant],
    sha256: str,
    warnings: Sequence[dict[str, Any]],
    by: str,
) -> StoredBatch:
    """Store a batch and put its applicants on the roster.  Raises IntegrityError for one who is on it already."""
    last = connection.execute(
        sa.select(sa.func.coalesce(sa.func.max(batches.c.number), 0)).where(batches.c.round_id == round_id)
    ).scalar_one()
    made = StoredBatch(
        new_id("ba"), round_id, last + 1, source, len(applicants), sha256, list(warnings), by, datetime.now(UTC)
    )
    values = {field: getattr(made, field) for field in StoredBatch.__dataclass_fields__}
    content = json.dumps(applicants_items(applicants), ensure_ascii=False, separators=(",", ":")).encode()
    connection.execute(batches.insert().values(**values, applicants=content))
    rows = [
        {"round_id": round_id, "applicant_id": each.applicant_id, "batch_id": made.id} for each in applicants
    ]  # fmt: skip
    connection.execute(roster.insert(), rows)
    return made


def batches_of(connection: Connection, round_id: str, after: int, count: int) -> list[StoredBatch]:
    """The batches of a round numbered over `after`, in the order in which they came."""
    wanted = sa.select(*BATCH).where(batches.c.round_id == round_id, batches.c.number > after)
    return [StoredBatch(**row._asdict()) for row in connection.execute(wanted.order_by(batches.c.number).limit(count))]


def find_batch(connection: Connection, round_id: str, batch_id: str) -> StoredBatch | None:
    """The batch of a round under this id."""
    wanted = sa.select(*BATCH).where(batches.c.round_id == round_id, batches.c.id == batch_id)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else StoredBatch(**row._asdict())


def withdraw_batch(connection: Connection, round_id: str, batch_id: str) -> StoredBatch | None:
    """Take a batch and its applicants out again; gives back what it was."""
    found = find_batch(connection, round_id, batch_id)
    if found is None:
        return None
    connection.execute(roster.delete().where(roster.c.batch_id == batch_id))
    connection.execute(batches.delete().where(batches.c.id == batch_id))
    return found


def applicants_of(connection: Connection, round_id: str) -> list[Applicant]:
    """The applicants of all batches."""
    wanted = sa.select(batches.c.applicants).where(batches.c.round_id == round_id).order_by(batches.c.number)
    contents = connection.execute(wanted).scalars().all()
    return [each for content in contents for each in read_applicants(json.loads(content)).applicants]


def ids_in_batches(connection: Connection, round_id: str) -> set[str]:
    """The ids of the applicants of all batches."""
    return set(connection.execute(sa.select(roster.c.applicant_id).where(roster.c.round_id == round_id)).scalars())


def kept(instance: Instance, applicants_kept: str) -> Iterable[Applicant]:
    """The applicants of the round's own instance that are on its roster from the start."""
    if applicants_kept == "none":
        return ()
    return (each for each in instance.applicants if applicants_kept == "all" or each.is_pinned)


def count_applicants(connection: Connection, found: Round, instance: Instance) -> int:
    """How many are on the roster."""
    counted = sa.select(sa.func.count()).select_from(roster).where(roster.c.round_id == found.id)
    return int(connection.execute(counted).scalar_one()) + sum(1 for _ in kept(instance, found.applicants_kept))
