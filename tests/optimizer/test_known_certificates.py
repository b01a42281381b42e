"""Every certificate of tests/certificates is accepted or refused as its page says.

The liar is thorough: the plan's proof is made to agree with the certificate, so that only the lie itself can be found.
"""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instances.reading import read_instance
from optimizer.bound import bound_millipoints
from optimizer.certificate import Certificate, CertificateError, document_sha256
from optimizer.check import Checked, check_folder
from tests import drawn, tiny

FOLDER = Path(__file__).parent.parent / "certificates"
INSTANCE = FOLDER / "instance"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
NAMES = [f"{kind}/{name}" for kind, names in EXPECTED.items() for name in names]


def expected(name: str) -> dict[str, object]:
    kind, _, stem = name.partition("/")
    return EXPECTED[kind][stem]


def believed(content: bytes, folder: Path) -> Checked:
    """The check of a plan whose proof says what the certificate says, as far as that can be read."""
    plan = json.loads((FOLDER / "plan.json").read_text(encoding="utf-8"))
    try:
        certificate = json.loads(content)
        digest = document_sha256(certificate)
        bound, value = certificate["bound_millipoints"], plan["value_millipoints"]
        gap = -((value - bound) * 1_000_000 // value) / 1_000_000
    except (ValueError, TypeError, KeyError, RecursionError):
        digest, bound, gap = "0" * 64, plan["value_millipoints"], 0.0
    plan["proof"] = {"bound_millipoints": bound, "gap": gap, "certificate_sha256": digest}
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (folder / "certificate.json").write_bytes(content)
    return check_folder(INSTANCE, folder)


def test_every_file_is_listed_and_every_listed_file_is_there():
    there = {f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*valid/*.json")}
    there |= {f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("malformed/*.json")}
    assert there == set(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("valid/")])
def test_what_is_proved_is_accepted(name, tmp_path):
    checked = believed((FOLDER / f"{name}.json").read_bytes(), tmp_path)
    settles = expected(name)["bound_millipoints"] == 3_350_000
    wrong = [line for line in checked.lines if not line.ok]
    # The plan says that it is unique, which only a bound equal to its value can confirm.
    assert [line.label for line in wrong] == ([] if settles else ["unique"])
    proven = next(line for line in checked.lines if line.label == "proven bound in millipoints")
    assert proven.recomputed == str(expected(name)["bound_millipoints"])


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("valid/")])
def test_every_lie_is_refused_with_its_reason(name, tmp_path):
    checked = believed((FOLDER / f"{name}.json").read_bytes(), tmp_path)
    assert not checked.ok
    refusals = {line.said: line.recomputed for line in checked.lines if not line.ok}
    assert expected(name)["code"] in refusals
    assert refusals[expected(name)["code"]].strip()


def test_the_folder_is_the_example_of_the_page():
    page = (FOLDER.parent.parent / "docs" / "certificate.md").read_text(encoding="utf-8")
    assert read_instance(INSTANCE).fingerprint() in page
    for block, name in (
        ("certificate.json", "as_in_the_docs"),
        ("tree", "tree_by_hand"),
        ("pieces", "pieces_by_hand"),
        ("cases", "cases_by_hand"),
    ):
        written = page.split(f"```json {block}\n")[1].split("```")[0]
        assert json.loads(written) == json.loads((FOLDER / f"valid/{name}.json").read_text(encoding="utf-8"))


@tiny.examples(150)
@given(st.data())
def test_no_altered_price_proves_less_than_the_best_plan_is_worth(data):
    """Whatever is done to the prices, the certificate is refused or its bound still stands."""
    instance = data.draw(drawn.instances())
    verdict = tiny.verdict(instance)
    assume(verdict is not None)
    scale, prices = data.draw(drawn.certified_prices(instance))
    keys = sorted(prices)
    for _ in range(data.draw(st.integers(1, 4))):
        what = data.draw(st.sampled_from(["price", "drop", "add", "swap", "scale"]))
        if what == "scale":
            scale = data.draw(st.integers(1, 2**20))
        elif what == "add":
            prices[data.draw(drawn.row_keys(instance))] = data.draw(st.integers(1, 10**9))
        elif keys:
            key = data.draw(st.sampled_from(keys))
            price = prices.pop(key, 1)
            if what == "price":
                prices[key] = data.draw(st.integers(1, 10**12))
            elif what == "swap":
                words = [*key]
                one, two = data.draw(st.tuples(*[st.integers(1, len(words) - 1)] * 2))
                words[one], words[two] = words[two], words[one]
                prices[tuple(words)] = price
    try:
        certificate = Certificate(instance.fingerprint(), "0" * 64, 0, 0, scale, prices)
        bound = bound_millipoints(instance, certificate)
    except CertificateError:
        return
    assert bound >= verdict.value
