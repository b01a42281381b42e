"""The stranger's fourth part: the bound of a certificate by pieces (sections 15 to 17 of the page).

Twice: all fillings of a piece gone through without any leaving out, for tiny ones; and by what a branch has lost.
"""

import re
from itertools import combinations

from tests.optimizer.stranger import LARGEST, Disagreement, need
from tests.optimizer.stranger_bound import Charges, is_whole

KEYS = {"format", "instance", "plan_sha256", "value_millipoints", "bound_millipoints", "scale",
        "applicants", "rows", "borders", "lots", "pieces"}  # fmt: skip
MOST_STEPS = 2_000_000
LISTS = {"applicants": (1, 1), "rows": (3, 1), "borders": (3, -LARGEST), "lots": (1, -LARGEST)}
"""Texts of an entry and its least price."""


def checked_pieces(certificate):
    """The form of a certificate; its lists of prices by name."""
    need(isinstance(certificate, dict) and certificate.keys() == KEYS, "keys of the certificate")
    need(certificate["format"] == "lotwise-certificate-3", "format")
    for key in ("instance", "plan_sha256"):
        need(isinstance(certificate[key], str) and re.fullmatch("[0-9a-f]{64}", certificate[key]), key)
    for key in ("value_millipoints", "bound_millipoints"):
        need(is_whole(certificate[key], 0, LARGEST), key)
    need(is_whole(certificate["scale"], 1, 2**20), "scale")
    found = {}
    for name, (texts, least) in LISTS.items():
        need(isinstance(certificate[name], list), name)
        found[name] = {}
        for entry in certificate[name]:
            need(isinstance(entry, list) and len(entry) == texts + 1, f"entry {entry}")
            *key, price = entry
            need(all(isinstance(word, str) for word in key) and tuple(key) not in found[name], f"entry {entry}")
            need(is_whole(price, least, LARGEST), f"price of {key}")
            found[name][tuple(key)] = price
    need(isinstance(certificate["pieces"], list), "pieces")
    for entry in certificate["pieces"]:
        need(isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], list), f"piece {entry}")
        need(entry[0] and all(isinstance(lot, str) for lot in entry[0]), f"lots of {entry}")
        need(is_whole(entry[1], 0, LARGEST), f"most of {entry}")
    return found


def bound_by_pieces(zone, certificate, plainly=False):
    """Section 15.  plainly: every filling is looked at, whatever the prices say."""
    pieces = Pieces(zone, certificate)
    total = pieces.constant() + pieces.between()
    steps = MOST_STEPS
    for number, (lots, most) in enumerate(certificate["pieces"]):
        if plainly:
            need(pieces.best_filling(number) <= most, f"piece {number}")
        else:
            steps -= Losses(pieces, number, lots).steps(most, steps)
        total += most
    return total // certificate["scale"]


