"""The part of the client that follows grants up: deadlines, jobs promised and delivered, lots that come back."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from api.client.typed import Typed, json_bytes
from api.follow_ups import FollowUpResource


class FollowUps(Typed):
    """Follow-up of published rounds."""

    def begin_follow_up(
        self, round_id: str, granted_on: date, works_days: int, production_days: int
    ) -> FollowUpResource:
        """Give every grant that is not followed yet its deadlines, in days after the grant.  Raises Refusal."""
        new = {"granted_on": granted_on.isoformat(), "works_days": works_days, "production_days": production_days}
        return self._sent(FollowUpResource, "POST", f"/v1/rounds/{round_id}/follow-up", json_bytes(new))

    def follow_up(self, round_id: str, on: date | None = None) -> FollowUpResource:
        """Every grant at the end of a day, today without one, the most days late first.  Raises Refusal."""
        asked = f"?on={on.isoformat()}" if on else ""
        return self._read(FollowUpResource, f"/v1/rounds/{round_id}/follow-up{asked}")

    def note(self, round_id: str, applicant_id: str, **known: date | int | None) -> FollowUpResource:
        """Note what became of a grant: what is not named stays, None says that it has not come.  Raises Refusal.

        known: works_started_on, production_started_on, jobs_delivered; works_due_on, production_due_on and returned_on
        are the committee's.
        """
        said = {name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()}
        path = f"/v1/rounds/{round_id}/follow-up/{quote(applicant_id, safe='')}"
        return self._sent(FollowUpResource, "PATCH", path, json_bytes(said))
