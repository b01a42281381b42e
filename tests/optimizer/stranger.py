"""A checker by a stranger: written from docs/certificate.md and the specification, with the standard library alone.

    python tests/optimizer/stranger.py FOLDER DIR

Reads the four files of an instance (or one JSON document), plan.json and certificate.json, and says what disagrees.
Unusual spellings that lotwise reads, and instances without areas or neighbours, are refused.
"""

import csv
import hashlib
import json
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

LARGEST = 2**53 - 1
APPLICANT_TEXTS = ("applicant_id", "name", "sector", "group", "filed_on")
APPLICANT_NUMBERS = ("area_min_m2", "area_max_m2", "max_lots", "jobs_direct", "jobs_indirect", "investment_kmad",
                     "power_kw", "score")  # fmt: skip
APPLICANT_LISTS = ("zones", "preferred_lots", "beside_lots", "pinned_lots")


class Disagreement(Exception):
    """Something that the files say is not so."""


def need(condition, what):
    if not condition:
        raise Disagreement(what)


def canonical(document):
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(document):
    return hashlib.sha256(canonical(document)).hexdigest()


def whole(value, factor=1, absent=0):
    if value is None or value == "":
        return absent
    number = Decimal(str(value)) * factor
    need(number == int(number) and 0 <= number <= LARGEST, f"not a whole number: {value}")
    return int(number)


def ids(value):
    listed = value.split("|") if isinstance(value, str) else value or []
    return sorted({str(each).strip() for each in listed if str(each).strip()})


def outline(geometry):
    if geometry is None:
        return []
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return sorted(_polygon(rings) for rings in polygons if rings)


def _polygon(rings):
    outer, *holes = [_ring(ring, 1 if place == 0 else -1) for place, ring in enumerate(rings)]
    return [outer, *sorted(holes)]


def _ring(ring, turn):
    points = [[round(x * 10_000_000), round(y * 10_000_000)] for x, y, *_ in ring]
    points = [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]][:-1]
    around = zip(points, points[1:] + points[:1], strict=True)
    if turn * sum(one[0] * two[1] - two[0] * one[1] for one, two in around) < 0:
        points.reverse()
    first = points.index(min(points))
    return points[first:] + points[:first]


