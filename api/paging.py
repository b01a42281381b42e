"""Pages of a list: a cursor means "behind this one", so that nothing is skipped or shown twice as the list grows."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from api.problems import Problem
from api.store.pages import Place

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=200, description="Most items on a page.")]
Cursor = Annotated[
    str | None, Query(max_length=400, description="`next_cursor` of the page before; the first page has none.")
]


class Page(BaseModel, Generic[Item]):
    """One page of a list, newest first; next_cursor is null on the last page."""

    items: list[Item]
    next_cursor: str | None = None


def place_after(cursor: str | None) -> Place | None:
    """Time and id of the last item of the page before.  Raises Problem bad_request for a cursor that is not ours."""
    if cursor is None:
        return None
    try:
        at, last = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=="))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not isinstance(last, str) or "\0" in last:
            raise ValueError(at)
        return moment, last
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Problem("bad_request", where="cursor", found=cursor[:80]) from None


def paged(items: Sequence[Item], limit: int, place: Sequence[Place]) -> Page[Item]:
    """The page of up to `limit` items, out of one more than that when there are more; place: time and id of each."""
    if len(items) <= limit:
        return Page(items=list(items))
    at, last = place[limit - 1]
    text = json.dumps([at.isoformat(), last]).encode()
    return Page(items=list(items[:limit]), next_cursor=base64.urlsafe_b64encode(text).decode().rstrip("="))
