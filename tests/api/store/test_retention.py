"""What is past its period goes, what a decision rests on stays, and the audit chain is whole."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from api.cli import app
from api.store import audit, retention
from api.store.columns import UtcTime
from api.store.retention import Periods
from api.store.tables import audit_entries, metadata
from tests.api.finished import SMALL, finish

PERIODS = Periods(sign_ins=30, keys=365, trials=365, drafts=730, refused=365)
NOTHING = dict.fromkeys((*(name for name, _, _ in retention.STEPS), "answers"), 0)


def age(home, days):
    """Let everything have happened so many days earlier, but for the audit log, which nobody can change."""
    with home.service.writing() as connection:
        for table in metadata.sorted_tables:
            times = [column for column in table.columns if isinstance(column.type, UtcTime)]
            if not times or table is audit_entries:
                continue
            keys = list(table.primary_key)
            for row in connection.execute(sa.select(*keys, *times)).all():
                found = row._asdict()
                earlier = {
                    column.name: found[column.name] - timedelta(days=days) for column in times if found[column.name]
                }
                where = sa.and_(*(key == found[key.name] for key in keys))
                connection.execute(table.update().where(where).values(**earlier))


def cleared(home):
    with home.service.writing() as connection:
        gone = retention.clear(connection, PERIODS)
        assert audit.verify(connection)[2] is None
    return {name: count for name, count in gone.items() if count}


def count_of(home):
    with home.service.reading() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def allocated(home, **more):
    """A run outside any round, with its plan."""
    started = home.client("analyst").post("/v1/allocations", json={"instance": SMALL, "limits": {"seconds": 5}, **more})
    return finish(home.service, started.json()["id"])


def sat(home, *steps):
    """A round on the small zone, moved by these steps; its plan is decided before it is approved."""
    member = home.client("committee")
    zone = member.post("/v1/instances", json=SMALL).json()["id"]
    its_round = member.post("/v1/rounds", json={"name": "spring", "instance_id": zone, "applicants": "none"}).json()[
        "id"
    ]
    member.post(f"/v1/rounds/{its_round}:open")
    rows = [
        {name: value for name, value in each.items() if name not in ("pinned_lots", "preferred_lots")}
        for each in SMALL["applicants"]
    ]
    added = member.post(f"/v1/rounds/{its_round}/batches", json=rows)
    assert added.status_code == 201, added.text
    for step in steps:
        body = {}
        if step == "approve":
            run = member.post(f"/v1/rounds/{its_round}/runs", json={"work": 1}).json()["id"]
            body = {"plan_id": finish(home.service, run)}
        moved = member.post(f"/v1/rounds/{its_round}:{step}", json=body)
        assert moved.status_code == 200, moved.text
    return its_round


def test_what_is_recent_stays(home):
    allocated(home)
    sat(home)
    age(home, 29)
    before = count_of(home)
    assert cleared(home) == {}
    assert count_of(home) == before


def test_a_trial_goes_with_its_plan_and_then_the_zone_that_nothing_uses(home):
    allocated(home)
    age(home, 366)
    assert cleared(home) == {"trials": 1}
    found = count_of(home)
    assert (found["runs"], found["plans"], found["run_events"], found["instances"]) == (0, 0, 0, 1)
    age(home, 400)
    assert cleared(home) == {"instances": 1}


def test_a_plan_that_a_waiting_run_begins_from_stays(home):
    plan_id = allocated(home)
    age(home, 366)
    waiting = home.client("analyst").post(f"/v1/plans/{plan_id}/what-ifs", json={"changes": [], "limits": {"work": 1}})
    assert waiting.status_code == 202, waiting.text
    assert cleared(home) == {}
    finish(home.service, waiting.json()["id"])
    assert cleared(home) == {"trials": 1}


def test_compared_plans_stay_as_long_as_their_comparison(home):
    plan_id = allocated(home)
    age(home, 366)
    sides = [{"label": label, "plan_id": plan_id} for label in ("one", "two")]
    made = home.client("analyst").post("/v1/comparisons", json={"name": "x", "sides": sides})
    assert made.status_code in (201, 202), made.text
    assert cleared(home) == {}
    age(home, 366)
    assert cleared(home) == {"comparisons": 1, "trials": 1, "instances": 1}


def test_a_round_that_nobody_froze_goes_with_its_applicants(home):
    sat(home)
    age(home, 729)
    assert "drafts" not in cleared(home)
    age(home, 2)
    assert cleared(home) == {"drafts": 1, "instances": 1}
    found = count_of(home)
    assert [found[name] for name in ("rounds", "batches", "roster", "instances")] == [0, 0, 0, 0]


@pytest.mark.parametrize("steps", [("freeze",), ("freeze", "approve"), ("freeze", "approve", "publish")])
def test_what_was_frozen_stays_for_good(home, steps):
    its_round = sat(home, *steps)
    before = count_of(home)
    age(home, 3650)
    gone = cleared(home)
    assert gone.keys() <= {"refused", "answers"}
    after = count_of(home)
    assert {name: after[name] for name in ("rounds", "batches", "roster", "runs", "plans", "instances")} == {
        name: before[name] for name in ("rounds", "batches", "roster", "runs", "plans", "instances")
    }
    assert home.client("reader").get(f"/v1/rounds/{its_round}").json()["roster_sha256"]


def test_names_of_the_refused_leave_the_batches_of_a_published_round_and_nothing_else(home):
    its_round = sat(home, "freeze", "approve", "publish")
    page = home.client().get(f"/public/{its_round}").text
    age(home, 366)
    with home.service.reading() as connection:
        before = json.loads(connection.execute(sa.select(retention.batches.c.applicants)).scalar_one())
    gone = cleared(home)
    with home.service.reading() as connection:
        after = json.loads(connection.execute(sa.select(retention.batches.c.applicants)).scalar_one())
    granted = {"A1", "A2"}
    assert gone.get("refused", 0) == sum(
        bool(each.get("name")) for each in before if each["applicant_id"] not in granted
    )
    assert [each | {"name": ""} for each in after] == [each | {"name": ""} for each in before]
    assert {each["applicant_id"]: each.get("name") for each in after if each["applicant_id"] in granted} == {
        each["applicant_id"]: each.get("name") for each in before if each["applicant_id"] in granted
    }
    assert not any(each.get("name") for each in after if each["applicant_id"] not in granted)
    home.app.state.views.__init__()
    assert home.client().get(f"/public/{its_round}").text.count("<tr>") == page.count("<tr>")


def test_ended_sign_ins_and_closed_keys_go(home):
    admin = home.client("admin")
    admin.post("/v1/invitations", json={"roles": ["committee"]})
    machine = admin.post("/v1/principals", json={"name": "press", "roles": ["reader"]}).json()["id"]
    key = admin.post(f"/v1/principals/{machine}/keys", json={}).json()["id"]
    assert admin.delete(f"/v1/keys/{key}").status_code == 204
    age(home, 40)
    assert cleared(home) == {"sign_ins": 1}
    age(home, 366)
    assert cleared(home) == {"keys": 1}
    assert home.client("reader").get("/v1/rounds").status_code == 200, "keys that are open stay"


def test_the_log_says_what_was_removed_and_nothing_when_nothing_was(home):
    allocated(home)
    age(home, 366)
    cleared(home)
    with home.service.reading() as connection:
        entry = list(audit.entries(connection))[-1]
    assert (entry.who, entry.action, entry.facts["removed"]) == ("retention", "store.clear", NOTHING | {"trials": 1})
    cleared(home)
    with home.service.reading() as connection:
        assert list(audit.entries(connection))[-1].number == entry.number


def test_by_command_it_is_said_first_and_done_when_asked(home, monkeypatch):
    allocated(home)
    age(home, 100)
    monkeypatch.setenv("LOTWISE_KEEP_TRIALS_DAYS", "99")
    before, url = count_of(home), home.service.settings.store
    told = CliRunner().invoke(app, ["retain", "--store", url, "--json"])
    assert (told.exit_code, json.loads(told.stdout)) == (0, {"cleared": False, **NOTHING, "trials": 1})
    assert count_of(home) == before
    told = CliRunner().invoke(app, ["retain", "--store", url, "--clear", "--json"])
    assert (told.exit_code, json.loads(told.stdout)["trials"]) == (0, 1)
    assert count_of(home)["runs"] == 0
    for language in ("en", "fr", "ar"):
        assert CliRunner().invoke(app, ["retain", "--store", url, "--language", language]).exit_code == 0
