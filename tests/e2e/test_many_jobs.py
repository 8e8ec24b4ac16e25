"""A trial of 100,000 jobs: its table is used as a small one, and shows what the API has."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from gateway_store import LARGE, fill
from playwright.sync_api import Page, expect
from tests.e2e.chromium import Browsing
from tests.e2e.job_table import JobTable
from tests.e2e.laboratory import Laboratory, found
from tests.e2e.trial_page import shown

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.projections import SCHEMAS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

JOBS = 100_000
MOST_ROWS = 400


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """`hyperdock up` on a state folder in which long work has ended."""
    state = tmp_path_factory.mktemp("crowded") / "state"
    state.mkdir()
    with ExitStack() as stores:
        log = SqliteEventLog(state / "events.db")
        stores.callback(log.close)
        views = SqliteViewStore(state / "views.db", SCHEMAS)
        stores.callback(views.close)
        fill(log, views, jobs=JOBS, trials=3)
    with Laboratory(state, slots=1) as laboratory:
        yield laboratory


@pytest.mark.timeout(400)  # of which the store takes most
def test_a_table_of_100000_jobs_is_used_as_any_other(
    browsing: Browsing, crowded: Laboratory
) -> None:
    """It goes to the end and to the middle, sorts, filters, and keeps few rows in the document."""
    page = browsing.open(crowded, f"/trial/{LARGE}/jobs")
    table = JobTable(page)
    table.expect_count(JOBS)
    expect(table.row(JOBS)).to_be_visible()
    table.grid.focus()
    page.keyboard.press("End")
    expect(table.row(1)).to_be_visible()
    assert rows_drawn(page) < MOST_ROWS
    table.go_to(50_000)
    expect(table.row(50_000)).to_be_in_viewport()
    job = found(crowded.api, f"/jobs/{LARGE}.50000")
    expect(table.cell(50_000, "params.lr")).to_have_text(shown(job["params"]["lr"]))
    assert rows_drawn(page) < MOST_ROWS

    table.sort_by("Loss")
    table.grid.focus()
    page.keyboard.press("Control+Home")
    query: dict[str, str | int] = {"sort": "loss", "order": "asc", "limit": 10}
    first = [each["number"] for each in found(crowded.api, f"/trials/{LARGE}/jobs", query)["items"]]
    expect(table.rows.first).to_be_visible()
    expect(table.row(first[0])).to_have_attribute("aria-rowindex", "2")
    assert table.numbers()[:10] == first
    expect(table.cell(first[0], "loss")).to_contain_text("best")

    failed = found(crowded.api, f"/trials/{LARGE}")["jobs"]["failed"]
    page.get_by_role("group", name="States").get_by_role("button", name="failed").click()
    table.expect_count(failed)
    assert rows_drawn(page) < MOST_ROWS


def test_plots_of_100000_jobs_are_drawn(browsing: Browsing, crowded: Laboratory) -> None:
    """All of them: the sentence of the history names the best of all jobs."""
    page = browsing.open(crowded, f"/trial/{LARGE}/plots")
    best = crowded.trial(LARGE)["best"]
    history = page.get_by_role("img", name="Optimization history of 100,000 jobs")
    expect(history).to_be_visible()
    expect(history).to_have_accessible_name(
        f"Optimization history of 100,000 jobs. The best loss is {shown(best['loss'])}, "
        f"of job {best['number']}."
    )
    expect(history.locator("canvas").first).to_be_visible()


def rows_drawn(page: Page) -> int:
    """How many rows the document has."""
    return page.get_by_role("row").count()
