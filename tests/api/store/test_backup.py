"""A backup is the store, whichever kind it was, and comes back into either kind or not at all."""

import shutil
import sqlite3
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app
from api.jobs import migrate_jobs
from api.service import Service
from api.settings import Settings
from api.store import audit, principals
from api.store.backup import KEPT, BackupError, _digests, back_up, facts_of, restore
from api.store.engine import open_engine
from api.store.tables import runs, sessions
from tests.api.finished import SMALL, finish
from tests.api.house import Noted, house
from tests.api.stores import KINDS
from tests.postgres import Server


@pytest.fixture(scope="module", params=KINDS)
def full(request, stores):
    """A store with a round, people, keys, a plan, and a run that has not ended."""
    with stores.fresh(request.param) as url, house(url) as built:
        member = built.client("committee")
        ended = member.post("/v1/allocations", json={"instance": SMALL, "limits": {"seconds": 5}}).json()
        plan_id = finish(built.service, ended["id"])
        new = {"name": "spring", "instance_id": member.get("/v1/instances").json()["items"][0]["id"]}
        member.post(f"/v1/rounds/{member.post('/v1/rounds', json=new).json()['id']}:open")
        member.post("/v1/allocations", json={"instance": SMALL, "limits": {"seconds": 6}})
        yield url, plan_id


@pytest.fixture(scope="module")
def kept(full, tmp_path_factory):
    path = tmp_path_factory.mktemp("backup") / "kept.sqlite"
    return path, back_up(full[0], path)


@pytest.fixture
def empty(full, tmp_path, server: Server):
    """A place for a store of the other kind."""
    if full[0].startswith("postgresql"):
        yield f"sqlite:///{tmp_path / 'new.sqlite'}"
        return
    name = f"new_{tmp_path.name}".lower()[:60]
    yield server.create(name)
    server.drop(name)


def content(url):
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return _digests(connection), audit.verify(connection)
    finally:
        engine.dispose()


def test_everything_comes_back_and_what_had_not_ended_is_queued(full, kept, empty):
    queued = []
    facts = restore(kept[0], empty, lambda _, run_id: queued.append(run_id))
    assert facts == kept[1]
    assert content(empty) == content(full[0])
    assert {name for name, (count, _) in facts.tables.items() if count} >= {
        "principals", "api_keys", "instances", "rounds", "runs", "run_events", "plans", "audit_entries",
    }  # fmt: skip
    engine = open_engine(empty)
    with engine.connect() as connection:
        open_runs = connection.execute(sa.select(runs.c.id).where(runs.c.ended_at.is_(None))).scalars().all()
        assert connection.execute(sa.select(sessions)).all() == []
    engine.dispose()
    assert queued == open_runs
    assert queued
    with house_on(empty) as client:
        assert client.get(f"/v1/plans/{full[1]}").status_code == 200


@contextmanager
def house_on(url):
    """The service on a store that has principals of its own already."""
    engine = open_engine(url)
    with engine.begin() as connection:
        made = principals.add(connection, "machine", "after the restore", ["reader"])
        key = principals.issue_key(connection, made.id, None)[1]
    service = Service(Settings(store=url), engine, Noted())
    yield TestClient(create_app(service), headers={"Authorization": f"Bearer {key}"})
    engine.dispose()


def test_nothing_is_overwritten(full, kept, tmp_path):
    with pytest.raises(BackupError, match="file_exists"):
        back_up(full[0], kept[0])
    with pytest.raises(BackupError, match="store_not_empty"):
        restore(kept[0], full[0], lambda *_: None)


def test_only_its_owner_may_read_it(kept):
    assert kept[0].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("table", [table.name for table in KEPT if table.name in ("rounds", "plans", "audit_entries")])
def test_an_altered_backup_restores_nothing(kept, tmp_path, table):
    altered = tmp_path / "altered.sqlite"
    shutil.copy(kept[0], altered)
    with sqlite3.connect(altered) as connection:
        connection.execute("DROP TRIGGER audit_entries_unchanged")
        column = {"rounds": "name", "plans": "certificate_sha256", "audit_entries": "facts"}[table]
        connection.execute(f"UPDATE {table} SET {column} = '{{}}'")
    connection.close()
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    with pytest.raises(BackupError, match=f"backup_altered: {table}"):
        restore(altered, url, lambda *_: None)


@pytest.mark.parametrize("data", [b"", b"text", b"SQLite format 3\x00" + b"x" * 5000])
def test_another_file_is_no_backup(tmp_path, data):
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(BackupError, match="not_a_backup"):
        facts_of(tmp_path / "x")


def test_a_store_that_fails_in_the_middle_leaves_an_empty_one(kept, empty):
    def refuse(*_):
        raise RuntimeError("the queue is gone")

    with pytest.raises(RuntimeError, match="the queue is gone"):
        restore(kept[0], empty, refuse)
    assert all(count == 0 for count, _ in content(empty)[0].values())
    restore(kept[0], empty, lambda *_: None)


def test_by_command_from_one_store_to_the_other(full, empty, tmp_path):
    path = tmp_path / "by_command.sqlite"
    told = CliRunner().invoke(app, ["backup", str(path), "--store", full[0]])
    assert told.exit_code == 0, told.output
    assert CliRunner().invoke(app, ["backup", str(path), "--store", full[0]]).exit_code == 2
    back = CliRunner().invoke(app, ["restore", str(path), "--store", empty])
    assert back.exit_code == 0, back.output
    assert content(empty) == content(full[0])
    again = CliRunner().invoke(app, ["restore", str(path), "--store", empty])
    assert (again.exit_code, "not overwritten" in " ".join(again.output.split())) == (2, True)
    wrong = CliRunner().invoke(app, ["restore", str(tmp_path), "--store", f"sqlite:///{tmp_path / 'none.sqlite'}"])
    assert wrong.exit_code == 2
    assert not (tmp_path / "none.sqlite").exists()
    migrate_jobs(empty)


def test_a_person_is_exported_and_forgotten_and_the_chain_stays_whole(stores, store_url):
    with house(store_url) as built:
        admin = built.client("admin")
        token = admin.post("/v1/invitations", json={"roles": ["committee"]}).json()["token"]
        joined = built.client().post(
            f"/v1/invitations/{token}:accept", json={"name": "a member", "password": "a long enough password"}
        )
        member = joined.json()["id"]
        cookie = joined.headers["set-cookie"].partition(";")[0]
        assert built.client(Cookie=cookie).get("/v1/me").status_code == 200
        export = CliRunner().invoke(app, ["forget", "a member", "--export", "--store", store_url])
        assert '"name": "a member"' in export.output
        assert "password_hash" not in export.output
        told = CliRunner().invoke(app, ["forget", "a member", "--store", store_url])
        assert told.exit_code == 0, told.output
        assert CliRunner().invoke(app, ["forget", "a member", "--store", store_url]).exit_code == 2
        assert built.client(Cookie=cookie).get("/v1/me").status_code == 401
        with built.service.reading() as connection:
            assert audit.verify(connection)[2] is None
            entries = [each for each in audit.entries(connection) if "a member" in str(each.facts)]
        assert [each.action for each in entries] == ["person.join"]
        assert f"{entries[0].number}" in told.output.rpartition(":")[2]
        assert member in told.output
        everybody = {each["name"] for each in admin.get("/v1/principals").json()["items"]}
        assert "a member" not in everybody
