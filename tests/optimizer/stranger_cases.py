"""The stranger's fifth part: the bound of a certificate by cases (sections 18 to 20 of the page).

Every case is computed from nothing, from the answers that lead to it.
"""

from itertools import product

from tests.optimizer.stranger import need
from tests.optimizer.stranger_bound import is_whole
from tests.optimizer.stranger_pieces import LISTS, Losses, Pieces, checked_pieces

KEYS = {"format", "instance", "plan_sha256", "value_millipoints", "bound_millipoints", "scale",
        "pieces", "proofs", "tree"}  # fmt: skip
MOST_STEPS = 10_000_000


def checked_cases(certificate):
    """The form of a certificate; each of its proofs as a certificate by pieces."""
    need(isinstance(certificate, dict) and certificate.keys() == KEYS, "keys of the certificate")
    need(certificate["format"] == "lotwise-certificate-4", "format")
    for key in ("pieces", "proofs", "tree"):
        need(isinstance(certificate[key], list), key)
    need(certificate["proofs"], "no proofs")
    head = {key: certificate[key] for key in KEYS - {"pieces", "proofs", "tree"}}
    made = []
    for number, proof in enumerate(certificate["proofs"]):
        need(isinstance(proof, dict) and proof.keys() == {*LISTS, "most"}, f"proof {number}")
        most = proof["most"]
        need(isinstance(most, list) and len(most) == len(certificate["pieces"]), f"most of proof {number}")
        pieces = [list(each) for each in zip(certificate["pieces"], most, strict=True)]
        prices = {name: proof[name] for name in LISTS}
        made.append({**head, **prices, "format": "lotwise-certificate-3", "pieces": pieces})
        checked_pieces(made[-1])
    _check_tree(certificate["tree"], len(made), len(certificate["pieces"]))
    return made


def _check_tree(tree, proofs, pieces):
    need(0 < len(tree) <= 1_000, "size of the tree")
    led_to = []
    for number, node in enumerate(tree):
        need(isinstance(node, list) and node and node[0] in ("lot", "placed", "proof"), f"node {number}")
        need(len(node) == (2 if node[0] == "proof" else 5), f"node {number}")
        if node[0] == "proof":
            need(is_whole(node[1], 0, proofs - 1), f"proof of node {number}")
            continue
        kind, name, where, *after = node
        need(isinstance(name, str), f"node {number}")
        need(isinstance(where, str) if kind == "lot" else is_whole(where, 0, pieces - 1), f"node {number}")
        for child in after:
            need(is_whole(child, number + 1, len(tree) - 1), f"child of node {number}")
            led_to.append(child)
    need(sorted(led_to) == list(range(1, len(tree))), "one tree")


def bound_by_cases(zone, certificate, most_steps=MOST_STEPS):
    """Section 18: the bound of the certificate, and how many steps it took."""
    return _Checker(zone, certificate, most_steps).result()


