"""The table of jobs as people read and use it."""

import csv
import re
from pathlib import Path
from typing import Final

from playwright.sync_api import Download, Locator, Page, expect

_DIGITS: Final = re.compile(r"\d+")


class JobTable:
    """The grid of a trial's page: on its tab of jobs, or below its plots."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.grid = page.get_by_role("grid", name="Jobs")
        self.rows = self.grid.locator("[role=row][aria-selected]")

    def row(self, number: int) -> Locator:
        """The row of a job, as far as it is in sight."""
        link = self._page.get_by_role("link", name=str(number), exact=True)
        return self.rows.filter(has=link)

    def cell(self, number: int, column: str) -> Locator:
        """One cell, by the id of its column."""
        return self.row(number).locator(f'[data-column="{column}"]')

    def numbers(self) -> list[int]:
        """The jobs in sight, from above."""
        places = self.rows.evaluate_all(
            "rows => rows.map(row => [Number(row.ariaRowIndex), Number(row.dataset.row) + 1])"
        )
        return [number for _, number in sorted(places)]

    def expect_count(self, count: int) -> None:
        """So many jobs meet the filters."""
        expect(self.grid).to_have_attribute("aria-rowcount", str(count + 1))

    def sort_by(self, column: str) -> None:
        """Clicks on the head of a column."""
        head = self.grid.get_by_role("columnheader", name=re.compile(f"^{re.escape(column)}"))
        head.get_by_role("button").first.click()

    def go_to(self, number: int) -> None:
        """Asks for a job by its number."""
        field = self._page.get_by_label("Go to job number")
        field.fill(str(number))
        field.press("Enter")

    def exported(self, what: str) -> list[dict[str, str]]:
        """Downloads jobs as CSV; the rows of the file by its columns."""
        self._page.get_by_role("button", name="Export jobs").click()
        with self._page.expect_download() as waiting:
            self._page.get_by_role("menuitem", name=what).click()
        return rows_of(waiting.value)


def rows_of(download: Download) -> list[dict[str, str]]:
    """The rows of a CSV file that the browser got."""
    with Path(download.path()).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def expect_shown(page: Page, count: int, of: int) -> None:
    """The bar of filters says how many jobs meet them."""
    expect(page.get_by_text(f"{count} of {of} jobs", exact=True)).to_be_visible()


def number_in(text: str) -> int:
    """The first number that a text holds."""
    found = _DIGITS.search(text.replace(",", ""))
    assert found is not None, text
    return int(found.group())
