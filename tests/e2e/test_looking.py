"""What a trial has come to: filtered, brushed, sorted, compared, exported and linked to."""

import json
import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.chromium import Browsing
from tests.e2e.job_table import JobTable, expect_shown, rows_of
from tests.e2e.laboratory import Laboratory
from tests.e2e.targets import trial
from tests.e2e.trial_page import TrialPage, row_of, shown

pytestmark = pytest.mark.browser

JOBS = 40


def test_filters_and_order_stand_in_the_address(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """A click on a state, a sorted column: the same link shows the same, here and elsewhere."""
    failed = count(laboratory, searched, lambda job: job["state"] == "failed")
    page = browsing.open(laboratory, f"/trial/{searched}/jobs")
    table = JobTable(page)
    table.expect_count(JOBS)
    page.get_by_role("group", name="States").get_by_role("button", name="failed").click()
    table.expect_count(failed)
    expect_shown(page, failed, JOBS)
    page.get_by_role("group", name="States").get_by_role("button", name="succeeded").click()
    table.sort_by("Loss")
    by_loss = [each["number"] for each in sorted(succeeded(laboratory, searched), key=loss_of)]
    expect(table.rows.first).to_have_attribute("data-row", str(by_loss[0] - 1))
    seen = table.numbers()
    assert seen[:10] == by_loss[:10]
    expect(table.cell(by_loss[0], "loss")).to_contain_text("best")

    page.reload()
    expect(table.rows.first).to_have_attribute("data-row", str(by_loss[0] - 1))
    other = browsing.open(laboratory, page.url.partition("#")[2])
    expect(JobTable(other).rows.first).to_have_attribute("data-row", str(by_loss[0] - 1))
    assert JobTable(other).numbers() == table.numbers() == seen
    page.get_by_role("button", name="Clear all").click()
    table.expect_count(JOBS)


def test_a_brush_on_an_axis_filters_the_table_and_all_plots(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """The chip says what is kept; the table and the other plots have as many; a reload, too."""
    page = browsing.open(laboratory, f"/trial/{searched}/plots")
    table = JobTable(page)
    parallel = page.get_by_role("region", name="Parallel coordinates")
    parallel.scroll_into_view_if_needed()
    axis = parallel.locator('[data-axis="x"]')
    drag(page, axis, (0.5, 0.95), (0.5, 0.55))  # the lower part of x
    chip = page.get_by_role("button", name="Remove the filter by x")
    expect(chip).to_be_visible()
    low, high = filtered(page, "params.x")
    assert -0.1 < low < 0.2 < high < 0.6
    kept = count(laboratory, searched, lambda job: low <= job["params"]["x"] <= high)
    assert 0 < kept < JOBS
    table.expect_count(kept)
    expect(history(page)).to_have_accessible_name(re.compile(f"history of {kept} jobs"))
    page.reload()
    table.expect_count(kept)
    expect(axis.locator("div").first).to_be_visible()  # the brush is drawn again
    chip.click()
    table.expect_count(JOBS)
    expect(history(page)).to_have_accessible_name(re.compile(f"history of {JOBS} jobs"))


def test_a_box_over_the_history_filters_by_its_losses(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """What the box covers is what the table shows; a click on a point picks its job."""
    page = browsing.open(laboratory, f"/trial/{searched}/plots")
    table = JobTable(page)
    table.expect_count(JOBS)
    drag(page, history(page), (0.2, 0.55), (0.8, 0.84))
    expect(page.get_by_role("button", name="Remove the filter by Loss")).to_be_visible()
    first, last = filtered(page, "number")
    low, high = filtered(page, "loss")
    kept = [
        job["number"]
        for job in succeeded(laboratory, searched)
        if first <= job["number"] <= last and low <= job["loss"] <= high
    ]
    assert 0 < len(kept) < JOBS
    table.expect_count(len(kept))
    expect_shown(page, len(kept), JOBS)
    assert set(table.numbers()) <= set(kept)


def test_picked_jobs_are_picked_in_every_view(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """Two rows that were clicked stand side by side, also in the plots and behind a link."""
    one, other = (
        each["number"] for each in sorted(succeeded(laboratory, searched), key=loss_of)[:2]
    )
    page = browsing.open(laboratory, f"/trial/{searched}/jobs?sort=loss")
    table = JobTable(page)
    table.cell(one, "loss").click()
    expect(page.get_by_role("complementary", name="Picked jobs")).to_contain_text(
        f"Job {one} picked"
    )
    table.cell(other, "loss").click()
    picked = page.get_by_role("complementary", name="Picked jobs")
    expect(picked).to_contain_text("2 jobs picked")
    for number in (one, other):
        expect(picked.get_by_role("link", name=str(number), exact=True)).to_be_visible()
    expect(table.row(one)).to_have_attribute("aria-selected", "true")
    TrialPage(page).tab("Plots")
    expect(picked).to_contain_text("2 jobs picked")
    page.reload()
    expect(picked).to_contain_text("2 jobs picked")


def test_exported_jobs_are_those_of_the_api(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """As CSV: what is shown in its order, and everything; each number as the API has it."""
    page = browsing.open(laboratory, f"/trial/{searched}/jobs?f=state%3Dsucceeded&sort=loss")
    table = JobTable(page)
    jobs = {job["number"]: job for job in laboratory.all_jobs(searched)}
    best_first = sorted(succeeded(laboratory, searched), key=loss_of)
    table.expect_count(len(best_first))
    rows = table.exported("What is shown, as CSV")
    assert [float(row["loss"]) for row in rows] == [job["loss"] for job in best_first]
    for row in rows:
        job = jobs[int(row["number"])]
        assert row["state"] == job["state"]
        assert float(row["loss"]) == job["loss"]
        assert float(row["params.x"]) == job["params"]["x"]
        assert row["params.kind"] == job["params"]["kind"]
    everything = table.exported("All jobs and columns, as CSV")
    assert sorted(int(row["number"]) for row in everything) == list(range(1, JOBS + 1))
    for row in everything:
        job = jobs[int(row["number"])]
        assert row["state"] == job["state"]
        assert (float(row["loss"]) if row["loss"] else None) == job["loss"]


def test_a_plot_is_saved_as_a_picture_and_as_its_numbers(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """The picture is a PNG with something drawn on it; the numbers are those of the API."""
    page = browsing.open(laboratory, f"/trial/{searched}/plots")
    expect(history(page)).to_be_visible()
    page.get_by_role("button", name="Export history").click()
    with page.expect_download() as picture:
        page.get_by_role("menuitem", name="Picture (PNG)").click()
    assert picture.value.suggested_filename == "history.png"
    width, height, colours = looked_at(picture.value.path().read_bytes())
    assert width > 400
    assert height > 200
    assert colours > 10
    page.get_by_role("button", name="Export history").click()
    with page.expect_download() as data:
        page.get_by_role("menuitem", name="Data (CSV)").click()
    losses = {int(row["job"]): row["loss"] for row in rows_of(data.value)}
    assert sorted(losses) == list(range(1, JOBS + 1))
    for job in succeeded(laboratory, searched):
        assert float(losses[job["number"]]) == job["loss"]


def test_every_plot_of_a_trial_is_drawn(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """Each has its canvas and a sentence that says what is seen."""
    page = browsing.open(laboratory, f"/trial/{searched}/plots")
    titles = (
        "Optimization history", "Importance", "Parallel coordinates", "Slices", "Contour",
        "Distribution", "Intermediate values", "Timeline", "Losses", "Durations",
        "The target's graphs",
    )  # fmt: skip
    for title in titles:
        card = page.get_by_role("region", name=title, exact=True)
        card.scroll_into_view_if_needed()
        plot = card.get_by_role("img").and_(page.locator(":has(canvas)")).first
        expect(plot, title).to_be_visible()
        expect(plot, title).to_have_accessible_name(re.compile(r"\w+ \w+"))


def test_two_trials_are_compared(browsing: Browsing, laboratory: Laboratory, searched: str) -> None:
    """Ticked in the list they stand side by side, with what differs; the link brings them back."""
    other = laboratory.submit(**trial("other valley", algorithm={"name": "random", "seed": 9}))
    laboratory.finished(other)
    page = browsing.open(laboratory, "/?q=valley")
    for name in ("searched valley", "other valley"):
        row_of(page, name).get_by_role("checkbox").check()
    page.get_by_role("toolbar", name="Selected trials").get_by_role("link", name="Compare").click()
    table = page.get_by_role("region", name="Trials side by side")
    for trial_id in (searched, other):
        best = laboratory.trial(trial_id)["best"]
        expect(table).to_contain_text(shown(best["loss"]))
    differences = page.get_by_role("region", name="What differs")
    expect(differences).to_contain_text("Seed")
    expect(page.locator("canvas").first).to_be_visible()
    page.reload()
    expect(table.get_by_role("link", name="searched valley")).to_be_visible()
    expect(table.get_by_role("link", name="other valley")).to_be_visible()


def test_files_of_a_job_are_looked_into_and_saved(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """Pictures as pictures, JSON laid out, text as text whatever is in it, CSV as a table."""
    best = laboratory.trial(searched)["best"]
    page = browsing.open(laboratory, f"/job/{best['job_id']}")
    page.get_by_role("tab", name="Files").click()
    files = page.get_by_role("list", name="Files")
    open_file(files, "picture.png")
    picture = page.get_by_role("img", name="picture.png")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 48)
    open_file(files, "result.json")
    content = page.get_by_label("Content")
    expect(content).to_contain_text('"params": {')
    assert json.loads(content.inner_text()) == {"params": best["params"], "loss": best["loss"]}
    open_file(files, "notes.txt")
    expect(content).to_contain_text("<b>Nothing here is markup.</b>")
    open_file(files, "table.csv")
    expect(page.get_by_role("region", name="Content").get_by_role("row")).to_have_count(3)
    page.reload()
    expect(page.get_by_role("region", name="Content").get_by_role("row")).to_have_count(3)
    with page.expect_download() as waiting:
        files.get_by_role("button", name="Download out/notes.txt").click()
    expected = laboratory.api.get(f"/jobs/{best['job_id']}/files/out/notes.txt").content
    assert waiting.value.path().read_bytes() == expected
    with page.expect_download() as archive:
        page.get_by_role("button", name="Download all").click()
    assert archive.value.path().stat().st_size > len(expected)


def test_a_job_shows_its_own_plots_and_why_it_failed(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """The target's graphs and what it reported; of a failed one the reason and its last words."""
    best = laboratory.trial(searched)["best"]
    page = browsing.open(laboratory, f"/job/{best['job_id']}?tab=plots")
    for name in ("loss", "accuracy", "descent"):
        expect(page.get_by_role("img", name=re.compile(name)).first).to_be_visible()
    jobs = laboratory.all_jobs(searched)
    failed = next(job for job in jobs if job["state"] == "failed")
    page.goto(f"/#/job/{failed['job_id']}")
    expect(page.get_by_role("main")).to_contain_text("exit code 3")
    expect(page.get_by_role("log")).to_contain_text("this kind is broken")
    page.get_by_role("tab", name="Attempts").click()
    expect(page.get_by_role("tabpanel", name="Attempts")).to_contain_text("Attempt 1")


def succeeded(laboratory: Laboratory, trial_id: str) -> list[dict[str, Any]]:
    """The jobs of a trial that have a loss."""
    return [job for job in laboratory.all_jobs(trial_id) if job["state"] == "succeeded"]


def count(laboratory: Laboratory, trial_id: str, wanted: Callable[[dict[str, Any]], bool]) -> int:
    """How many jobs of a trial are such."""
    return sum(map(wanted, laboratory.all_jobs(trial_id)))


def loss_of(job: dict[str, Any]) -> float:
    """What is sorted by."""
    return float(job["loss"])


def history(page: Page) -> Locator:
    """The plot of all losses."""
    return page.get_by_role("img", name=re.compile("^Optimization history"))


def drag(page: Page, over: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drags from one place of an element to another, both from 0 to 1."""
    expect(over).to_be_visible()
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box is not None
    (x, y), (to_x, to_y) = (
        (box["x"] + share_x * box["width"], box["y"] + share_y * box["height"])
        for share_x, share_y in (start, end)
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2)
    page.mouse.move(to_x, to_y)
    page.mouse.up()


def filtered(page: Page, column: str) -> tuple[float, float]:
    """The range of a column that the address keeps."""
    written: str = page.evaluate("new URLSearchParams(location.hash.split('?')[1]).get('f')")
    found = re.search(rf"(?:^|;){re.escape(column)}:(.*?)\.\.(.*?)(?:;|$)", written)
    assert found is not None, written
    return float(found[1] or "-inf"), float(found[2] or "inf")


def open_file(files: Locator, name: str) -> None:
    """Looks into a file."""
    files.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).click()


def looked_at(picture: bytes) -> tuple[int, int, int]:
    """Width and height of a PNG, and how many different bytes its colours are made of."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    data, place = b"", 8
    while place < len(picture):
        (size,) = struct.unpack(">I", picture[place : place + 4])
        if picture[place + 4 : place + 8] == b"IDAT":
            data += picture[place + 8 : place + 8 + size]
        place += 12 + size
    return width, height, len(set(zlib.decompress(data)))
