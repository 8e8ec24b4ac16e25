"""The page of a trial, and its line in the list of trials."""

import re
from typing import Final

from playwright.sync_api import Locator, Page, expect
from tests.e2e.job_table import JobTable

_SMALL: Final = 1e-4


class TrialPage:
    """The page at `/trial/ID`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.jobs = JobTable(page)
        self.best = self.panel("Best job")

    def tab(self, name: str) -> None:
        """Opens a part of it."""
        self.page.get_by_role("tab", name=re.compile(f"^{name}")).click()

    def panel(self, title: str) -> Locator:
        """A card of the overview."""
        return self.page.get_by_role("region", name=title, exact=True)

    def action(self, name: str) -> None:
        """Presses a button of the head."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def more(self, name: str) -> None:
        """Chooses from the menu of the head."""
        self.page.get_by_role("button", name="More", exact=True).click()
        self.page.get_by_role("menuitem", name=name, exact=True).click()

    def expect_head(self, text: str) -> None:
        """The line below the name tells this."""
        expect(self.page.get_by_role("main").get_by_text(text, exact=True).first).to_be_visible()

    def expect_best(self, number: int, loss: float) -> None:
        """The overview shows this job as the best."""
        expect(self.best.get_by_role("link", name=f"Job {number}", exact=True)).to_be_visible()
        expect(self.best).to_contain_text(shown(loss))


def row_of(page: Page, name: str) -> Locator:
    """A trial in the list."""
    link = page.get_by_role("link", name=name, exact=True)
    return page.get_by_role("row").filter(has=link)


def shown(value: float, digits: int = 6) -> str:
    """A number as the pages write it."""
    if 0 < abs(value) < _SMALL:
        mantissa, _, exponent = f"{value:.{digits - 2}e}".partition("e")
        return f"{float(mantissa):g}e{int(exponent)}"
    return f"{float(f'{value:.{digits}g}'):.12g}"
