"""A connection to the service: requests that are sent again when that is safe, and refusals as exceptions."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

BUSY = frozenset({429, 502, 503, 504})
TRIES = 6
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.2, 10.0
TIMEOUT_SECONDS = 90.0


class Refusal(Exception):
    """The service refused.  code: stable; faults: what is wrong in the files that were sent, all of it."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        self.status, self.document = status, dict(document)
        self.code: str = str(document.get("code", ""))
        self.faults: list[dict[str, Any]] = list(document.get("faults") or ())
        super().__init__(f"{status} {self.code}: {document.get('detail', '')}")


class Unreachable(Exception):
    """The service did not answer, however often it was asked."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a run reported; `id` counts from 1."""

    id: int
    kind: str
    data: Mapping[str, Any]


class Connection:
    """Asks the service, again when that is safe."""

    def __init__(self, address: str, headers: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._http = httpx2.Client(
            base_url=address, headers=headers, timeout=TIMEOUT_SECONDS, transport=transport, follow_redirects=False
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def ask(
        self, method: str, path: str, content: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        """The answer, asked for again while the service is busy or away.  Raises Refusal, Unreachable."""
        for number in range(1, TRIES + 1):
            wait_seconds = 0.0
            try:
                answer = self._http.request(method, path, content=content, headers=headers)
            except httpx2.TransportError as error:
                if number == TRIES:
                    raise Unreachable(str(error)) from error
            else:
                if answer.status_code < 400:
                    return answer
                if answer.status_code not in BUSY or number == TRIES:
                    raise Refusal(answer.status_code, _problem(answer.content))
                wait_seconds = float(answer.headers.get("retry-after", 0))
            pause(number, wait_seconds)
        raise AssertionError("the last try returns or raises")

    def stream(self, path: str, after: int) -> Iterator[Event]:
        """The events behind number `after`, until the service ends the stream.

        Raises Refusal, and ConnectionError when the connection drops.
        """
        try:
            with self._http.stream("GET", path, headers={"Last-Event-ID": str(after)}) as answer:
                if answer.status_code >= 400:
                    raise Refusal(answer.status_code, _problem(answer.read()))
                fields: dict[str, str] = {}
                for line in answer.iter_lines():
                    if line:
                        name, _, value = line.partition(": ")
                        fields[name] = value
                    elif "id" in fields:
                        yield Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
                        fields = {}
        except httpx2.TransportError as error:
            raise ConnectionError(str(error)) from error


def pause(number: int, least_seconds: float = 0.0) -> None:
    """Wait longer each time, and not in step with other clients."""
    longest = min(FIRST_WAIT_SECONDS * 2**number, LONGEST_WAIT_SECONDS)
    time.sleep(max(least_seconds, random.uniform(longest / 2, longest)))


def _problem(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {"detail": content[:200].decode(errors="replace")}
    return found if isinstance(found, dict) else {}
