"""The policy: what the committee decided beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from instances.faults import Fault, Place, fault, refuse
from instances.zone import KINDS, Kind, id_faults, place, text_faults, whole_faults

Carry = Literal["none", "priority", "standing"]
CARRIES: tuple[str, ...] = get_args(Carry)
STAGES = ("jobs", "preferred", "clustering")
FILE = Place(file="policy.toml", part="key")


@dataclass(frozen=True, slots=True)
class Sector:
    """An activity, its names in three languages, the nuisances it emits and those it is sensitive to."""

    sector_id: str
    en: str = ""
    fr: str = ""
    ar: str = ""
    emits: tuple[str, ...] = ()
    sensitive_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "emits", tuple(sorted(set(self.emits))))
        object.__setattr__(self, "sensitive_to", tuple(sorted(set(self.sensitive_to))))
        refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        where = place(FILE, f"sectors.{self.sector_id}")
        yield from id_faults(self.sector_id, where.field, FILE)
        yield from (each.at(field=where.field) for each in text_faults(self, ("en", "fr", "ar"), FILE))
        for nuisance in (*self.emits, *self.sensitive_to):
            yield from id_faults(nuisance, where.field, FILE)

    def name(self, language: str) -> str:
        """The sector's name in a language, or its id when the policy gives none."""
        return str(getattr(self, language, "")) or self.sector_id


@dataclass(frozen=True, slots=True, order=True)
class Affinity:
    """Neighbours of these two sectors earn `percent` of the points of neighbours of one sector."""

    sector_a: str
    sector_b: str
    percent: int

    def __post_init__(self) -> None:
        if self.sector_a > self.sector_b:
            first, second = self.sector_b, self.sector_a
            object.__setattr__(self, "sector_a", first)
            object.__setattr__(self, "sector_b", second)
        refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        where = place(FILE, f"affinity {self.sector_a}–{self.sector_b}")
        if self.sector_a == self.sector_b:
            yield fault("affinity_of_one_sector", where, self.sector_a)
        if type(self.percent) is not int:
            yield fault("not_whole", where, self.percent)
        elif not 0 <= self.percent <= 100:
            yield fault("out_of_range", where, self.percent, least=0, most=100)


@dataclass(frozen=True, slots=True)
class Limit:
    """What the granted applicants may need together, in one zone or (zone empty) overall; None: no limit."""

    zone: str = ""
    power_kw: int | None = None
    water_hl_day: int | None = None

    def __post_init__(self) -> None:
        refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        where = place(FILE, f"limits.{self.zone}" if self.zone else "limits")
        given = tuple(unit for unit in ("power_kw", "water_hl_day") if getattr(self, unit) is not None)
        if self.zone:
            yield from id_faults(self.zone, where.field, FILE)
        if not given:
            yield fault("limit_of_nothing", where)
        yield from (each.at(field=where.field) for each in whole_faults(self, given, where))


@dataclass(frozen=True, slots=True)
class Quota:
    """A floor and/or a cap, in percent of the granted lots, on one group's or one sector's lots."""

    name: str
    group: str = ""
    sector: str = ""
    min_lot_share_percent: int | None = None
    max_lot_share_percent: int | None = None

    def __post_init__(self) -> None:
        refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        where = place(FILE, f"quotas.{self.name}")
        if not self.name:
            yield fault("missing_value", place(FILE, "quotas.name"))
        yield from (each.at(field=where.field) for each in text_faults(self, ("name", "group", "sector"), where))
        if bool(self.group) == bool(self.sector):
            yield fault("quota_of_what", where, self.group and f"{self.group} + {self.sector}")
        shares = (self.min_lot_share_percent, self.max_lot_share_percent)
        if shares == (None, None):
            yield fault("quota_without_share", where)
        for share in shares:
            if share is not None and (type(share) is not int or not 0 <= share <= 100):
                yield fault("out_of_range", where, share, least=0, most=100)
        low, high = shares
        if isinstance(low, int) and isinstance(high, int) and low > high:
            yield fault("quota_reversed", where, high, least=low)


