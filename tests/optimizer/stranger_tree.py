"""The stranger's third part: the bound of a certificate with a tree (sections 5, 12 of the page).

Every node is computed from nothing, from the path that leads to it: slow, and with nothing to undo.
"""

from tests.optimizer.stranger import LARGEST, need
from tests.optimizer.stranger_bound import TEXTS, Charges, bound_of, is_whole

FORMS = {"cover": 6, "granted": 5}


def checked_tree(nodes):
    """Section 12, nodes: their form, and that they are one tree.  Gives the parent of each."""
    need(isinstance(nodes, list) and len(nodes) <= 2**20, "tree")
    parents = {}
    for number, node in enumerate(nodes):
        need(isinstance(node, dict) and node.keys() == {"prices", "split"}, f"node {number}")
        need(isinstance(node["prices"], list), f"prices of node {number}")
        named = set()
        for entry in node["prices"]:
            need(isinstance(entry, list) and len(entry) >= 2, f"entry {entry}")
            *row, price = entry
            known = TEXTS | {"branch": 1}
            need(all(isinstance(word, str) for word in row) and len(row) == known.get(row[0], -1) + 1, f"row {row}")
            need(tuple(row) not in named and is_whole(price, 0, LARGEST), f"row {row}")
            named.add(tuple(row))
        split = node["split"]
        if split is not None:
            need(isinstance(split, list) and split and isinstance(split[0], str), f"split {split}")
            need(len(split) == FORMS.get(split[0]), f"split {split}")
            for names in split[1:-3]:
                need(isinstance(names, list) and names and all(isinstance(each, str) for each in names), f"{names}")
                need(names == sorted(set(names)), f"names {names}")
            *_, most, below, above = split
            need(is_whole(most, 0, len(split[1]) - 1), f"k of node {number}")
            for child in (below, above):
                need(is_whole(child, number + 1, len(nodes) - 1) and child not in parents, f"child {child}")
                parents[child] = number
    need(sorted(parents) == list(range(1, len(nodes))), "one tree")
    return parents


class Case(Charges):
    """The charges of a node: rows of section 6 and the rows of the cases above it."""

    def __init__(self, zone, rows, path):
        self.path = path
        super().__init__(zone, rows)

    def branch(self, p, number):
        need(number.isascii() and number.isdigit() and str(int(number)) == number, f"branch {number}")
        need(int(number) in self.path, f"branch {number} is not above")
        split, is_below = self.path[int(number)]
        sign = 1 if is_below else -1
        self.constant += p * (split[-3] if is_below else -(split[-3] + 1))
        self.of_all.append(lambda a, site: p * sign * counted(split, a, site))


def counted(split, a, site):
    if split[0] == "granted":
        return 1 if a["applicant_id"] in split[1] else 0
    return len(set(site) & set(split[1])) if a["sector"] in split[2] else 0


class Node:
    """What is left at a node."""

    def __init__(self, zone, sites, links, granted):
        self.zone, self.granted = zone, granted
        self.sites = sites
        covered = {(lot, zone.applicants[name]["sector"]) for name, site in sites for lot in site}
        self.links = {(x, y, s, t) for x, y, s, t in links if (x, s) in covered and (y, t) in covered}

    def value(self, charges, scale):
        """Step 4: the bound, the gains and the bests; None when no plan is left."""
        zone = self.zone
        gains = {}
        for name, site in self.sites:
            a = zone.applicants[name]
            gains[name, site] = scale * sum(zone.worth(a, site)) - charges.placement(a, site)
        rates = {(x, y): rate for x, y, _, rate in zone.pairs()}
        for x, y, s, t in self.links:
            gains[x, y, s, t] = scale * rates[x, y] * zone.percent[s, t] - charges.pair(x, y, s, t)
        bests = {name: [0] for name in zone.applicants if name not in self.granted}
        bests |= {name: [] for name in self.granted} | {pair: [0] for pair in rates}
        for choice, gain in gains.items():
            bests[choice[0] if len(choice) == 2 else choice[:2]].append(gain)
        if not all(bests.values()):
            return None
        bests = {owner: max(found) for owner, found in bests.items()}
        return charges.constant + sum(bests.values()), gains, bests

    def case(self, split, is_below):
        """Step 2."""
        n, k = len(split[1]), split[-3]
        sites, granted = self.sites, self.granted
        if is_below and k == 0:
            sites = {one for one in sites if not counted(split, self.zone.applicants[one[0]], one[1])}
        if not is_below and k + 1 == n:
            if split[0] == "granted":
                granted = granted | set(split[1])
            else:
                sites = {
                    (name, site) for name, site in sites
                    if not set(site) & set(split[1]) or self.zone.applicants[name]["sector"] in split[2]
                }  # fmt: skip
        return Node(self.zone, sites, self.links, granted)

    def without_losers(self, found, slack):
        """Step 5."""
        _, gains, bests = found
        losing = {
            each for each, gain in gains.items()
            if bests[each[0] if len(each) == 2 else each[:2]] - gain > slack
        }  # fmt: skip
        granted = self.granted | {name for name in self.zone.applicants if bests[name] > slack}
        return Node(self.zone, self.sites - losing, self.links - losing, granted)


def bound_with_tree(zone, rows, certificate):
    """Section 12: the bound of the certificate; a certificate without tree has that of section 7."""
    nodes = certificate.get("tree")
    scale, claim = certificate["scale"], certificate["bound_millipoints"]
    if nodes is None or nodes == []:
        return bound_of(zone, rows, scale)
    parents = checked_tree(nodes)
    paths, prices = {0: {}}, {0: _patched(rows, nodes[0])}
    for number in range(1, len(nodes)):
        parent = parents[number]
        split = nodes[parent]["split"]
        paths[number] = paths[parent] | {parent: (split, split[-2] == number)}
        prices[number] = _patched(prices[parent], nodes[number])
    for number, node in enumerate(nodes):
        every = {tuple(row): 1 for *row, _ in node["prices"]}
        Case(zone, every, paths[number])
        if node["split"]:
            known = zone.lots if node["split"][0] == "cover" else zone.applicants
            need(set(node["split"][1]) <= known.keys(), f"split of node {number}")
            need(node["split"][0] != "cover" or set(node["split"][2]) <= zone.sectors.keys(), f"split of node {number}")
    sites = {(name, site) for name, found in zone.placements.items() for site in found}
    links = {(x, y, s, t) for x, y, *_ in zone.pairs() for s, t in zone.percent}
    pinned = {name for name, a in zone.applicants.items() if a["pinned_lots"]}
    waiting, proved = [(0, Node(zone, sites, links, pinned))], claim
    while waiting:
        number, left = waiting.pop()
        charges = Case(zone, prices[number], paths[number])
        found = left.value(charges, scale)
        if found and found[0] // scale > claim:
            left = left.without_losers(found, found[0] - scale * (claim + 1))
            found = left.value(charges, scale)
        if not found or found[0] // scale <= claim:
            continue
        split = nodes[number]["split"]
        if split is None:
            proved = max(proved, found[0] // scale)
        else:
            waiting += [(split[-2], left.case(split, True)), (split[-1], left.case(split, False))]
    return proved


def _patched(rows, node):
    changed = rows | {tuple(row): price for *row, price in node["prices"]}
    return {row: price for row, price in changed.items() if price}
