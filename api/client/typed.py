"""Typed answers over a connection: what every part of the client is made of."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import BaseModel

from api.client.connection import Connection

Model = TypeVar("Model", bound=BaseModel)


class Typed:
    """Asks over a connection and reads the answers into models."""

    _connection: Connection

    def _pages(self, model: type[Model], path: str, parameter: str = "cursor") -> Iterator[Model]:
        cursor: str | None = None
        while True:
            page = json.loads(self._connection.ask("GET", path + (f"?{parameter}={cursor}" if cursor else "")).content)
            yield from (model.model_validate(each) for each in page["items"])
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _read(self, model: type[Model], path: str) -> Model:
        return model.model_validate_json(self._connection.ask("GET", path).content)

    def _sent(
        self,
        model: type[Model],
        method: str,
        path: str,
        content: bytes = b"",
        media: str = "application/json",
        key: str | None = None,
        etag: str | None = None,
        wait_seconds: int = 0,
    ) -> Model:
        headers = {"Content-Type": media, "Idempotency-Key": key or uuid.uuid4().hex}
        if etag is not None:
            headers["If-Match"] = etag
        if wait_seconds:
            headers["Prefer"] = f"wait={wait_seconds}"
        return model.model_validate_json(self._connection.ask(method, path, content, headers).content)


def given(limits: Mapping[str, int | None]) -> dict[str, int]:
    """The limits that are not None."""
    return {name: value for name, value in limits.items() if value is not None}


def json_bytes(value: object) -> bytes:
    """A value as a JSON body."""
    return json.dumps(value, ensure_ascii=False).encode()
