"""A stranger's checker, written from the page alone, agrees with ours on everything."""

import ast
import json
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.library import path as path_of
from instances.writing import document
from optimizer.bound import bound_millipoints
from optimizer.branching import tree_bound
from optimizer.certificate import Certificate
from optimizer.export import save
from optimizer.outcome import Limits
from optimizer.solve import solve
from tests import drawn, tiny, trees
from tests.good_prices import SCALE, good_prices
from tests.optimizer.meeting import agree_on, zone_of
from tests.optimizer.stranger import Disagreement, Zone, digest, read
from tests.optimizer.stranger_bound import bound_of, check
from tests.optimizer.stranger_tree import bound_with_tree

HERE = Path(__file__).parent
CERTIFICATES = HERE.parent / "certificates"


def test_the_stranger_knows_nothing_of_ours():
    for name in ("stranger.py", "stranger_bound.py", "stranger_tree.py", "stranger_pieces.py", "stranger_cases.py"):
        for node in ast.walk(ast.parse((HERE / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {each.name for each in node.names} <= sys.stdlib_module_names
            if isinstance(node, ast.ImportFrom):
                assert node.module.partition(".")[0] in sys.stdlib_module_names or node.module.startswith(
                    "tests.optimizer.stranger"
                )


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    from instances.reading import read_instance

    folder = tmp_path_factory.mktemp("stranger")
    outcome = solve(read_instance(path_of("ait-kamra-168")), Limits(None, work=3))
    save(outcome, folder)
    return folder, outcome


def test_the_stranger_agrees_on_the_bundled_zone(solved):
    folder, outcome = solved
    assert outcome.certificate["format"] == "lotwise-certificate-3"
    found = check(path_of("ait-kamra-168"), folder)
    assert found["fingerprint"] == outcome.instance.fingerprint()
    assert found["value"] == outcome.value_millipoints
    assert found["bound"] == outcome.proof.bound_millipoints
    assert check(folder / "instance.json", folder) == found


def test_the_stranger_agrees_on_plain_prices_of_the_bundled_zone(solved):
    instance = solved[1].instance
    prices = {("lot", lot.lot_id): 200_000 + 7 * number for number, lot in enumerate(instance.lots)}
    prices |= {("limit", limit.zone, "power_kw"): 300 for limit in instance.policy.limits if limit.power_kw is not None}
    zone = Zone(read(solved[0] / "instance.json"))
    ours = bound_millipoints(instance, Certificate(instance.fingerprint(), "0" * 64, 0, 0, 1, prices))
    assert bound_of(zone, prices, 1) == ours


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("plan.json", '"value_millipoints": 4', '"value_millipoints": 5'),
        ("plan.json", '"jobs": 3', '"jobs": 2'),
        ("plan.json", '"bound_millipoints": 4', '"bound_millipoints": 3'),
        ("plan.json", '"seed": 1', '"seed": 2'),
        ("plan.json", '"L00', '"L01'),
        ("plan.json", '"A0', '"A1'),
        ("certificate.json", '"L0', '"L1'),
        ("certificate.json", '"scale":1024', '"scale":1023'),
        ("certificate.json", '"bound_millipoints":4', '"bound_millipoints":3'),
        ("certificate.json", '"plan_sha256":"', '"plan_sha256":"0'),
    ],
)
def test_the_stranger_refuses_what_was_touched(solved, tmp_path, name, before, after):
    folder = shutil.copytree(solved[0], tmp_path / "copy")
    text = (folder / name).read_text(encoding="utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(Disagreement):
        check(path_of("ait-kamra-168"), folder)


def test_the_stranger_agrees_on_the_known_certificates(tmp_path):
    """Those that are JSON: what is refused here is refused there."""
    shutil.copy(CERTIFICATES / "plan.json", tmp_path)
    zone = Zone(read(CERTIFICATES / "instance"))
    malformed = [path for kind in ("tree", "pieces", "cases") for path in CERTIFICATES.glob(f"malformed/{kind}_*.json")]
    for path in sorted([*CERTIFICATES.glob("*valid/*.json"), *malformed]):
        certificate = json.loads(path.read_text(encoding="utf-8"))
        plan = json.loads((CERTIFICATES / "plan.json").read_text(encoding="utf-8"))
        bound, value = certificate["bound_millipoints"], plan["value_millipoints"]
        gap = -((value - bound) * 1_000_000 // value) / 1_000_000
        plan["proof"] = {"bound_millipoints": bound, "gap": gap, "certificate_sha256": digest(certificate)}
        (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        shutil.copy(path, tmp_path / "certificate.json")
        if path.parent.name == "valid":
            assert check(CERTIFICATES / "instance", tmp_path)["bound"] <= bound
        else:
            with pytest.raises(Disagreement):
                check(CERTIFICATES / "instance", tmp_path)
    assert zone.lots


@tiny.examples(60)
@given(st.data())
def test_the_stranger_agrees_on_tiny_instances_of_every_feature(tmp_path_factory, data):
    instance = data.draw(drawn.instances())
    zone = zone_of(instance, tmp_path_factory.mktemp("tiny"))
    assert digest(zone.instance) == instance.fingerprint()
    scale, prices = data.draw(drawn.certified_prices(instance))
    ours = bound_millipoints(instance, Certificate(instance.fingerprint(), "0" * 64, 0, 0, scale, prices))
    assert bound_of(zone, prices, scale) == ours
    agree_on(zone, instance, data.draw(drawn.choices(instance)))
    assert document(instance)


@tiny.examples(200)
@given(st.data())
def test_the_stranger_agrees_on_every_tree(tmp_path_factory, data):
    """Each node from nothing there, node after node with a way back here: the same bound to the last unit."""
    instance = data.draw(drawn.instances())
    zone = zone_of(instance, tmp_path_factory.mktemp("tree"))
    kind = data.draw(st.sampled_from(["good", "any", "none"]))
    scale, prices = data.draw(drawn.certified_prices(instance)) if kind == "any" else (1, {})
    if kind == "good":
        scale, prices = SCALE, good_prices(instance)
    tree = data.draw(trees.trees(instance, scale))
    best, most = tiny.verdict(instance), bound_of(zone, prices, scale)
    claims = {0, most - 1, most * 9 // 10, *((best.value - 1, best.value, (best.value + most) // 2) if best else ())}
    if kind == "none":  # so that a choice loses just as much as it may, or one more
        worth = {
            sum(zone.worth(zone.applicants[name], site)) for name, found in zone.placements.items() for site in found
        }
        claims |= {most - each - above for each in sorted(worth)[:4] for above in (0, 1)}
    for claim in sorted(each for each in claims if 0 <= each < 2**53):
        certificate = Certificate(instance.fingerprint(), "0" * 64, 0, claim, scale, prices, tree)
        document = json.loads(json.dumps(certificate.document()))
        assert bound_with_tree(zone, prices, document) == tree_bound(instance, certificate)
