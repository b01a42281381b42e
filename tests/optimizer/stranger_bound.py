"""The stranger's second half: the bound of a certificate, and the whole check (sections 5 to 9 of the page)."""

import hashlib
import json
import re
from itertools import combinations

from tests.optimizer.stranger import LARGEST, Zone, digest, need, read, value_of

TEXTS = {"lot": 1, "limit": 2, "quota": 2, "changes": 0, "separation": 4, "link": 3, "apart": 4}
KEYS = {"format", "instance", "plan_sha256", "value_millipoints", "bound_millipoints", "scale", "prices"}


def is_whole(value, least, most):
    return type(value) is int and least <= value <= most


def checked(certificate):
    """Section 5."""
    need(isinstance(certificate, dict) and certificate.keys() - {"tree"} == KEYS, "keys of the certificate")
    need(certificate["format"] in ("lotwise-certificate-1", "lotwise-certificate-2"), "format")
    need(certificate["format"] == "lotwise-certificate-2" or "tree" not in certificate, "a tree in the first format")
    for key in ("instance", "plan_sha256"):
        need(isinstance(certificate[key], str) and re.fullmatch("[0-9a-f]{64}", certificate[key]), key)
    for key in ("value_millipoints", "bound_millipoints"):
        need(is_whole(certificate[key], 0, LARGEST), key)
    need(is_whole(certificate["scale"], 1, 2**20), "scale")
    need(isinstance(certificate["prices"], list), "prices")
    rows = {}
    for entry in certificate["prices"]:
        need(isinstance(entry, list) and len(entry) >= 2, f"entry {entry}")
        *row, price = entry
        need(all(isinstance(word, str) for word in row) and len(row) == TEXTS.get(row[0], -1) + 1, f"row {row}")
        need(tuple(row) not in rows, f"row {row} twice")
        need(is_whole(price, 1, LARGEST), f"price of {row}")
        rows[tuple(row)] = price
    return rows


class Charges:
    """Section 6: what each placement and each link pays."""

    def __init__(self, zone, rows):
        self.zone, self.constant = zone, 0
        self.of_lot, self.of_pair, self.of_all, self.of_link = {}, {}, [], {}
        for row, price in rows.items():
            getattr(self, row[0])(price, *row[1:])

    def add(self, table, key, price):
        table[key] = table.get(key, 0) + price

    def lot(self, p, lot):
        need(lot in self.zone.lots, f"row of lot {lot}")
        self.constant += p
        for sector in self.zone.sectors:
            self.add(self.of_lot, (lot, sector), p)

    def limit(self, p, zone, unit):
        found = [limit for limit in self.zone.policy["limits"] if limit["zone"] == zone]
        need(found and unit in ("power_kw", "water_hl_day") and found[0][unit] is not None, f"limit {zone} {unit}")
        self.constant += p * found[0][unit]
        self.of_all.append(lambda a, site: p * a[unit] if self.zone.touches(site, zone) else 0)

    def quota(self, p, name, side):
        found = [quota for quota in self.zone.policy["quotas"] if quota["name"] == name]
        need(found and side in ("min", "max"), f"quota {name} {side}")
        quota, f = found[0], found[0][f"{side}_lot_share_percent"]
        need(f is not None, f"quota {name} {side}")
        sign = 1 if side == "min" else -1
        self.of_all.append(
            lambda a, site: p * len(site) * sign * (f - 100 if self.zone.counts(a, quota) else f)
        )  # fmt: skip

    def changes(self, p, *_):
        need("most_changes" in self.zone.policy, "changes")
        earlier = [a for a in self.zone.applicants.values() if "earlier_lots" in a]
        self.constant += p * (self.zone.policy["most_changes"] - len(earlier))
        self.of_all.append(lambda a, site: -p if self.zone.is_kept(a, site) else 0)

    def separation(self, p, one, two, here, there):
        need(self.zone.kind.get((one, two)) in self.zone.policy["separation"], f"separation of {one} and {two}")
        sides = [here.split("|"), there.split("|")]
        for side in sides:
            need(len(side) == len(set(side)) and set(side) <= self.zone.sectors.keys(), f"sectors {side}")
        need(all(self.zone.hostile(s, t) for s in sides[0] for t in sides[1]), f"{here} and {there} are friends")
        self.constant += p
        for lot, side in ((one, sides[0]), (two, sides[1])):
            for sector in side:
                self.add(self.of_lot, (lot, sector), p)
        for sector in set(sides[0]) & set(sides[1]):
            self.add(self.of_pair, (frozenset((one, two)), sector), -p)

    def link(self, p, one, two, sector):
        need((one, two) in self.zone.kind and sector in self.zone.sectors, f"link {one} {two} {sector}")
        self.add(self.of_link, ("end", one, two, sector), p)
        self.add(self.of_lot, (one, sector), -p)
        self.add(self.of_pair, (frozenset((one, two)), sector), p)

    def apart(self, p, one, two, sector, name):
        a = self.zone.applicants.get(name)
        need((one, two) in self.zone.kind and one < two and a and a["sector"] == sector, f"apart {one} {two} {name}")
        self.add(self.of_link, ("both", one, two, sector), p)
        self.of_all.append(
            lambda b, site: (
                -p if b["sector"] == sector and b["applicant_id"] != name and (one in site) != (two in site) else 0
            )
        )

    def placement(self, a, site):
        paid = sum(self.of_lot.get((lot, a["sector"]), 0) for lot in site)
        paid += sum(self.of_pair.get((frozenset(pair), a["sector"]), 0) for pair in combinations(site, 2))
        return paid + sum(charge(a, site) for charge in self.of_all)

    def pair(self, x, y, s, t):
        paid = self.of_link.get(("end", x, y, s), 0) + self.of_link.get(("end", y, x, t), 0)
        return paid + (self.of_link.get(("both", x, y, s), 0) if s == t else 0)


