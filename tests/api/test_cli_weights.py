"""lotwise weights: facts, proofs and trials of one plan."""

import json

from optimizer.export import save
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.solve import solve
from tests.api.test_cli import lotwise
from tests.outcomes import small_instance, small_outcome


def test_weights_are_told_of_with_proofs_and_trials(tmp_path):
    save(solve(small_instance(), Limits(None, work=1)), tmp_path / "best")
    save(small_outcome(plan=Plan({"A2": ("L3",)})), tmp_path / "other")
    result = lotwise("weights", tmp_path / "best", "--against", tmp_path / "other", "--work", 1, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["metre_in_job_hundredths"], told["better"], told["seen"]) == (6, [], 1)
    assert {each["weight"] for each in told["trials"]} == {"job_direct", "job_indirect", "border_metre"}
    assert "This is proved." in result.stderr
    assert "C'est prouvé" in lotwise("weights", tmp_path / "best", "--language", "fr").stdout


def test_without_a_certificate_that_holds_nothing_is_proved(tmp_path):
    save(small_outcome(), tmp_path / "plan")
    told = json.loads(lotwise("weights", tmp_path / "plan", "--json").stdout)
    assert told["rules"] == []
    assert all(each["within_millipoints"] is None for each in told["weights"])


def test_a_plan_of_other_applicants_is_refused(tmp_path):
    save(small_outcome(), tmp_path / "plan")
    assert lotwise("weights", tmp_path / "plan", "--against", tmp_path).exit_code == 2
