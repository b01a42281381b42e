"""Stories on the bundled zone through the API, in three languages: a broken policy, plans side by side, policy help."""

import csv
import io
import json
from dataclasses import replace

import pytest

from api.child import outcome_document
from api.cli.account import account
from api.cli.phrases import say
from api.store import runs
from api.worker import packed
from instances.faults import LANGUAGES
from instances.instance import Instance
from instances.library import path
from instances.policy import Quota
from instances.policy_file import policy_document
from instances.reading import read_instance
from instances.writing import document
from optimizer.audit import audit
from optimizer.conflict.find import screened
from optimizer.outcome import Limits
from optimizer.plan import Plan
from optimizer.solve import solve
from optimizer.stage_proof import check_stages
from optimizer.wording import points
from tests.api.house import house

WORK = {"work": 1}


@pytest.fixture(scope="module")
def zone():
    return read_instance(path("ait-kamra-168"))


@pytest.fixture(scope="module")
def served(stores):
    with stores.fresh("sqlite") as url, house(url) as built:
        yield built


def ended(served, run_id, outcome):
    """Store the outcome of a run as its worker would."""
    with served.service.writing() as connection:
        claimed = runs.claim(connection, run_id, "by hand")
        return runs.finish(connection, run_id, claimed[1], packed(outcome_document(outcome)))


@pytest.fixture(scope="module")
def plan_id(served, zone):
    asked = {"instance": document(zone), "limits": WORK}
    run_id = served.client("analyst").post("/v1/allocations", json=asked).json()["id"]
    return ended(served, run_id, solve(zone, Limits(None, work=1)))


def test_a_floor_out_of_reach_is_proved_explained_and_mended(served, zone):
    """The committee asks for ninety percent IT lots; eight lots are pinned and few others admit that sector."""
    quota = Quota("it_floor", sector="it_services", min_lot_share_percent=90)
    broken = replace(zone, policy=replace(zone.policy, quotas=(*zone.policy.quotas, quota)))
    analyst = served.client("analyst")
    asked = {"instance": document(broken), "limits": WORK}
    run_id = analyst.post("/v1/allocations", json=asked).json()["id"]
    outcome = solve(broken, Limits(seconds=6))
    assert outcome.kind == "infeasible_proved"
    ended(served, run_id, outcome)
    result = analyst.get(f"/v1/runs/{run_id}").json()["result"]
    assert (result["kind"], result["plan_id"]) == ("infeasible_proved", None)
    assert ("quota", "it_floor") in {(each["kind"], each["name"]) for each in result["conflict"]["clashes"][0]["rules"]}
    told = {
        language: " ".join(
            analyst.get(f"/v1/runs/{run_id}/conflict", headers={"Accept-Language": language}).json()["sentences"]
        )
        for language in LANGUAGES
    }
    assert "No plan keeps all the rules. This is proved." in told["en"]
    assert "Le minimum de 90 % du quota it_floor ne peut être tenu" in told["fr"]
    assert "لا توجد خطة تحترم كل القواعد" in told["ar"]
    for remedy in result["conflict"]["remedies"]:
        for change in remedy:
            if change["kind"] == "quota" and len(remedy) == 1:
                eased = Quota("it_floor", sector="it_services", min_lot_share_percent=change["to"])
                trial = Instance(
                    zone.lots,
                    zone.neighbours,
                    zone.applicants,
                    replace(zone.policy, quotas=(*zone.policy.quotas, eased)),
                )
                assert screened(trial) == ()


