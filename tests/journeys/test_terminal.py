"""A round from the terminal: the same story as through the client, typed by a person."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from api.cli import app
from instances.library import path as path_of
from instances.reading import read_instance
from instances.tables import write_applicants
from tests.api.served import LOTWISE, served


@pytest.fixture
def running(store_url, tmp_path):
    with served(store_url, tmp_path) as processes:
        processes.serve("--bundled")
        yield processes


def test_a_round_from_the_terminal(running, tmp_path, monkeypatch):
    """The service and the commands on its store run in processes of their own; what is typed to the service runs here,
    but for the first list."""
    monkeypatch.chdir(tmp_path)
    reach = {"LOTWISE_ADDRESS": running.address, "COLUMNS": "80"}

    def said(*arguments, code=0):
        done = CliRunner(env=reach).invoke(app, list(arguments))
        assert done.exit_code == code, done.output
        return done.stdout if code == 0 else done.stderr

    def document(*arguments):
        command = [*LOTWISE, *arguments, "--json"]
        done = subprocess.run(command, env=running.environment | reach, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    reach["LOTWISE_KEY"] = document("key", "the secretariat", "--role", "committee", "--role", "clerk")["key"]
    (bundled,) = document("round", "list")["rounds"]
    assert (bundled["state"], bundled["applicants"]) == ("open", 420)
    made = json.loads(said("round", "new", "Spring", str(path_of("ait-kamra-168")), "--applicants", "pinned", "--json"))
    said("round", "move", made["id"], "open")
    everybody = read_instance(path_of("ait-kamra-168")).applicants
    write_applicants([each for each in everybody if not each.is_pinned], tmp_path / "batch.xlsx")
    assert "fautes" not in said("submit", made["id"], "batch.xlsx", "--dry-run", "--language", "fr")
    said("submit", made["id"], "batch.xlsx")
    again = said("submit", made["id"], "batch.xlsx", code=3)
    assert "batch.xlsx" in again
    assert again.count("is in the round already") > 300
    assert "roster" in said("round", "move", made["id"], "freeze").lower()
    ended = json.loads(said("round", "run", made["id"], "--seconds", "2", "--out", "plan", "--json"))
    plan_id = ended["result"]["plan_id"]
    said("round", "approve", made["id"], plan_id, "--note", "unanimous")
    assert "published" in said("round", "move", made["id"], "publish")
    wrong = said("round", "move", made["id"], "open", code=2)
    assert "published" in wrong
    assert "pinned" not in said("round", "next", made["id"], "Autumn")
    said("check", "plan/instance.json", "plan")
    assert document("audit", "verify")["broken_at"] is None


def test_a_key_for_a_role_that_is_not_there_is_refused(tmp_path):
    command = [sys.executable, "-m", "api.cli", "key", "x", "--role", "king", "--store", f"sqlite:///{tmp_path / 'x'}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "king" in done.stderr
    assert not (tmp_path / "x").exists()
