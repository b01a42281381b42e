"""The check in a reader's own browser proves what `lotwise check` proves, in no fewer steps."""

import base64
import copy
import json
import re

import pytest

from api.child import outcome_document
from api.worker import packed
from instances import library
from instances.reading import read_instance
from instances.writing import document_text
from optimizer import case_bound, lottery, piece_search
from optimizer.case_bound import CaseCheck, case_bound_millipoints
from optimizer.case_certificate import case_certificate_from
from optimizer.certificate import CertificateError
from optimizer.certificates import any_certificate_from
from optimizer.check import proved_bound_millipoints
from optimizer.lottery import drawn_plan
from optimizer.outcome import Limits
from optimizer.piece_bound import piece_bound_millipoints
from optimizer.piece_certificate import PieceCertificate
from optimizer.plan import Plan
from optimizer.solve import solve
from tests.api.pages import altered
from tests.api.pages.browsing import visit
from tests.api.pages.checking import Asked, in_the_browser
from tests.api.pages.test_assets import SCRIPTS
from tests.optimizer.test_altered_cases import short_of_power

THREE_LOTS = read_instance(altered.FOLDER / "instance")
BEST = Plan({"A1": ("L1",), "A3": ("L3",)})


def test_the_browser_believes_every_good_certificate_and_no_altered_one(chromium, site):
    files = list(altered.files())
    of_name = {each["name"]: each for each in files}
    looked = in_the_browser(chromium, site, altered.instance(), files)
    assert len(looked) == len(altered.NAMES) > 150
    for name, state, lines in looked:
        kind, _, stem = name.partition("/")
        wrong = {check for check, (result, _) in lines.items() if result == "bad"}
        if kind != "valid":
            assert state == "bad", name
            continue
        # The plan says that it is unique, which only a bound equal to its value can confirm.
        settles = altered.EXPECTED[kind][stem]["bound_millipoints"] == 3_350_000
        assert wrong == (set() if settles else {"unique"}), name
        certificate = any_certificate_from(json.loads(base64.b64decode(of_name[name]["certificate"])))
        assert settles == (drawn_plan(THREE_LOTS, certificate, 3_350_000) == BEST), name
        assert lines["bound"] == ["good", str(altered.EXPECTED[kind][stem]["bound_millipoints"])], name


def goes_through(instance, document, steps):
    """Whether the checker comes to the end of a certificate by pieces or by cases within so many steps."""
    certificate = any_certificate_from(document)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("optimizer.piece_bound.MOST_STEPS", steps)
        try:
            if isinstance(certificate, PieceCertificate):
                piece_bound_millipoints(instance, certificate)
            else:
                list(CaseCheck(instance, certificate, steps).cases())
        except CertificateError as refused:
            if refused.code != "too_long":
                raise
            return False
    return True


def test_the_browser_proves_every_good_certificate_in_no_fewer_steps_than_the_checker(chromium, site):
    counted = 0
    with visit(chromium, site, "en") as seen:
        asked = Asked(seen)
        for path in sorted((altered.FOLDER / "valid").glob("*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            if document["format"][-1] in "34":
                bound, steps = asked.bounded(THREE_LOTS, document)
                assert bound == str(proved_bound_millipoints(THREE_LOTS, any_certificate_from(document))), path.name
                assert asked.bounded(THREE_LOTS, document, steps) == (bound, steps), path.name
                assert goes_through(THREE_LOTS, document, steps), path.name
                if steps:
                    assert asked.bounded(THREE_LOTS, document, steps - 1)[0] == "too_long", path.name
                    counted += 1
    assert counted > 5


def test_the_browser_gives_up_after_as_many_steps_as_the_checker():
    for name, limits in {
        "pieces": {"MOST_STEPS": piece_search.MOST_STEPS},
        "cases": {"MOST_STEPS": case_bound.MOST_STEPS},
        "unique": {"MOST_STEPS": lottery.MOST_STEPS, "MOST_PLANS": lottery.MOST_PLANS},
    }.items():
        for limit, most in limits.items():
            assert re.search(rf"\b{limit} = {most}\b", SCRIPTS[f"verify_{name}.js"]), (name, limit)


def test_the_browser_tells_cases_apart_as_the_checker_does(chromium, site):
    """Questions of both kinds; a most or a bound that is too low by one is found out."""
    about, document = short_of_power()
    bound = case_bound_millipoints(about, case_certificate_from(document))
    low, lower = copy.deepcopy(document), document | {"bound_millipoints": document["bound_millipoints"] - 1}
    low["proofs"][0]["most"][0] -= 1
    with visit(chromium, site, "en") as seen:
        found = [Asked(seen).bounded(about, each)[0] for each in (document, low, lower)]
    assert found == [str(bound), "piece_too_low", str(case_bound_millipoints(about, case_certificate_from(lower)))]


def test_the_browser_proves_the_bound_of_the_bundled_zone_as_the_checker_does(chromium, site):
    """An instance with limits, quotas, several lots to a site and streets, by pieces."""
    instance = read_instance(library.path("ait-kamra-168"))
    outcome = solve(instance, Limits(seconds=60, work=1))
    stored = packed(outcome_document(outcome))
    texts = [document_text(instance).encode(), stored["document"], stored["certificate"]]
    text, plan, certificate = (base64.b64encode(each).decode() for each in texts)
    file = {"name": "bundled", "plan": plan, "certificate": certificate}
    [(_, state, lines)] = in_the_browser(chromium, site, text, [file])
    assert (state, lines["value"]) == ("good", ["good", str(outcome.value_millipoints)]), lines
    assert lines["bound"] == ["good", str(outcome.proof.bound_millipoints)]