class Pieces:
    """Steps 1 to 5: names, placements of each piece with their gains, constant, pairs between pieces."""

    def __init__(self, zone, certificate):
        self.prices = checked_pieces(certificate)
        self.zone, self.scale = zone, certificate["scale"]
        for row in self.prices["rows"]:
            need(row[0] in ("limit", "quota") or row == ("changes", "", ""), f"row {row}")
        self.charges = Charges(zone, self.prices["rows"])
        self.pin = {lot: a for a in zone.applicants.values() for lot in a["pinned_lots"]}
        self.rates = {}
        for x, y, _, rate in zone.pairs():
            self.rates[x, y] = self.rates[y, x] = rate
        self.beside = {lot: [y for x, y in self.rates if x == lot] for lot in zone.lots}
        for (name,) in self.prices["applicants"]:
            need(name in zone.applicants and not zone.applicants[name]["pinned_lots"], f"applicant {name}")
        for (lot,) in self.prices["lots"]:
            need(lot in zone.lots, f"lot {lot}")
        for x, y, sector in self.prices["borders"]:
            need((x, y) in self.rates and sector in zone.sectors, f"border {x} {y} {sector}")
        self.piece = {}
        for number, (lots, _) in enumerate(certificate["pieces"]):
            for lot in lots:
                need(lot in zone.lots and lot not in self.piece and lot not in self.pin, f"lot {lot} of a piece")
                self.piece[lot] = number
        self.of_piece = [[] for _ in certificate["pieces"]]
        self.covered = {}
        for name, a in sorted(zone.applicants.items()):
            for site in [] if a["pinned_lots"] else zone.placements[name]:
                if not self._beside_hostile_pin(a["sector"], site):
                    self._place(name, a, site)

    def end(self, x, y, sector):
        return self.prices["borders"].get((x, y, sector), 0) if sector else 0

    def link(self, x, y, s, t):
        """What the pair brings to these two; None where it is forbidden; an empty lot is ""."""
        if not s or not t:
            return 0
        if self.zone.kind[x, y] in self.zone.policy["separation"] and self.zone.hostile(s, t):
            return None
        return self.scale * self.rates[x, y] * self.zone.percent.get((s, t), 0)

    def _beside_hostile_pin(self, s, site):
        pins = [(x, y, self.pin[y]["sector"]) for x in site for y in self.beside[x] if y in self.pin]
        return any(self.link(x, y, s, t) is None for x, y, t in pins)

    def _place(self, name, a, site):
        s = a["sector"]
        need(
            {self.piece.get(lot) for lot in site} in ({number} for number in range(len(self.of_piece))), f"site {site}"
        )
        gain = self.scale * sum(self.zone.worth(a, site)) - self.charges.placement(a, site)
        gain -= self.prices["applicants"].get((name,), 0)
        for x in site:
            self.covered.setdefault(x, set()).add(s)
            for y in self.beside[x]:
                if y in self.pin:
                    gain += self.link(x, y, s, self.pin[y]["sector"])
                elif y in self.piece and self.piece[y] != self.piece[x]:
                    gain += self.end(x, y, s)
        self.of_piece[self.piece[site[0]]].append((name, s, site, gain))

    def constant(self):
        total = self.charges.constant + sum(self.prices["applicants"].values())
        for name, a in self.zone.applicants.items():
            if a["pinned_lots"]:
                (site,) = self.zone.placements[name]
                total += self.scale * sum(self.zone.worth(a, site)) - self.charges.placement(a, site)
        for x, y in combinations(sorted(self.pin), 2):
            if (x, y) in self.rates and self.pin[x] is not self.pin[y]:
                total += self.link(x, y, self.pin[x]["sector"], self.pin[y]["sector"])
        return total

    def between(self):
        total = 0
        for x, y, _, _ in self.zone.pairs():
            if x in self.piece and y in self.piece and self.piece[x] != self.piece[y]:
                total += max(each for each in self.tables(x, y).values() if each is not None)
        return total

    def tables(self, x, y):
        """What a pair brings less the prices at its ends, for all labels of both."""
        found = {}
        for s in {"", *self.covered.get(x, ())}:
            for t in {"", *self.covered.get(y, ())}:
                brings = self.link(x, y, s, t)
                found[s, t] = None if brings is None else brings - self.end(x, y, s) - self.end(y, x, t)
        return found

    def best_filling(self, number):
        """Applicant after applicant: nothing, or any of its sites; the best of all that is allowed."""
        names = sorted({name for name, *_ in self.of_piece[number]})

        def brings(held):
            total = sum(gain for *_, gain in held)
            for (_, s, one, _), (_, t, two, _) in combinations(held, 2):
                for x in one:
                    for y in two:
                        link = self.link(x, y, s, t) if (x, y) in self.rates else 0
                        if x == y or link is None:
                            return None
                        total += link
            return total

        def best(index, held):
            if index == len(names):
                return brings(held)
            own = [[each] for each in self.of_piece[number] if each[0] == names[index]]
            found = [best(index + 1, [*held, *each]) for each in [[], *own]]
            return max((each for each in found if each is not None), default=None)

        return best(0, [])


class Losses:
    """Going through the fillings of a piece by what they lose; nothing is undone, each branch has its own labels."""

    def __init__(self, pieces, number, lots):
        self.lots = lots
        q = {lot: pieces.prices["lots"].get((lot,), 0) for lot in lots}
        inside = {(x, y) for x in lots for y in pieces.beside[x] if pieces.piece.get(y) == number}
        self.w = {pair: pieces.tables(*pair) for pair in inside}
        self.best = {pair: max(w for w in table.values() if w is not None) for pair, table in self.w.items()}
        self.beside = {x: [y for one, y in inside if one == x] for x in lots}
        self.at = {lot: [] for lot in lots}
        for name, s, site, gain in pieces.of_piece[number]:
            inner = gain - sum(q[lot] for lot in site)
            for x in site:
                for y in self.beside[x]:
                    if y not in site:
                        inner += pieces.end(x, y, s)
                    elif x < y:
                        inner -= self.best[x, y]
            self.at[min(site, key=lots.index)].append((inner, name, s, site))
        self.share = {lot: max(0, q[lot]) + max([0, *(each[0] for each in self.at[lot])]) for lot in lots}
        self.f = sum(self.share.values()) + sum(best for (x, y), best in self.best.items() if x < y)
        for lot in lots:
            loses = [
                (sum(self.share[each] - q[each] for each in site) - inner, name, s, site)
                for inner, name, s, site in self.at[lot]
            ]
            self.at[lot] = sorted(loses)

    def steps(self, most, left):
        """How many steps it takes; a filling above `most`, or more steps than are left, is a disagreement."""
        waiting, taken = [({}, frozenset(), self.f - most)], 0
        while waiting:
            label, used, spare = waiting.pop()
            lot = next((lot for lot in self.lots if lot not in label), None)
            if lot is None:
                raise Disagreement(f"a filling brings {most + spare}, over {most}")
            for loss, name, s, site in [(self.share[lot], "", "", (lot,)), *self.at[lot]]:
                if loss >= spare and name:
                    break
                if loss >= spare or name in used or any(each in label for each in site):
                    continue
                for x in site:
                    for y in self.beside[x]:
                        w = self.w[x, y][s, label[y]] if y in label else self.best[x, y]
                        loss = spare if w is None else loss + self.best[x, y] - w
                if loss < spare:
                    taken += 1
                    need(taken <= left, "too many steps")
                    grown = label | dict.fromkeys(site, s)
                    waiting.append((grown, used | {name} if name else used, spare - loss))
        return taken
