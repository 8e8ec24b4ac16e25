"""Who opens the pages with a token is in, who has none is asked for it."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.chromium import Browsing
from tests.e2e.laboratory import Laboratory

pytestmark = pytest.mark.browser


def test_the_printed_address_logs_in_and_its_token_is_seen_no_more(
    browsing: Browsing, laboratory: Laboratory
) -> None:
    """It is kept in the browser: neither the address nor a reload needs it again."""
    page = browsing.window(laboratory, logged_in=False).new_page()
    page.goto(laboratory.printed_address)
    expect_trials(page)
    assert laboratory.token not in page.url
    page.reload()
    expect_trials(page)
    assert page.evaluate("history.length") <= 2  # the start page of the window, and this one


def test_a_wrong_token_asks_again_and_a_right_one_opens(
    browsing: Browsing, laboratory: Laboratory
) -> None:
    """A page that was asked for without a token is shown as soon as there is a good one."""
    browsing.expect(r"\b401\b")
    page = browsing.open(laboratory, "/workers", logged_in=False)
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    log_in(page, "hd_" + "x" * 43)
    expect(page.get_by_role("main")).to_contain_text("token")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    log_in(page, laboratory.token)
    expect(page.get_by_role("heading", name="Workers")).to_be_visible()
    expect(page.get_by_role("banner").get_by_role("status")).to_have_text("live")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_light_and_dark_are_kept(browsing: Browsing, laboratory: Laboratory) -> None:
    """What was chosen holds after a reload and in another tab, whatever the system prefers."""
    window = browsing.window(laboratory, color_scheme="light")
    page = window.new_page()
    page.goto("/")
    light = ground(page)
    page.get_by_role("button", name="Show it dark").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    dark = ground(page)
    assert sum(dark) < sum(light)
    page.reload()
    expect(page.get_by_role("button", name="Show it light")).to_be_visible()
    assert ground(page) == dark
    other = window.new_page()
    other.goto("/#/workers")
    expect(other.get_by_role("button", name="Show it light")).to_be_visible()
    other.get_by_role("button", name="Show it light").click()
    expect(page.get_by_role("button", name="Show it dark")).to_be_visible()
    assert ground(page) == light


def expect_trials(page: Page) -> None:
    """The page of the trials is shown, and live."""
    expect(page.get_by_role("heading", name="Trials", level=1)).to_be_visible()
    expect(page.get_by_role("banner").get_by_role("status")).to_have_text("live")


def log_in(page: Page, token: str) -> None:
    """Types a token."""
    page.get_by_label(re.compile("^Token")).fill(token)
    page.get_by_role("button", name="Log in").click()


def ground(page: Page) -> list[int]:
    """The colour behind everything: red, green, blue."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g)")
    return [int(each) for each in colour[:3]]