@dataclass(frozen=True)
class Policy:
    """Points, limits, quotas and separations of one round.  Raises InstanceError with every fault found.

    job_direct, job_indirect, border_metre, street_metre, preferred_lot, kept_site: whole points.  most_changes: how
    many applicants at most may not keep their site of an earlier plan; None: any number.  objective: ("value",), or
    stages in order of importance, each with the percent of itself that the stages after it may cost.  waitlist: what
    becomes of those who wait when the next round begins: the list ends, they come before newcomers for one round, or
    they stay, the longest waiting first.
    """

    name: str
    sectors: tuple[Sector, ...]
    lottery_seed: int = 0
    street_width_m: int = 22
    objective: tuple[tuple[str, int], ...] = (("value", 0),)
    min_score: int = 0
    max_lots: int = 1
    across: Kind = "border"
    job_direct: int = 100
    job_indirect: int = 40
    border_metre: int = 0
    street_metre: int = 0
    preferred_lot: int = 0
    kept_site: int = 0
    most_changes: int | None = None
    limits: tuple[Limit, ...] = ()
    quotas: tuple[Quota, ...] = ()
    affinity: tuple[Affinity, ...] = ()
    separation: tuple[Kind, ...] = ("border",)
    waitlist: Carry = "none"
    _sector: dict[str, Sector] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "sectors", tuple(sorted(self.sectors, key=lambda sector: sector.sector_id)))
        put(self, "limits", tuple(sorted(self.limits, key=lambda limit: limit.zone)))
        put(self, "quotas", tuple(sorted(self.quotas, key=lambda quota: quota.name)))
        put(self, "affinity", tuple(sorted(self.affinity)))
        put(self, "separation", tuple(sorted(set(self.separation))))
        put(self, "_sector", {sector.sector_id: sector for sector in self.sectors})
        refuse(self._faults())

    def sector(self, sector_id: str) -> Sector:
        """The sector of that id.  Raises KeyError for a stranger."""
        return self._sector[sector_id]

    @cached_property
    def affinity_percent(self) -> dict[tuple[str, str], int]:
        """Percent by ordered pair of sectors, both orders, 100 for a sector with itself; missing pairs earn nothing."""
        percent = {(sector.sector_id, sector.sector_id): 100 for sector in self.sectors}
        for pair in self.affinity:
            if pair.percent:
                percent[pair.sector_a, pair.sector_b] = percent[pair.sector_b, pair.sector_a] = pair.percent
        return percent

    @cached_property
    def hostile(self) -> frozenset[tuple[str, str]]:
        """Ordered pairs of sectors of which either emits a nuisance to which the other is sensitive."""
        emitted = [
            (source.sector_id, other.sector_id)
            for source in self.sectors
            for other in self.sectors
            if set(source.emits) & set(other.sensitive_to)
        ]
        return frozenset(emitted) | frozenset((other, source) for source, other in emitted)

    def metre_points(self, kind: str) -> int:
        """Whole points for a metre between neighbours of that kind."""
        return self.border_metre if kind == "border" else self.street_metre

    def _faults(self) -> Iterator[Fault]:
        if not self.name:
            yield fault("missing_value", place(FILE, "name"))
        yield from text_faults(self, ("name",), FILE)
        points = ("job_direct", "job_indirect", "border_metre", "street_metre", "preferred_lot", "kept_site")
        yield from whole_faults(self, ("lottery_seed", "street_width_m", "min_score", *points), FILE)
        yield from whole_faults(self, ("max_lots",), FILE, least=1)
        if self.most_changes is not None:
            yield from whole_faults(self, ("most_changes",), FILE)
        if not self.sectors:
            yield fault("no_sectors", place(FILE, "sectors"))
        if self.across not in KINDS:
            yield fault("unknown_choice", place(FILE, "grouping.across"), self.across, choices=" | ".join(KINDS))
        for kind in self.separation:
            if kind not in KINDS:
                where = place(FILE, "separation.neighbours")
                yield fault("unknown_choice", where, kind, choices=" | ".join(KINDS))
        if self.waitlist not in CARRIES:
            yield fault("unknown_choice", place(FILE, "waitlist"), self.waitlist, choices=" | ".join(CARRIES))
        yield from self._objective_faults()
        yield from _twice((sector.sector_id for sector in self.sectors), "sectors")
        yield from _twice((quota.name for quota in self.quotas), "quotas")
        yield from _twice((limit.zone for limit in self.limits), "limits")
        yield from _twice((f"{pair.sector_a}–{pair.sector_b}" for pair in self.affinity), "affinity")
        named = {sector for pair in self.affinity for sector in (pair.sector_a, pair.sector_b)}
        for stranger in sorted(named - self._sector.keys()):
            yield fault("unknown_sector", place(FILE, "affinity"), stranger)
        for stranger in sorted({quota.sector for quota in self.quotas if quota.sector} - self._sector.keys()):
            yield fault("unknown_sector", place(FILE, "quotas"), stranger)

    def _objective_faults(self) -> Iterator[Fault]:
        names = [name for name, _ in self.objective]
        where = place(FILE, "objective")
        if names != ["value"] and (not names or not set(names) <= set(STAGES)):
            yield fault("unknown_choice", where, ", ".join(names), choices=" | ".join(("value", *STAGES)))
        yield from _twice(names, "objective")
        if names != ["value"] and self.most_changes is not None:
            yield fault("changes_with_stages", where, ", ".join(names))
        for _, loss in self.objective:
            if type(loss) is not int or not 0 <= loss <= 100:
                yield fault("out_of_range", where, loss, least=0, most=100)


def _twice(keys: Iterable[str], field: str) -> Iterator[Fault]:
    for key, count in sorted(Counter(keys).items()):
        if count > 1:
            yield fault("given_twice", place(FILE, field), key, first="—")
