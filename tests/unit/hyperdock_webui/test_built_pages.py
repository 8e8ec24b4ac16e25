"""The pages as they were built here: all that they name is served, and nothing from elsewhere."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from frontend_build import Frontend
from starlette.applications import Starlette
from tests.conftest import ROOT, missing
from tests.unit.hyperdock_webui.stand_in import serving

from hyperdock_webui import routes

PACKAGE: Final = ROOT / "services" / "webui"
BUILD: Final = PACKAGE / "src" / "hyperdock_webui" / "build"
LARGEST_START: Final = 200 * 1024  # compressed: scripts and styles before the charts


@pytest.fixture(scope="module")
def build() -> Path:
    """The folder of the built pages; make builds them before it tests."""
    if not (BUILD / "index.html").is_file():
        missing("no built pages: run make ui")
    return BUILD


@pytest.fixture(scope="module")
def browser(build: Path) -> Iterator[httpx.Client]:  # noqa: ARG001 - they must be there first
    """A browser at a server of the package's own pages."""
    with serving(Starlette(routes=routes())) as url, httpx.Client(base_url=url) as client:
        yield client


def named(page: str) -> list[str]:
    """The files that a page loads at once."""
    return re.findall(r'<(?:script|link)\b[^>]*\b(?:src|href)="\./([^"]+)"', page)


def test_the_pages_are_made_of_the_sources(build: Path) -> None:
    """What is tested is what is written; else run make ui."""
    if not Frontend(PACKAGE).is_current():
        missing(f"{build.name}/ is older than frontend/: run make ui")


def test_all_that_the_start_page_names_is_served(browser: httpx.Client) -> None:
    """Its scripts, styles and icon."""
    files = named(browser.get("/").text)
    assert any(name.endswith(".js") for name in files)
    assert any(name.endswith(".css") for name in files)
    assert {browser.get(f"/{name}").status_code for name in files} == {200}


def test_every_built_file_is_served(build: Path, browser: httpx.Client) -> None:
    """None of a type that the server does not know: it would be missed when it is first used."""
    own = {".gz", ".sha256", ".md"}
    files = [each for each in build.rglob("*") if each.is_file() and each.suffix not in own]
    named = (each.relative_to(build).as_posix().removesuffix("index.html") for each in files)
    paths = [name for name in named if not name.startswith(".vite/")]  # is for the tools
    assert len(paths) > 3
    refused = [path for path in paths if browser.get(f"/{path}").status_code != 200]
    assert refused == []


def test_the_start_page_has_no_inline_code(browser: httpx.Client) -> None:
    """The policy would not run it."""
    page = browser.get("/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\son\w+=|javascript:", page)


def test_nothing_is_loaded_from_elsewhere(build: Path) -> None:
    """Neither scripts nor styles nor fonts: the pages work without the world."""
    ways = (
        r"(?:src|href)=\"?https?:|@import\s*(?:url\()?['\"]?https?:|url\(\s*['\"]?(?:https?:|//)"
        r"|\b(?:import|fetch|importScripts)\(\s*[\"'`]https?:|\bfrom\s*[\"']https?:"
    )
    texts = [each for each in build.rglob("*") if each.suffix in {".html", ".css", ".js"}]
    found = [each.name for each in texts if re.search(ways, each.read_text("utf-8"))]
    assert found == []


def test_no_source_maps_are_shipped(build: Path) -> None:
    """They are as large as all the rest."""
    assert not list(build.rglob("*.map"))


def test_twins_are_what_they_stand_for(build: Path) -> None:
    """A compressed file that is not its plain one would break half of the browsers."""
    twins = list(build.rglob("*.gz"))
    assert twins
    for twin in twins:
        assert gzip.decompress(twin.read_bytes()) == twin.with_suffix("").read_bytes()


def test_the_first_load_is_small(build: Path) -> None:
    """What the start page loads at once, compressed."""
    files = [build / name for name in ["index.html", *named((build / "index.html").read_text())]]
    sizes = [len(gzip.compress(each.read_bytes(), 9)) for each in files]
    assert sum(sizes) <= LARGEST_START, dict(zip([each.name for each in files], sizes, strict=True))
