"""A verifier of proofs in the format of VIPR 1.0, from its published description alone: exact, and in no hurry."""

from fractions import Fraction


class Refused(Exception):
    """The proof does not hold."""


def need(condition, what):
    if not condition:
        raise Refused(what)


class Words:
    """The file word by word."""

    def __init__(self, text):
        lines = text.splitlines()
        while lines and lines[0].startswith("%"):
            lines.pop(0)
        self.words, self.at = " ".join(lines).split(), 0

    def next(self):
        need(self.at < len(self.words), "the file ends too soon")
        self.at += 1
        return self.words[self.at - 1]

    def say(self, word):
        found = self.next()
        need(found == word, f"{word} expected, {found} found")

    def index(self):
        word = self.next()
        need(word.lstrip("-").isdecimal(), f"{word} is no index")
        return int(word)

    def value(self):
        try:
            return Fraction(self.next())
        except (ValueError, ZeroDivisionError) as error:
            raise Refused(str(error)) from error

    def terms(self, below):
        found = {}
        for _ in range(self.index()):
            index = self.index()
            need(0 <= index < below and index not in found, f"index {index}")
            found[index] = self.value()
        return found


def dominates(one, two):
    """Whether one constraint (terms, sense, right-hand side) says as much as the other."""
    (terms, sense, side), (wanted, kind, least) = one, two
    if is_absurd(one):
        return True
    if terms != wanted:
        return False
    if kind == "E":
        return sense == "E" and side == least
    if sense not in (kind, "E"):
        return False
    return side >= least if kind == "G" else side <= least


def is_absurd(constraint):
    terms, sense, side = constraint
    return not terms and {"G": side > 0, "L": side < 0, "E": side != 0}[sense]


def combined(known, multipliers):
    """The suitable linear combination."""
    terms, side, signs = {}, Fraction(0), set()
    for index, multiplier in multipliers.items():
        inner, sense, each = known[index]
        signs.add(multiplier * {"G": 1, "E": 0, "L": -1}[sense])
        side += multiplier * each
        for column, coefficient in inner.items():
            terms[column] = terms.get(column, 0) + multiplier * coefficient
    need(all(sign >= 0 for sign in signs) or all(sign <= 0 for sign in signs), "not a suitable combination")
    kind = "G" if any(sign > 0 for sign in signs) else "L" if any(sign < 0 for sign in signs) else "E"
    return {column: each for column, each in terms.items() if each}, kind, side


def rounded(constraint, whole):
    terms, sense, side = constraint
    need(sense != "E" and all(column in whole and each.denominator == 1 for column, each in terms.items()), "rounding")
    return terms, sense, Fraction(-((-side).__floor__()) if sense == "G" else side.__floor__())


def verify(text):
    """The range of the best value that the file proves: (least, most).  Raises Refused."""
    words = Words(text)
    words.say("VER")
    need(words.next() in ("1.0", "1.1"), "version")
    words.say("VAR")
    count = words.index()
    need(len({words.next() for _ in range(count)}) == count, "names of variables")
    words.say("INT")
    whole = {words.index() for _ in range(words.index())}
    words.say("OBJ")
    words.say("max")
    objective = words.terms(count)

    def constraint():
        words.next()
        sense, side = words.next(), words.value()
        need(sense in "ELG", sense)
        if words.words[words.at : words.at + 1] == ["OBJ"]:
            words.next()
            return objective, sense, side
        terms = words.terms(count)
        return {column: each for column, each in terms.items() if each}, sense, side

    words.say("CON")
    rows, bounds = words.index(), words.index()
    known = [constraint() for _ in range(rows)]
    need(all(len(terms) == 1 for terms, *_ in known[:bounds]), "bounds come first")
    words.say("RTP")
    words.say("range")
    least, most = words.value(), words.value()
    words.say("SOL")
    best = None
    for _ in range(words.index()):
        words.next()
        point = words.terms(count)
        need(all(point.get(column, Fraction(0)).denominator == 1 for column in whole), "a fraction in a solution")
        for terms, sense, side in known[:rows]:
            total = sum(each * point.get(column, 0) for column, each in terms.items())
            need({"E": total == side, "L": total <= side, "G": total >= side}[sense], "the solution breaks a row")
        value = sum(each * point.get(column, 0) for column, each in objective.items())
        best = value if best is None else max(best, value)
    need(best is not None and best >= least, "no solution is worth the least value")
    words.say("DER")
    assumed = [frozenset()] * rows
    for _ in range(words.index()):
        stated = constraint()
        words.say("{")
        reason, here = words.next(), len(known)
        if reason == "asm":
            assumed.append(frozenset([here]))
        elif reason in ("lin", "rnd"):
            multipliers = words.terms(here)
            found = combined(known, multipliers)
            need(dominates(rounded(found, whole) if reason == "rnd" else found, stated), f"constraint {here}")
            assumed.append(frozenset().union(*(assumed[index] for index in multipliers)))
        elif reason == "uns":
            one, case_one, two, case_two = (words.index() for _ in range(4))
            need(all(0 <= index < here for index in (one, case_one, two, case_two)), "indices of uns")
            need(dominates(known[one], stated) and dominates(known[two], stated), f"uns {here}")
            need(are_cases(known[case_one], known[case_two], whole), f"cases of {here}")
            assumed.append((assumed[one] - {case_one}) | (assumed[two] - {case_two}))
        else:
            raise Refused(f"unknown reason {reason}")
        words.say("}")
        words.index()
        known.append(stated)
    need(words.at == len(words.words), "words after the end")
    need(len(known) > rows and not assumed[-1] and dominates(known[-1], (objective, "L", most)), "the last constraint")
    return least, most


def are_cases(one, two, whole):
    first, second = (one, two) if one[1] == "L" else (two, one)
    return (
        (first[1], second[1]) == ("L", "G")
        and first[0] == second[0]
        and second[2] == first[2] + 1
        and first[2].denominator == 1
        and all(column in whole and each.denominator == 1 for column, each in first[0].items())
    )
