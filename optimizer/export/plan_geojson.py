"""plan.geojson: every lot with its tenant and the tenant's sector (RFC 7946)."""

from __future__ import annotations

import json
from typing import Any

from instances.zone import Lot, Outline, Ring
from optimizer.outcome import Outcome

DEGREE = 10_000_000


def plan_geojson(outcome: Outcome) -> bytes:
    """The content of plan.geojson.  Raises ValueError when the outcome holds no plan."""
    if outcome.plan is None:
        raise ValueError(f"an outcome of kind {outcome.kind!r} has no plan to write")
    features = [_feature(outcome, lot, outcome.plan.tenant.get(lot.lot_id)) for lot in outcome.instance.lots]
    document = {"type": "FeatureCollection", "name": outcome.instance.name, "features": features}
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def geometry(outline: Outline) -> dict[str, Any] | None:
    """The outline as a GeoJSON geometry in degrees with at most 7 decimals; None when there is none."""
    polygons = [[_closed(ring) for ring in rings] for rings in outline]
    if not polygons:
        return None
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _feature(outcome: Outcome, lot: Lot, tenant: str | None) -> dict[str, Any]:
    applicant = outcome.instance.applicant[tenant] if tenant else None
    return {
        "type": "Feature",
        "geometry": geometry(lot.outline),
        "properties": {
            "lot_id": lot.lot_id,
            "zone": lot.zone,
            "block": lot.block,
            "subzone": lot.subzone,
            "area_m2": lot.area_m2,
            "status": lot.status,
            "tenant": tenant,
            "tenant_name": applicant.name if applicant else None,
            "sector": applicant.sector if applicant else None,
        },
    }


def _closed(ring: Ring) -> list[list[float]]:
    """Whole 1e-7 degrees divided by 1e7 is the double nearest to the decimal, so it prints with at most 7 decimals."""
    return [[longitude / DEGREE, latitude / DEGREE] for longitude, latitude in (*ring, ring[0])]
