"""Looks for what shuts people out of a page: axe-core's rules, and a page wider than its screen."""

from typing import Any, Final

from playwright.sync_api import Page, expect
from tests.conftest import ROOT

SOURCE: Final = ROOT / "services/webui/frontend/node_modules/axe-core/axe.min.js"
SCHEMES: Final = ("light", "dark")
NARROW: Final = {"width": 390, "height": 844}

_RUN: Final = """
async () => (await axe.run({ resultTypes: ["violations"] })).violations.map(({ id, help, nodes }) =>
  `${id} (${help}): ${nodes.map(each => `${each.html}\\n${each.failureSummary}`).join("\\n")}`)
"""
_STILL: Final = """
() => Promise.all(
  document.getAnimations()
    .filter(each => each.effect?.getComputedTiming().iterations !== Infinity)
    .map(each => each.finished.catch(() => null)))
"""
_WIDER: Final = """
() => [...document.querySelectorAll("body *")]
  .filter(each => each.getBoundingClientRect().right > innerWidth + 1 && each.checkVisibility())
  .map(each => each.outerHTML.slice(0, 200))
"""


def violations(page: Page, scheme: str) -> list[str]:
    """What axe finds on a page as it is now, in light or dark."""
    page.emulate_media(color_scheme=_literal(scheme))
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
    page.evaluate(_STILL)  # what fades in has the contrast of nothing that is there to be read
    return [f"{scheme}: {each}" for each in page.evaluate(_RUN)]


def overflow(page: Page) -> list[str]:
    """What makes a page wider than a phone; empty: it fits."""
    before = page.viewport_size
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # it is a dict with these keys
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    width = page.evaluate("document.documentElement.scrollWidth")
    found: list[str] = page.evaluate(_WIDER) if width > NARROW["width"] else []
    if before is not None:
        page.set_viewport_size(before)
    return [f"{width} px wide", *found[:5]] if width > NARROW["width"] else []


def _literal(scheme: str) -> Any:
    return scheme