def bound_of(zone, rows, scale):
    """Section 7."""
    charges = Charges(zone, rows)
    total, covered = charges.constant, set()
    for name, sites in zone.placements.items():
        a = zone.applicants[name]
        gains = [scale * sum(zone.worth(a, site)) - charges.placement(a, site) for site in sites]
        covered |= {(lot, a["sector"]) for site in sites for lot in site}
        total += gains[0] if a["pinned_lots"] else max(0, *gains) if gains else 0
    for x, y, _, rate in zone.pairs():
        best = 0
        for (s, t), percent in zone.percent.items():
            if (x, s) in covered and (y, t) in covered:
                best = max(best, scale * rate * percent - charges.pair(x, y, s, t))
        total += best
    return total // scale


def check(instance_path, folder):
    """Section 9, without `unique`; gives back fingerprint, value, bound and gap.  Raises Disagreement."""
    from tests.optimizer.stranger_cases import bound_by_cases, checked_cases
    from tests.optimizer.stranger_pieces import bound_by_pieces, checked_pieces
    from tests.optimizer.stranger_tree import bound_with_tree

    instance = read(instance_path)
    zone = Zone(instance)
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    certificate = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    fingerprint = digest(instance)
    need(plan["instance"] == {"name": instance["policy"]["name"], "fingerprint": fingerprint}, "fingerprint")
    goals = value_of(zone, plan["assignments"])
    value = sum(goals.values())
    need((plan["goals_millipoints"], plan["value_millipoints"]) == (goals, value), "value")
    waiting = [name for name, sites in zone.placements.items() if sites and name not in plan["assignments"]]
    waiting.sort(key=lambda name: (-zone.applicants[name]["score"], rank(zone, name)))
    need(plan["waitlist"] == waiting, "waitlist")
    said = certificate.get("format") if isinstance(certificate, dict) else None
    forms = {"lotwise-certificate-3": checked_pieces, "lotwise-certificate-4": checked_cases}
    rows = forms.get(said, checked)(certificate)
    proof = plan.pop("proof")
    need(proof["certificate_sha256"] == digest(certificate), "certificate_sha256")
    need(certificate["plan_sha256"] == digest(plan), "plan_sha256")
    need((certificate["instance"], certificate["value_millipoints"]) == (fingerprint, value), "certificate")
    if said == "lotwise-certificate-4":
        bound, _ = bound_by_cases(zone, certificate)
    elif said == "lotwise-certificate-3":
        bound = bound_by_pieces(zone, certificate)
    else:
        bound = bound_with_tree(zone, rows, certificate)
    need(bound <= certificate["bound_millipoints"] == proof["bound_millipoints"], f"bound {bound}")
    gap = -((value - proof["bound_millipoints"]) * 1_000_000 // max(value, 1)) / 1_000_000
    need(proof["gap"] == gap, "gap")
    return {"fingerprint": fingerprint, "value": value, "bound": bound, "gap": gap}


def rank(zone, name):
    return int(hashlib.sha256(f"{zone.policy['lottery_seed']}:{name}".encode()).hexdigest(), 16)