def _rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if any(row.values())]
    return [{key: cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@", "''") else cell for key, cell in row.items()}
            for row in rows]  # fmt: skip


def read(path):
    """The instance in the form of section 3."""
    if path.is_dir():
        zone = json.loads((path / "zone.geojson").read_text(encoding="utf-8"), parse_float=float)
        pairs, asking = _rows(path / "neighbours.csv"), _rows(path / "applicants.csv")
        policy = tomllib.loads((path / "policy.toml").read_text(encoding="utf-8"))
    else:
        document = json.loads(path.read_text(encoding="utf-8"))
        zone, pairs, asking, policy = (document[name] for name in ("zone", "neighbours", "applicants", "policy"))
    made = {
        "format": "lotwise-instance-1",
        "lots": sorted((_lot(each) for each in zone["features"]), key=lambda lot: lot["lot_id"]),
        "neighbours": sorted((_pair(each) for each in pairs), key=lambda pair: (pair["lot_a"], pair["lot_b"])),
        "applicants": sorted((_applicant(each) for each in asking), key=lambda each: each["applicant_id"]),
        "policy": _policy(policy),
    }
    for name, keys in (("lots", ("lot_id",)), ("applicants", ("applicant_id",)), ("neighbours", ("lot_a", "lot_b"))):
        found = [tuple(each[key] for key in keys) for each in made[name]]
        need(len(found) == len(set(found)), f"{name}: an id is given twice")
    return made


def _lot(feature):
    given = feature["properties"]
    need(given.get("area_m2") is not None, "a lot without area")
    texts = {key: str(given.get(key) or "") for key in ("lot_id", "block", "subzone")}
    numbers = {key: whole(given.get(key)) for key in ("area_m2", "power_kw", "price_mad_m2")}
    return texts | numbers | {
        "zone": given.get("zone") or "Z1",
        "status": given.get("status") or "available",
        "water_hl_day": whole(given.get("water_m3_day"), 10),
        "sectors": ids(given.get("sectors")),
        "outline": outline(feature["geometry"]),
    }  # fmt: skip


def _pair(row):
    one, two = sorted((row["lot_a"], row["lot_b"]))
    need(one != two, "a lot beside itself")
    return {"lot_a": one, "lot_b": two, "length_dm": whole(row["length_m"], 10), "kind": row["kind"]}


def _applicant(row):
    texts = {key: str(row.get(key) or "") for key in APPLICANT_TEXTS}
    numbers = {key: whole(row.get(key)) for key in APPLICANT_NUMBERS}
    lists = {key: ids(row.get(key)) for key in APPLICANT_LISTS}
    later = {"earlier_lots": ids(row.get("earlier_lots")), "rounds_waited": whole(row.get("rounds_waited"))}
    said = {key: value for key, value in later.items() if value}
    return texts | numbers | lists | said | {"water_hl_day": whole(row.get("water_m3_day"), 10)}


def _policy(given):
    points, grouping = given.get("points", {}), given.get("grouping", {})
    limits = given.get("limits", [])
    limits = [limits] if isinstance(limits, dict) else limits
    objective = given.get("objective", "value")
    stages = [objective] if isinstance(objective, str) else objective
    numbers = {key: whole(points.get(key)) for key in ("border_metre", "street_metre", "preferred_lot")}
    numbers |= {"job_direct": whole(points.get("job_direct"), 1, 100)}
    numbers |= {"job_indirect": whole(points.get("job_indirect"), 1, 40)}
    later = {"kept_site": whole(points.get("kept_site")), "waitlist": given.get("waitlist", "none")}
    said = {key: value for key, value in later.items() if value not in (0, "none")}
    if given.get("revision", {}).get("most_changes") is not None:
        said["most_changes"] = whole(given["revision"]["most_changes"])
    return numbers | said | {
        "name": given["name"],
        "lottery_seed": whole(given.get("lottery_seed")),
        "street_width_m": whole(given.get("street_width_m"), 1, 22),
        "min_score": whole(given.get("eligibility", {}).get("min_score")),
        "max_lots": whole(grouping.get("max_lots"), 1, 1),
        "across": grouping.get("across", "border"),
        "objective": [[each, 0] if isinstance(each, str) else [each["stage"], each["loss_percent"]] for each in stages],
        "separation": sorted(set(given.get("separation", {}).get("neighbours", ["border"]))),
        "limits": sorted(({"zone": each.get("zone", ""), "power_kw": whole(each.get("power_kw"), 1, None),
                           "water_hl_day": whole(each.get("water_m3_day"), 10, None)} for each in limits),
                         key=lambda limit: limit["zone"]),
        "quotas": sorted(({"name": each["name"], "group": each.get("group", ""), "sector": each.get("sector", ""),
                           "min_lot_share_percent": each.get("min_lot_share_percent"),
                           "max_lot_share_percent": each.get("max_lot_share_percent")}
                          for each in given.get("quotas", [])), key=lambda quota: quota["name"]),
        "sectors": [{"sector_id": name, **{language: each.get(language, "") for language in ("en", "fr", "ar")},
                     **{key: sorted(set(each.get(key, []))) for key in ("emits", "sensitive_to")}}
                    for name, each in sorted(given["sectors"].items())],
        "affinity": sorted(({"sector_a": min(each["sectors"]), "sector_b": max(each["sectors"]),
                             "percent": each["percent"]} for each in given.get("affinity", [])),
                           key=lambda each: (each["sector_a"], each["sector_b"])),
    }  # fmt: skip


class Zone:
    """An instance with what the rules look up again and again."""

    def __init__(self, instance):
        self.instance, self.policy = instance, instance["policy"]
        self.lots = {lot["lot_id"]: lot for lot in instance["lots"]}
        self.applicants = {each["applicant_id"]: each for each in instance["applicants"]}
        self.kind = {(p["lot_a"], p["lot_b"]): p["kind"] for p in instance["neighbours"]}
        self.kind |= {(two, one): kind for (one, two), kind in self.kind.items()}
        self.sectors = {sector["sector_id"]: sector for sector in self.policy["sectors"]}
        self.percent = {(name, name): 100 for name in self.sectors}
        for each in self.policy["affinity"]:
            self.percent[each["sector_a"], each["sector_b"]] = each["percent"]
            self.percent[each["sector_b"], each["sector_a"]] = each["percent"]
        self.placements = {name: self._placements(each) for name, each in self.applicants.items()}

    def hostile(self, s, t):
        one, two = self.sectors[s], self.sectors[t]
        return bool(set(one["emits"]) & set(two["sensitive_to"]) or set(two["emits"]) & set(one["sensitive_to"]))

    def _sites(self):
        if not hasattr(self, "_all_sites"):
            held = {lot for each in self.applicants.values() for lot in each["pinned_lots"]}
            free = {name for name, lot in self.lots.items() if lot["status"] == "available"} - held
            beside = {name: set() for name in free}
            for (one, two), kind in self.kind.items():
                if kind == self.policy["across"] and {one, two} <= free:
                    beside[one].add(two)
            grown = last = {frozenset([name]) for name in free}
            for _ in range(self.policy["max_lots"] - 1):
                last = {site | {lot} for site in last for name in site for lot in beside[name] - site}
                grown = grown | last
            self._all_sites = [tuple(sorted(site)) for site in grown]
            total = lambda site, key: sum(self.lots[lot][key] for lot in site)  # noqa: E731
            keys = ("area_m2", "power_kw", "water_hl_day")
            self._sums = {site: [total(site, key) for key in keys] for site in self._all_sites}
        return self._all_sites

    def _placements(self, a):
        if a["pinned_lots"]:
            return [tuple(a["pinned_lots"])]
        if a["score"] < self.policy["min_score"]:
            return []
        return [site for site in self._sites() if self._fits(a, site)]

    def _fits(self, a, site):
        area, power, water = self._sums[site]
        lots = [self.lots[lot] for lot in site]
        return (
            len(site) <= a["max_lots"]
            and a["area_min_m2"] <= area <= a["area_max_m2"]
            and power >= a["power_kw"]
            and water >= a["water_hl_day"]
            and all(not lot["sectors"] or a["sector"] in lot["sectors"] for lot in lots)
            and all(not a["zones"] or lot["zone"] in a["zones"] for lot in lots)
            and (not a["beside_lots"] or any(
                one == two or self.kind.get((one, two)) == "border" for one in site for two in a["beside_lots"]
            ))
        )  # fmt: skip

    def touches(self, site, zone):
        return not zone or any(self.lots[lot]["zone"] == zone for lot in site)

    def counts(self, a, quota):
        return a["group"] == quota["group"] if quota["group"] else a["sector"] == quota["sector"]

    def worth(self, a, site):
        points = self.policy["job_direct"] * a["jobs_direct"] + self.policy["job_indirect"] * a["jobs_indirect"]
        bonus = self.policy["preferred_lot"] if set(site) & set(a["preferred_lots"]) else 0
        kept = self.policy.get("kept_site", 0) if self.is_kept(a, site) else 0
        return 1000 * points, 1000 * bonus, 1000 * kept

    def is_kept(self, a, site):
        return "earlier_lots" in a and sorted(site) == a["earlier_lots"]

    def pairs(self):
        for p in self.instance["neighbours"]:
            rate = self.policy["border_metre"] if p["kind"] == "border" else self.policy["street_metre"]
            yield p["lot_a"], p["lot_b"], p["kind"], rate * p["length_dm"]


def value_of(zone, assignments):
    """The goals of a plan, after its feasibility: sections 3 and 4 of the specification."""
    tenant = {}
    for name, lots in assignments.items():
        need(name in zone.applicants, f"unknown applicant {name}")
        need(tuple(sorted(lots)) in zone.placements[name], f"{name} does not fit on {lots}")
        for lot in lots:
            need(lot not in tenant, f"{lot} is held twice")
            tenant[lot] = name
    for name, a in zone.applicants.items():
        need(not a["pinned_lots"] or sorted(assignments.get(name, [])) == a["pinned_lots"], f"pin of {name}")
    sector = {lot: zone.applicants[name]["sector"] for lot, name in tenant.items()}
    clustering = 0
    for one, two, kind, rate in zone.pairs():
        if one in tenant and two in tenant and tenant[one] != tenant[two]:
            apart = kind in zone.policy["separation"] and zone.hostile(sector[one], sector[two])
            need(not apart, f"separation of {one} and {two}")
            clustering += rate * zone.percent.get((sector[one], sector[two]), 0)
    for limit in zone.policy["limits"]:
        for unit in ("power_kw", "water_hl_day"):
            inside = [
                zone.applicants[name][unit] for name, lots in assignments.items() if zone.touches(lots, limit["zone"])
            ]
            need(limit[unit] is None or sum(inside) <= limit[unit], f"limit {limit['zone']} {unit}")
    n = len(tenant)
    for quota in zone.policy["quotas"]:
        m = sum(zone.counts(zone.applicants[name], quota) for name in tenant.values())
        low, high = quota["min_lot_share_percent"], quota["max_lot_share_percent"]
        need((low is None or 100 * m >= low * n) and (high is None or 100 * m <= high * n), f"quota {quota['name']}")
    held = [a for a in zone.applicants.values() if "earlier_lots" in a]
    moved = [a for a in held if not zone.is_kept(a, assignments.get(a["applicant_id"], []))]
    need(len(moved) <= zone.policy.get("most_changes", len(moved)), "changes")
    worths = [zone.worth(zone.applicants[name], lots) for name, lots in assignments.items()]
    jobs, preferred, kept = (sum(w[place] for w in worths) for place in range(3))
    stability = {"stability": kept} if "kept_site" in zone.policy and held else {}
    return {"jobs": jobs, "preferred": preferred, "clustering": clustering} | stability


if __name__ == "__main__":
    from tests.optimizer.stranger_bound import check

    try:
        print(check(Path(sys.argv[1]), Path(sys.argv[2])))
    except Disagreement as found:
        sys.exit(f"disagrees: {found}")
