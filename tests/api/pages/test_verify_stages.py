"""A reader's own browser believes of a plan made in stages what `lotwise check` believes, and no lie."""

import base64
import json

from api.child import outcome_document
from api.worker import packed
from instances.writing import document_text
from optimizer.check import check_folder
from optimizer.outcome import Limits
from optimizer.solve import solve
from tests.api.pages.checking import in_the_browser
from tests.optimizer.test_stages import ROW, staged


def in_stage(number, **fields):
    """Something else is written in a stage of the certificate."""
    return lambda plan, proof: proof["stages"][number].update(fields)


def in_its_certificate(number, change):
    return lambda plan, proof: change(proof["stages"][number]["certificate"])


def prices_of(certificate):
    """A list of prices of any format."""
    return next(
        certificate[name] for name in ("prices", "borders", "applicants", "rows", "lots") if certificate.get(name)
    )


LIES = {
    "nothing": lambda plan, proof: None,
    "another_key": lambda plan, proof: proof.update(says="so"),
    "another_format": lambda plan, proof: proof.update(format="lotwise-stages-2"),
    "no_stages": lambda plan, proof: proof.update(stages=[]),
    "one_stage": lambda plan, proof: proof["stages"].pop(),
    "turned_round": lambda plan, proof: proof["stages"].reverse(),
    "a_value": in_stage(0, value_millipoints=4_000_000),
    "a_fraction": in_stage(0, loss_percent=5.0),
    "truth": in_stage(1, loss_percent=False),
    "another_loss": in_stage(0, loss_percent=6),
    "a_floor": in_stage(0, floor_millipoints=1),
    "a_bound_too_low": in_stage(1, bound_millipoints=0),
    "no_weights": in_stage(0, weights={}),
    "weights_of_something": in_stage(0, weights={"joy": 1}),
    "weights_below_nothing": in_stage(0, weights={"jobs": 1, "clustering": -1}),
    "weights_without_the_goal": in_stage(0, weights={"preferred": 1}),
    "weights_beyond_numbers": in_stage(0, weights={"jobs": 2**50}),
    "other_weights": in_stage(1, weights={"jobs": 3, "clustering": 7}),
    "another_plan": in_stage(0, assignments={"a": ["L1"]}),
    "a_lot_twice": in_stage(0, assignments={"a": ["L1"], "b": ["L1"]}),
    "text_for_lots": in_stage(0, assignments={"a": "L1"}),
    "no_certificate": in_stage(0, certificate=None),
    "another_instance": in_its_certificate(0, lambda each: each.update(instance="0" * 64)),
    "a_lower_claim": in_its_certificate(1, lambda each: each.update(bound_millipoints=each["bound_millipoints"] // 2)),
    "a_higher_claim": in_its_certificate(1, lambda each: each.update(bound_millipoints=10**9)),
    "no_price": in_its_certificate(1, lambda each: prices_of(each).clear()),
    "says_less": lambda plan, proof: plan["stages"].pop(),
    "says_another_bound": lambda plan, proof: plan["stages"][1].update(bound_millipoints=10**9),
    "says_another_floor": lambda plan, proof: plan["stages"][0].update(floor_millipoints=1),
    "says_nothing": lambda plan, proof: plan.update(stages=None),
    "says_more": lambda plan, proof: plan["stages"][0].update(joy=1),
    "hides_its_stages": lambda plan, proof: plan.pop("stages"),
    "says_proved": lambda plan, proof: plan.update(proof={"bound_millipoints": 1, "gap": 0.0}),
    "says_unique": lambda plan, proof: plan.update(unique=True),
    "says_nothing_of_unique": lambda plan, proof: plan.pop("unique"),
}  # fmt: skip
BELIEVED = {"nothing", "says_more"}


def test_the_browser_and_the_checker_refuse_the_same_lies_about_stages(chromium, site, tmp_path):
    instance = staged(ROW, ("jobs", 5), ("clustering", 0))
    outcome = solve(instance, Limits(None, 1, workers=1))
    stored, instance_path = packed(outcome_document(outcome)), tmp_path / "instance.json"
    instance_path.write_text(document_text(instance), encoding="utf-8")
    files, verdicts = [], {}
    for name, lie in LIES.items():
        plan, proof = json.loads(stored["document"]), json.loads(stored["certificate"])
        lie(plan, proof)
        texts = {"plan": json.dumps(plan).encode(), "certificate": json.dumps(proof).encode()}
        for stem, content in texts.items():
            (tmp_path / f"{stem}.json").write_bytes(content)
        verdicts[name] = check_folder(instance_path, tmp_path).ok
        files.append({"name": name} | {stem: base64.b64encode(content).decode() for stem, content in texts.items()})
    assert {name for name, ok in verdicts.items() if ok} == BELIEVED
    text = base64.b64encode(document_text(instance).encode()).decode()
    looked = {name: (state, lines) for name, state, lines in in_the_browser(chromium, site, text, files)}
    for name, (state, lines) in looked.items():
        assert (state == "good") == verdicts[name], (name, lines)
    told = [[each["stage"], each["value_millipoints"], each["bound_millipoints"]] for each in outcome.stages]
    lines = looked["nothing"][1]
    assert lines["stages"] == ["good", [[goal, str(value), str(bound)] for goal, value, bound in told]]
    assert {name for name, (said, _) in lines.items() if said == "none"} == {"hashes", "bound", "gap"}
