"""Why each applicant holds what it holds, or nothing: one coded reason each, from instance and plan alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal["pinned", "granted", "score_too_low", "no_fitting_site", "sites_taken", "separation", "limits", "quotas"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A coded reason with the values its sentence needs (ids and whole numbers as text)."""

    code: Code
    values: tuple[tuple[str, str], ...] = ()
