"""From the search's numbers to a certificate by pieces that can be checked in reasonable time."""

from __future__ import annotations

from instances.instance import Instance
from optimizer.certificate import Certificate, Key
from optimizer.piece_certificate import PieceCertificate, PieceClaim
from optimizer.prove import prove
from optimizer.search.filling import SCALE
from optimizer.search.generation import Generation
from optimizer.search.ground import Ground
from optimizer.search.smooth import SmoothDual

NO_PLAN = "0" * 64
STEPS = 600_000
"""Search nodes that a check may take in all; pieces that need more claim a little less."""


def certify(instance: Instance, generation: Generation) -> PieceCertificate | None:
    """The certificate of the best prices, not yet tied to a plan; its bound is what the prices and claims add up to."""
    proof = generation.proof
    if proof is None:
        return None
    most, bound_scaled = generation.thrifty(STEPS)
    ground = generation.ground
    lots = [lot.lot_id for lot in instance.lots]
    sectors = [sector.sector_id for sector in instance.policy.sectors]
    borders = {}
    for edge, sector in zip(*proof.border.nonzero(), strict=True):
        one, two = lots[ground.edge_from[edge]], lots[ground.edge_to[edge]]
        borders[one, two, sectors[sector]] = int(proof.border[edge, sector])
    names = [each.applicant_id for each in instance.applicants]
    return PieceCertificate(
        instance.fingerprint(),
        NO_PLAN,
        0,
        max(0, bound_scaled) // SCALE,  # under 0 where no plan is feasible
        SCALE,
        {names[number]: int(proof.applicant[number]) for number in proof.applicant.nonzero()[0].tolist()},
        {key: price for key, price in zip(row_keys(instance), proof.row.tolist(), strict=True) if price},
        borders,
        {lots[number]: int(proof.lot[number]) for number in proof.lot.nonzero()[0].tolist()},
        tuple(
            PieceClaim(tuple(lots[lot] for lot in piece.lots), claim)
            for piece, claim in zip(generation.pieces, most, strict=True)
        ),
    )


def row_keys(instance: Instance) -> list[tuple[str, str, str]]:
    """The names of the limit and quota rows, in the order of the ground's rows."""
    keys = []
    for limit in instance.policy.limits:
        keys += [
            ("limit", limit.zone, unit) for unit in ("power_kw", "water_hl_day") if getattr(limit, unit) is not None
        ]
    for quota in instance.policy.quotas:
        sides = (("min", quota.min_lot_share_percent), ("max", quota.max_lot_share_percent))
        keys += [("quota", quota.name, side) for side, share in sides if share is not None]
    return keys


def priced_certificate(instance: Instance, ground: Ground, smooth: SmoothDual) -> Certificate:
    """The certificate of the smoothed dual's best prices, with the bound that they give exactly."""
    prices: dict[Key, int] = {}
    lots = [lot.lot_id for lot in instance.lots]
    sectors = [sector.sector_id for sector in instance.policy.sectors]
    best = smooth.best

    def price(key: Key, points: float) -> None:
        whole = round(float(points) * 1000.0 * SCALE)
        if whole > 0:
            prices[key] = whole

    for lot in best.lot.nonzero()[0].tolist():
        price(("lot", lots[lot]), best.lot[lot])
    for edge, sector in zip(*best.border.nonzero(), strict=True):
        if smooth.classes.covered[ground.edge_from[edge], sector]:
            price(
                ("link", lots[ground.edge_from[edge]], lots[ground.edge_to[edge]], sectors[sector]),
                best.border[edge, sector],
            )
    for row in best.separation.nonzero()[0].tolist():
        edge = smooth.classes.edge[row]
        one, two = lots[ground.edge_from[edge]], lots[ground.edge_to[edge]]
        here, there = (_named(sectors, int(bits[row])) for bits in (smooth.classes.here, smooth.classes.there))
        price(("separation", one, two, here, there), best.separation[row])
    for key, points in zip(row_keys(instance), best.row.tolist(), strict=True):
        price(key, points)
    return prove(instance, prices)


def _named(sectors: list[str], bits: int) -> str:
    return "|".join(sector for number, sector in enumerate(sectors) if (bits >> number) & 1)