def test_policies_are_compared_as_json_csv_and_workbook(served, zone, plan_id):
    analyst = served.client("analyst")
    instance_id = analyst.get(f"/v1/plans/{plan_id}/summary").json()["instance_id"]
    borders = replace(zone.policy, border_metre=12)
    sides = [
        {"label": "as it is", "plan_id": plan_id},
        {"label": "twice the border", "instance_id": instance_id, "policy": policy_document(borders), "limits": WORK},
    ]
    made = analyst.post("/v1/comparisons", json={"name": "borders", "sides": sides})
    assert made.status_code == 202, made.text
    variant = Instance(zone.lots, zone.neighbours, zone.applicants, borders)
    other = ended(served, made.json()["columns"][1]["run_id"], solve(variant, Limits(None, work=1)))
    comparison_id = made.json()["id"]
    told = analyst.get(f"/v1/comparisons/{comparison_id}").json()
    assert told["state"] == "done"
    assert all(each["breaches"] == 0 if "breaches" in each else each["envies"] >= 0 for each in told["columns"])
    assert told["columns"][1]["plan_id"] == other
    assert told["columns"][0]["power_kw_limit"] == 16_572
    for language, title in (("en", "Direct jobs"), ("fr", "Emplois directs"), ("ar", "مناصب الشغل المباشرة")):
        answer = analyst.get(f"/v1/comparisons/{comparison_id}.csv", headers={"Accept-Language": language})
        rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(answer.text))}
        assert rows["jobs_direct"][0] == title
        assert rows["jobs_direct"][1:] == [str(each["jobs_direct"]) for each in told["columns"]]
    assert analyst.get(f"/v1/comparisons/{comparison_id}.xlsx").content[:2] == b"PK"
    assert analyst.get(f"/v1/comparisons/{comparison_id}.pdf").status_code == 406
    helped = analyst.get(f"/v1/plans/{plan_id}/policy-help", params={"against": [other]}).json()
    assert helped["seen"] == 1
    turn = next(each for each in helped["weights"] if each["weight"] == "border_metre")["above"]
    assert turn is None or turn["plan"] == other


def test_a_policy_with_faults_starts_nothing(served, plan_id):
    analyst = served.client("analyst")
    instance_id = analyst.get(f"/v1/plans/{plan_id}/summary").json()["instance_id"]
    side = {"label": "x", "instance_id": instance_id, "policy": {"name": "x", "nonsense": 1}}
    refused = analyst.post("/v1/comparisons", json={"name": "wrong", "sides": [side]})
    assert (refused.status_code, refused.json()["code"]) == (422, "faults")
    assert "nonsense" in json.dumps(refused.json()["faults"])


def test_the_policys_points_are_explained_in_three_languages(served, plan_id):
    reader = served.client("reader")
    told = {
        language: reader.get(f"/v1/plans/{plan_id}/policy-help", headers={"Accept-Language": language}).json()
        for language in LANGUAGES
    }
    assert told["en"]["metre_in_job_hundredths"] == 6
    assert {(each["kind"], each["name"], each["part"]) for each in told["en"]["rules"]} == {
        ("limit", "", "power_kw"), ("limit", "", "water_hl_day"),
        ("quota", "sme_floor", "min"), ("quota", "logistics_cap", "max"),
    }  # fmt: skip
    assert any("This is proved." in each for each in told["en"]["sentences"])
    assert any("C'est prouvé." in each for each in told["fr"]["sentences"])
    assert any("هذا مُثبت" in each for each in told["ar"]["sentences"])
    assert reader.get("/v1/plans/nothing/policy-help").status_code == 404
    assert reader.get(f"/v1/plans/{plan_id}/policy-help?against=nothing").status_code == 404


def test_jobs_first_then_clustering_with_every_stage_proved(served, zone):
    """The committee wants jobs above all, and gives up two percent of them for clusters; each stage is told."""
    staged = replace(zone, policy=replace(zone.policy, objective=(("jobs", 2), ("clustering", 0))))
    analyst = served.client("analyst")
    asked = {"instance": document(staged), "limits": WORK}
    run_id = analyst.post("/v1/allocations", json=asked).json()["id"]
    outcome = solve(staged, Limits(None, work=1))
    plan_id = ended(served, run_id, outcome)
    plan = analyst.get(f"/v1/plans/{plan_id}").json()
    jobs, clustering = plan["stages"]
    goals = audit(staged, Plan({each: tuple(lots) for each, lots in plan["assignments"].items()})).goals_millipoints
    assert jobs["floor_millipoints"] == -(-98 * jobs["value_millipoints"] // 100) <= goals["jobs"]
    assert goals["jobs"] <= jobs["bound_millipoints"]
    assert clustering["value_millipoints"] == goals["clustering"] <= clustering["bound_millipoints"]
    certificate = analyst.get(f"/v1/plans/{plan_id}/certificate").json()
    assert [each.goal for each in check_stages(staged, outcome.plan, certificate)] == ["jobs", "clustering"]
    for language in LANGUAGES:
        lines = dict(account(staged, outcome.plan, plan, language))
        print(language, *(f"{title}: {said}" for title, said in lines.items()), sep="\n")
        for number, stage in enumerate((jobs, clustering), start=1):
            title = say("stage", language, number=number, goal=say(stage["stage"], language))
            assert points(stage["bound_millipoints"], language) in lines[title]
        assert say("no_proof", language) not in lines.values()
