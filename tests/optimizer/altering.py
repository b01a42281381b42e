"""Certificates that somebody has altered: refused by our checker and by the stranger's alike, or their bound stands."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from instances.instance import Instance
from optimizer.audit import audit
from optimizer.certificate import CertificateError
from optimizer.certificates import any_certificate_from
from optimizer.check import check
from optimizer.plan import Plan
from tests import tiny, trees

Document = dict[str, Any]
Reader = Callable[[Document], int | None]
"""The bound that a certificate's document proves, or None for a refusal."""
KEPT = ("format", "instance", "plan_sha256")
"""A change of these is refused at once, which tells nothing."""


def altered(data: Any, document: Document, words: st.SearchStrategy[Any], kept: tuple[str, ...] = KEPT) -> Document:
    """The document after one to three changes: another word, another number, a thing left out, twice or elsewhere."""
    for _ in range(data.draw(st.integers(1, 3))):
        places = [(inside, key) for inside, key in trees.places(document) if key not in kept]
        inside, key = data.draw(st.sampled_from(places))
        what = data.draw(st.sampled_from(["word", "number", "number", "number", "drop", "twice", "swap"]))
        if what == "word":
            inside[key] = data.draw(words)
        elif what == "number" and type(inside[key]) is int:
            much = 100_000 * (document["scale"] if type(document.get("scale")) is int else 1)
            inside[key] += data.draw(st.sampled_from([-1, 1, -1000, 1000, -much, much]))
        elif what == "drop":
            del inside[key]
        elif what == "twice" and isinstance(inside, list):
            inside.insert(key, json.loads(json.dumps(inside[key])))
        elif what == "swap" and isinstance(inside, list):
            other = data.draw(st.integers(0, len(inside) - 1))
            inside[key], inside[other] = inside[other], inside[key]
    return document


def is_accepted(instance: Instance, plan: Plan, document: Document) -> bool:
    """Whether `lotwise check` would take it."""
    try:
        check(instance, plan, any_certificate_from(document))
    except CertificateError:
        return False
    return True


def stands_whatever_is_altered(
    data: Any,
    instance: Instance,
    best: tiny.Verdict,
    document: Document,
    words: st.SearchStrategy[Any],
    ours: Reader,
    theirs: Reader,
) -> None:
    """No altered copy of a document that is accepted proves less than the judge's best plan is worth."""
    plan, text = Plan(dict(best.plan)), json.dumps(document)
    assert ours(json.loads(text)) == theirs(json.loads(text)) >= best.value
    assert is_accepted(instance, plan, json.loads(text))
    for _ in range(4):
        changed = altered(data, json.loads(text), words, (*KEPT, "value_millipoints"))
        found = ours(changed)
        assert found == theirs(changed)
        assert found is None or found >= best.value
        if is_accepted(instance, plan, changed):
            assert changed["bound_millipoints"] >= found >= best.value == audit(instance, plan).value_millipoints


def refused_with_another_digit(
    instance: Instance, plan: Plan, document: Document, behind: str, tries: int, ours: Reader, least: int
) -> int:
    """How many of the copies in which one digit is another are refused; the bounds of the others still stand.

    behind: digits before this word of the document stay.  least: millipoints that a plan is known to be worth.
    """
    text = json.dumps(document)
    start = text.index(f'"{behind}"')
    places = [found.start() for found in re.finditer(r"\d", text) if found.start() > start]
    draw, refused = random.Random(5), 0
    for place in draw.sample(places, tries):
        digit = (int(text[place]) + draw.randrange(1, 10)) % 10
        try:
            changed = json.loads(text[:place] + str(digit) + text[place + 1 :])
        except ValueError:  # a number that begins with 0
            continue
        found = ours(changed)
        accepted = is_accepted(instance, plan, changed)
        assert accepted == (found is not None and found <= changed["bound_millipoints"])
        assert found is None or found >= least
        refused += not accepted
    return refused
