"""A real Chromium, and what its pages complain of while people look at them."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, WebError
from webui_browser import ARGUMENTS

PATIENCE: Final = 30_000
"""Milliseconds until something that should be seen counts as missing."""

_TOKEN: Final = "hyperdock-token"  # noqa: S105 - under which name the pages keep it
_SIZE: Final = {"width": 1280, "height": 900}


class Site(Protocol):
    """Where the pages are served, and what opens them."""

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""

    @property
    def token(self) -> str | None:
        """What logs in; none where nobody is asked."""


def installed() -> Path | None:
    """The system's Chromium, if it has one."""
    found = shutil.which("chromium")
    return None if found is None else Path(found)


def launched(playwright: Playwright, program: Path) -> Browser:
    """A Chromium without a window."""
    return playwright.chromium.launch(executable_path=program, args=ARGUMENTS)


@dataclass
class Browsing:
    """The windows of one test; errors on any of their pages are complaints.

    Attributes:
        complaints: errors of the console (which tells of every breach of the policy of contents)
            and exceptions that nobody caught.
    """

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _expected: list[re.Pattern[str]] = field(default_factory=list)

    def window(self, site: Site, *, logged_in: bool = True, **options: Any) -> BrowserContext:
        """A window with cookies and a storage of its own."""
        state: dict[str, Any] = {"origins": [_stored(site)] if logged_in else []}
        merged: Mapping[str, Any] = {"viewport": _SIZE, "storage_state": state, **options}
        context = self.browser.new_context(base_url=site.url, **merged)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._hear)
        context.on("weberror", self._note)
        self._contexts.append(context)
        return context

    def open(self, site: Site, place: str = "/", **options: Any) -> Page:
        """A page of these pages in a window of its own, e.g. `/trial/x`."""
        page = self.window(site, **options).new_page()
        page.goto(f"/#{place}")
        return page

    def expect(self, pattern: str) -> None:
        """From now on such a complaint is what the test is about."""
        self._expected.append(re.compile(pattern))

    def taken(self) -> list[str]:
        """The complaints since the last look that nobody expected."""
        heard, self.complaints[:] = list(self.complaints), []
        return [each for each in heard if not any(want.search(each) for want in self._expected)]

    def close(self) -> list[str]:
        """Closes every window; what `taken` says then."""
        for each in self._contexts:
            each.close()
        return self.taken()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def _note(self, error: WebError) -> None:
        self.complaints.append(str(error.error))


def _stored(site: Site) -> dict[str, Any]:
    items = [] if site.token is None else [{"name": _TOKEN, "value": site.token}]
    return {"origin": site.url, "localStorage": items}
