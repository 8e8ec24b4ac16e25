"""A browser for the session, a system to look at, and the check that no page complained."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from tests.conftest import ROOT, missing
from tests.e2e.chromium import PATIENCE, Browsing, installed, launched
from tests.e2e.laboratory import Laboratory
from tests.e2e.targets import Gates, trial

BUILD = ROOT / "services/webui/src/hyperdock_webui/build/index.html"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each has windows of its own in it."""
    program = installed()
    if program is None:
        missing("no Chromium")
    if not BUILD.is_file():
        missing("the pages are not built: `make ui` does that")
    assert program is not None
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = launched(playwright, program)
        yield browser
        browser.close()


@pytest.fixture
def browsing(chromium: Browser) -> Iterator[Browsing]:
    """Windows for one test, which fails if a page of theirs complained."""
    browsing = Browsing(chromium)
    yield browsing
    assert browsing.close() == []


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """`hyperdock up` for the session: every test has trials of its own in it."""
    with Laboratory(tmp_path_factory.mktemp("laboratory") / "state") as laboratory:
        yield laboratory


@pytest.fixture
def gates(tmp_path: Path) -> Iterator[Gates]:
    """The gates of the test's jobs; in the end all may go."""
    gates = Gates(tmp_path / "gates")
    yield gates
    gates.open()


@pytest.fixture(scope="session")
def searched(laboratory: Laboratory) -> str:
    """A trial that has ended, with jobs that succeeded and some that failed."""
    space = {**trial("")["space"], "kind": ["round", "flat", "broken"]}
    document = trial(
        "searched valley",
        space=space,
        budget={"jobs": 40},
        parallelism=4,
        tags=["browser", "valley"],
        notes="Where does the **valley** lie?",
    )
    trial_id = laboratory.submit(**document)
    assert laboratory.finished(trial_id)["jobs"]["failed"] > 0
    return trial_id
