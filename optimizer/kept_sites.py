"""What keeping its site of an earlier plan brings an applicant, added to the arrays that the search computes with."""

from __future__ import annotations

from instances.instance import Instance
from optimizer.rules import stability
from optimizer.search.ground import Ground


def with_kept_sites(instance: Instance, ground: Ground) -> Ground:
    """The ground whose placements on exactly the applicant's earlier lots gain the points for a kept site besides."""
    if not stability.concerns(instance):
        return ground
    gain = ground.gain.copy()
    lot_number = {lot.lot_id: number for number, lot in enumerate(instance.lots)}
    for number, applicant in enumerate(instance.applicants):
        if not applicant.earlier_lots:
            continue
        wanted = sorted(lot_number[lot] for lot in applicant.earlier_lots)
        for placement in range(ground.start[number], ground.start[number + 1]):
            site = ground.site[placement]
            lots = ground.site_lots[ground.site_start[site] : ground.site_start[site + 1]]
            if len(lots) == len(wanted) and sorted(lots.tolist()) == wanted:
                gain[placement] += stability.worth(instance, applicant, applicant.earlier_lots)
    return ground._replace(gain=gain)