class _Checker:
    def __init__(self, zone, certificate, most_steps):
        self.zone, self.certificate, self.most_steps, self.steps = zone, certificate, most_steps, 0
        self.proofs = checked_cases(certificate)
        self.lots = certificate["pieces"]
        self.claim, self.scale = certificate["bound_millipoints"], certificate["scale"]
        for node in certificate["tree"]:
            if node[0] == "lot":
                need(node[1] in zone.lots and node[2] in zone.sectors, f"question {node}")
            if node[0] == "placed":
                need(node[1] in zone.applicants, f"question {node}")

    def result(self):
        first = Pieces(self.zone, self.proofs[0])
        total = first.constant() + first.between()
        cost = {}
        for number, (lots, most) in enumerate(self.proofs[0]["pieces"]):
            total += most
            losses = Losses(first, number, lots)
            self.steps += losses.steps(most, self.most_steps - self.steps)
            for found in losses.at.values():
                cost |= {(name, site): loss - (losses.f - most) for loss, name, _, site in found}
        room = total - self.scale * (self.claim + 1)
        if room < 0:
            return self.claim, self.steps
        kept = {placement for placement, costs in cost.items() if costs <= room}
        proved, waiting = self.claim, [(0, [])]
        while waiting:
            number, answers = waiting.pop()
            node = self.certificate["tree"][number]
            if node[0] == "proof":
                most = self.case(node[1], kept, answers)
                proved = proved if most is None else max(proved, most // self.scale)
            else:
                waiting += [(node[3], [*answers, (node, False)]), (node[4], [*answers, (node, True)])]
        return proved, self.steps

    def case(self, k, kept, answers):
        """What no plan of the case exceeds, times the scale; None when it holds no plan."""
        zone = Remaining(self.zone, kept)
        pieces = CasePieces(zone, self.proofs[k], answers)
        placed = [{node[1] for node, yes in answers if yes and node[0] == "placed" and node[2] == number}
                  for number in range(len(self.lots))]  # fmt: skip
        held = {node[1] for node, yes in answers if yes and node[0] == "lot"}
        ways = [[[each for each in pieces.of_piece[number] if each[0] == name] for name in names]
                for number, names in enumerate(placed)]  # fmt: skip
        if not all(own for of_piece in ways for own in of_piece):
            return None
        total = pieces.constant() + pieces.between()
        for number, (lots, most) in enumerate(self.proofs[k]["pieces"]):
            losses = CaseLosses(pieces, number, lots)
            for way in product(*ways[number]):
                self.steps += 1
                need(self.steps <= self.most_steps, "too many steps")
                self.steps += losses.steps_of(most, self.most_steps - self.steps, way, held)
            total += most
        return total


class Remaining:
    """A zone of which only some placements are left, besides the pins."""

    def __init__(self, zone, kept):
        self._zone = zone
        self.placements = {
            name: found if zone.applicants[name]["pinned_lots"] else [site for site in found if (name, site) in kept]
            for name, found in zone.placements.items()
        }

    def __getattr__(self, name):
        return getattr(self._zone, name)


class CasePieces(Pieces):
    """The pieces of a case: a placement that an answer excludes is not there."""

    def __init__(self, zone, certificate, answers):
        self.answers = answers
        super().__init__(zone, certificate)

    def _place(self, name, a, site):
        number = self.piece[site[0]]
        for (kind, what, where, *_), yes in self.answers:
            if kind == "lot" and what in site and (a["sector"] == where) != yes:
                return
            if kind == "placed" and what == name and (number == where) != yes:
                return
        super()._place(name, a, site)


class CaseLosses(Losses):
    """Going through the fillings that hold what they must."""

    def steps_of(self, most, left, way, held):
        """How many steps it takes from the placements of a way on, with lots that may not stay empty."""
        label, used, spare = {}, frozenset(), self.f - most
        for name, _, site, _ in way:
            begins = self.at[min(site, key=self.lots.index)]
            ((loss, s),) = [(loss, s) for loss, who, s, where in begins if (who, where) == (name, site)]
            more = self.of_pairs(site, s, label)
            if more is None:
                return 0
            label, used, spare = label | dict.fromkeys(site, s), used | {name}, spare - loss - more
        waiting, taken = [(label, used, spare)], 0
        while waiting:
            label, used, spare = waiting.pop()
            if spare <= 0:
                continue
            lot = next((lot for lot in self.lots if lot not in label), None)
            need(lot is not None, f"a filling brings {most + spare}, over {most}")
            empty = [] if lot in held else [(self.share[lot], "", "", (lot,))]
            for loss, name, s, site in [*empty, *self.at[lot]]:
                more = None if name and name in used else self.of_pairs(site, s, label)
                if more is not None and loss + more < spare:
                    taken += 1
                    need(taken <= left, "too many steps")
                    grown = label | dict.fromkeys(site, s)
                    waiting.append((grown, used | {name} if name else used, spare - loss - more))
        return taken

    def of_pairs(self, site, s, label):
        """What the pairs lose that are decided now; None where a lot is decided already, or a pair is forbidden."""
        found = [(self.best[x, y], self.w[x, y][s, label[y]]) for x in site for y in self.beside[x] if y in label]
        if any(x in label for x in site) or any(w is None for _, w in found):
            return None
        return sum(best - w for best, w in found)
