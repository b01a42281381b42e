"""The part of the client that tries things out: what-ifs, differences, variants and curves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from api.client.typed import Typed, given, json_bytes
from api.curves import CurveResource
from api.runs import RunResource
from api.what_ifs import DifferenceResource, VariantResource


class Trials(Typed):
    """What-ifs and curves of a service."""

    def what_if(
        self,
        plan_id: str,
        changes: Sequence[Mapping[str, Any]] = (),
        revision: Mapping[str, int] | None = None,
        wait_seconds: int = 0,
        **limits: int | None,
    ) -> RunResource:
        """Solve the plan's instance again with changes, beginning from the plan.  Raises Refusal with every fault.

        revision: kept_site (points for each kept site) and most_changes, to stay close to the plan.
        """
        body = {"changes": list(changes), "limits": given(limits)}
        body |= {} if revision is None else {"revision": dict(revision)}
        return self._sent(
            RunResource, "POST", f"/v1/plans/{plan_id}/what-ifs", json_bytes(body), wait_seconds=wait_seconds
        )

    def difference(self, from_plan_id: str, plan_id: str) -> DifferenceResource:
        """Who moves, gains and loses from one plan to another, and each goal before and after.  Raises Refusal."""
        return self._read(DifferenceResource, f"/v1/plans/{plan_id}/difference?from={from_plan_id}")

    def variants(self, instance_id: str) -> list[VariantResource]:
        """The instances that came from this one by changes.  Raises Refusal."""
        content = self._connection.ask("GET", f"/v1/instances/{instance_id}/variants").content
        return [VariantResource.model_validate(each) for each in json.loads(content)]

    def draw_curve(self, kind: Literal["tradeoff", "changes"], **asked: Any) -> CurveResource:
        """Start the runs of a curve; asked: instance_id or plan_id, changes, weights, prices, limits.

        Raises Refusal.
        """
        return self._sent(CurveResource, "POST", "/v1/curves", json_bytes({"kind": kind, **asked}))

    def curve(self, curve_id: str) -> CurveResource:
        """Read a curve.  Raises Refusal."""
        return self._read(CurveResource, f"/v1/curves/{curve_id}")
