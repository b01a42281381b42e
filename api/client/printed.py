"""Printed sheets over a connection: minutes and letters as PDF."""

from __future__ import annotations

from urllib.parse import quote

from api.client.connection import Connection
from instances.faults import Language


class Printed:
    """The part of the client that fetches paper."""

    _connection: Connection

    def minutes(self, round_id: str, language: Language | None = None) -> bytes:
        """The minutes of a decided round as PDF; French and Arabic on facing columns without a language.

        Raises Refusal.
        """
        asked = f"?language={language}" if language else ""
        return self._connection.ask("GET", f"/v1/rounds/{round_id}/minutes{asked}").content

    def letters(self, round_id: str, language: Language = "en", applicant_id: str = "") -> bytes:
        """The letter to one applicant as PDF, or those to all in one file.  Raises Refusal."""
        whom = f"/{quote(applicant_id, safe='')}" if applicant_id else ""
        return self._connection.ask("GET", f"/v1/rounds/{round_id}/letters{whom}?language={language}").content
