"""What the tests of the pages share: a small round with its plan, stored by hand, and a visitor for each role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from api.child import outcome_document
from api.store import instances, principals, rounds, runs
from api.store.runs import Run
from api.worker import packed
from instances.faults import LANGUAGES
from instances.instance import Instance
from instances.reading import read_instance
from optimizer.outcome import Limits, Outcome
from optimizer.solve import solve
from tests.api.finished import finish
from tests.api.house import House, house
from tests.api.pages import altered
from tests.api.pages.browsing import Site, browser
from tests.api.stores import KINDS, Stores
from tests.outcomes import small_instance

HERE = Path(__file__).parent
HTML = {"Accept": "text/html,application/xhtml+xml"}


@dataclass
class Held:
    """A house in which a round on the small zone was held: one run has ended with a plan, one waits."""

    house: House
    round_id: str
    zone_id: str
    plan_id: str
    ended: Run
    waiting: Run

    def get(self, path: str, role: str | None = "reader", language: str = "en", **headers: str) -> Any:
        client = self.house.client(role)
        return client.get(path, headers={**HTML, "Accept-Language": language, **headers}, follow_redirects=False)

    @property
    def pages(self) -> dict[str, str]:
        """The address of each page that shows something, by its template."""
        return {
            "sign_in.html": "/sign-in",
            "start.html": "/start",
            "rounds.html": "/rounds",
            "round.html": f"/rounds/{self.round_id}",
            "batch.html": f"/rounds/{self.round_id}/import",
            "zones.html": "/zones",
            "zone_new.html": "/zones/new",
            "zone.html": f"/zones/{self.zone_id}",
            "run.html": f"/runs/{self.ended.id}",
            "plan.html": f"/plans/{self.plan_id}",
            "compare.html": f"/compare?plan={self.plan_id}",
        }


PAIRS = {("sqlite", "en"), ("sqlite", "ar"), ("postgresql", "fr")}
"""What a page says and where it is kept do not meet: each language and each store is enough."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of the tests of pages in three languages on two stores, those of the pairs above."""
    left_out = [each for each in items if (pair := _pair(each)) is not None and pair not in PAIRS]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [each for each in items if each not in left_out]


def _pair(item: pytest.Item) -> tuple[str, str] | None:
    """(store, language) of a test of pages that has both."""
    if not item.path.is_relative_to(HERE) or not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    values = {each for each in item.callspec.params.values() if isinstance(each, str)}
    stores, languages = values & set(KINDS), values & set(LANGUAGES)
    return (stores.pop(), languages.pop()) if stores and languages else None


@pytest.fixture(scope="session")
def sqlite_url(stores: Stores) -> Iterator[str]:
    with stores.fresh("sqlite") as url:
        yield url


@pytest.fixture(scope="session")
def held(sqlite_url: str) -> Iterator[Held]:
    """One for all tests that only look."""
    with house(sqlite_url) as built:
        yield hold(built)


def hold(built: House) -> Held:
    """Store the round, its runs and the plan of one."""
    service = built.service
    with service.writing() as connection:
        by = _committee(connection)
        zone = instances.add_instance(connection, small_instance(), by)
        made = rounds.add(connection, "Spring <2027>", zone.id, "all", by)
        rounds.change(connection, made, state="open")
        limits = {"seconds": 5, "work": None, "seed": 1, "workers": 2}
        first = runs.add(connection, zone.id, made.id, limits, by)
    plan_id = finish(service, first.id)
    with service.writing() as connection:
        waiting = runs.add(connection, zone.id, made.id, limits, by)
        ended = runs.known(connection, first.id)
    return Held(built, made.id, zone.id, plan_id, ended, waiting)


def _committee(connection: Any) -> str:
    found = [each for each in principals.page(connection, None, 20) if each.roles == {"committee"}]
    return found[0].id


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="session")
def site(held: Held) -> Iterator[Site]:
    """The house of the round that was held, listening."""
    listening = Site(held.house)
    listening.start()
    yield listening
    listening.stop()


@dataclass
class Sitting:
    """A round that waits for a decision, with a plan that a solver found."""

    house: House
    site: Site
    round_id: str
    plan_id: str

    def state(self) -> str:
        with self.house.service.reading() as connection:
            found = rounds.find(connection, self.round_id)
        assert found is not None
        return found.state

    def end(self, run_id: str, outcome: Outcome) -> str:
        """End a run with what a solver found; gives back the plan's id."""
        with self.house.service.writing() as connection:
            claimed = runs.claim(connection, run_id, "by hand")
            assert claimed is not None
            plan_id = runs.finish(connection, run_id, claimed[1], packed(outcome_document(outcome)))
        assert plan_id is not None
        return plan_id

    def move(self, move: str, **body: str) -> None:
        answer = self.house.client("committee").post(f"/v1/rounds/{self.round_id}:{move}", json=body or None)
        assert answer.status_code == 200, answer.text


@contextmanager
def seated(url: str, instance: Instance) -> Iterator[Sitting]:
    """A sitting on an instance, with the plan that the optimizer finds for it."""
    with house(url) as built:
        outcome = solve(instance, Limits(seconds=20, work=20))
        limits = {"seconds": 20, "work": 20, "seed": 1, "workers": 2}
        service = built.service
        with service.writing() as connection:
            by = principals.add(connection, "person", "A member of the committee", ["committee"]).id
            zone = instances.add_instance(connection, instance, by)
            made = rounds.add(connection, "Spring <2027>", zone.id, "all", by)
            rounds.change(connection, made, state="open")
        site = Site(built)
        held = Sitting(built, site, made.id, "")
        held.move("freeze")
        with service.writing() as connection:
            found = rounds.find(connection, made.id)
            assert found is not None
            run = runs.add(connection, str(found.frozen_instance_id), made.id, limits, by)
        held.plan_id = held.end(run.id, outcome)
        site.start()
        yield held
        site.stop()


@pytest.fixture
def sitting(stores: Stores) -> Iterator[Sitting]:
    """A sitting of its own, for what changes it."""
    with stores.fresh("sqlite") as url, seated(url, read_instance(altered.FOLDER / "instance")) as held:
        yield held
