"""A real browser in front of a service that listens on this machine: every request is noted, none may leave it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from api.access import COOKIE
from api.store import principals
from tests.api.house import House
from tests.api.served import free_port

MISSING = "Chromium is missing: install Debian's package chromium, then run the tests again."
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = (
    "{resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
)
CONTRAST = "{resultTypes: ['violations'], runOnly: {type: 'rule', values: ['color-contrast']}}"
PATIENCE_MS = 60_000
"""A busy machine takes its time; what never comes is a failure all the same."""
expect.set_options(timeout=PATIENCE_MS)
LOCALES = {"en": "en-GB", "fr": "fr-FR", "ar": "ar-MA"}
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    "--disable-sync", "--disable-default-apps",
)  # fmt: skip


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's chromium.  Fails with what to install when there is none."""
    path = shutil.which("chromium")
    assert path is not None, MISSING
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield started
        started.close()


@dataclass
class Site:
    """A house that listens, until it is stopped; it can be started again on the same port."""

    house: House
    port: int = field(default_factory=free_port)
    _tokens: dict[str, str] = field(default_factory=dict)
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        config = uvicorn.Config(self.house.app, port=self.port, log_config=None, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self, answers: bool = False) -> None:
        """Stop; with `answers` only when every request under way is answered, as a service ends that is asked to."""
        assert self._server is not None
        assert self._thread is not None
        self._server.should_exit, self._server.force_exit = True, not answers
        self._thread.join(PATIENCE_MS / 1000 if answers else 10)

    def use(self, sessions: dict[str, str]) -> None:
        """Sessions that were opened elsewhere, by role."""
        self._tokens |= sessions

    def token(self, role: str) -> str:
        """A session for a person with the role, as signing in would open it."""
        if role not in self._tokens:
            with self.house.service.writing() as connection:
                made = principals.add(connection, "person", f"The {role} {self.port}", [role])
                self._tokens[role] = principals.open_session(connection, made.id, 1)
        return self._tokens[role]


@dataclass
class Visit:
    """Somebody in front of the browser."""

    site: Site
    context: BrowserContext
    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Any:
        answer = self.page.goto(self.site.address + path)
        self.page.evaluate("document.fonts.ready.then(() => null)")
        return answer

    def violations(self, rules: str = RULES) -> list[str]:
        """What axe-core finds wrong on the page as it stands."""
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE)
        found = self.page.evaluate(f"axe.run(document, {rules})")["violations"]
        return [f"{each['id']}: {[node['target'] for node in each['nodes'][:4]]}" for each in found]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width


@contextmanager
def visit(
    started: Browser, site: Site, language: str = "en", role: str | None = None, dark: bool = False, width: int = 1280
) -> Iterator[Visit]:
    """A fresh window in that language.  In the end no request has left the machine, and no page has complained."""
    context = started.new_context(
        locale=LOCALES[language],
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        bypass_csp=False,
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE_MS)
    if role is not None:
        context.add_cookies([{"name": COOKIE, "value": site.token(role), "url": site.address}])
    made = Visit(site, context, context.new_page())
    made.page.on("request", lambda request: made.asked.append(request.url))
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on("console", lambda said: made.complaints.append(said.text) if said.type == "error" else None)
    yield made
    context.close()
    strangers = [url for url in made.asked if not url.startswith((site.address, "data:", "blob:"))]
    assert not strangers
    allowed = ("status of 4", "ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED")
    complaints = [each for each in made.complaints if not any(part in each for part in allowed)]
    assert not complaints
