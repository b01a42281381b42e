"""Pages of a table: the newest first, each beginning behind the last row of the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Table

Place = tuple[datetime, str]
"""Time and id of a row; rows made in the same moment go by id."""


def newest_first(wanted: sa.Select[Any], table: Table, after: Place | None, count: int) -> sa.Select[Any]:
    """The query for at most so many rows of a table with `created_at` and `id`, beginning behind `after`."""
    made, name = table.c.created_at, table.c.id
    if after is not None:
        at = sa.bindparam(None, after[0], made.type)
        wanted = wanted.where((made < at) | ((made == at) & (name < after[1])))
    return wanted.order_by(made.desc(), name.desc()).limit(count)
