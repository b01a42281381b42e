"""Variants as stored: which instance came from which by what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from api.store.tables import variants


@dataclass(frozen=True, slots=True)
class StoredVariant:
    """An instance that came from another.  changes: as they were asked for, in order."""

    instance_id: str
    parent_id: str
    parent_fingerprint: str
    changes: Sequence[Mapping[str, Any]]
    created_at: datetime


VARIANT = [variants.c[name] for name in StoredVariant.__dataclass_fields__]


def add(
    connection: Connection,
    instance_id: str,
    parent_id: str,
    parent_fingerprint: str,
    changes: Sequence[Mapping[str, Any]],
    by: str,
) -> None:
    """Note where an instance came from; the first changes that led there are kept."""
    known = sa.select(variants.c.instance_id).where(
        variants.c.instance_id == instance_id, variants.c.parent_id == parent_id
    )
    if connection.execute(known).first() is not None:
        return
    values = {"instance_id": instance_id, "parent_id": parent_id, "parent_fingerprint": parent_fingerprint}
    try:
        with connection.begin_nested():
            connection.execute(
                variants.insert().values(**values, changes=list(changes), created_by=by, created_at=datetime.now(UTC))
            )
    except sa.exc.IntegrityError:
        # Another request asked the same at the same moment.
        if connection.execute(known).first() is None:
            raise


def of_parent(connection: Connection, parent_id: str) -> list[StoredVariant]:
    """The variants of an instance, the oldest first."""
    wanted = sa.select(*VARIANT).where(variants.c.parent_id == parent_id)
    rows = connection.execute(wanted.order_by(variants.c.created_at, variants.c.instance_id))
    return [StoredVariant(**row._asdict()) for row in rows]
