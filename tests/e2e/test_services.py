"""Every service a process of its own, seen through the web UI's own server while one dies."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.chromium import Browsing
from tests.e2e.job_table import JobTable
from tests.e2e.laboratory import Services, all_jobs, found, named
from tests.e2e.new_trial import NewTrial
from tests.e2e.targets import SPACE, Gates
from tests.e2e.trial_page import TrialPage
from tests.integration.all_in_one import wait_for

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

JOBS = 8
LINES = 5
AWAY = r"50[234]|ERR_|WebSocket connection|422 .*/trials/validate"


@pytest.fixture
def services(tmp_path: Path, broker: Broker, mongodb: Database) -> Iterator[Services]:
    """The system, started."""
    folder = tmp_path / "services"
    folder.mkdir()
    with Services(folder, broker, mongodb) as services:
        yield services


def test_a_killed_gateway_costs_the_page_nothing(
    browsing: Browsing, services: Services, gates: Gates
) -> None:
    """It says that it is away and goes on by itself; no job and no line is lost or doubled."""
    browsing.expect(AWAY)
    window = browsing.window(services)
    page = window.new_page()
    page.goto("/#/workers")
    for name in services.worker_names():
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    trial_id = submit(page, services, gates)
    trial_page = TrialPage(page)
    trial_page.tab("Jobs")
    table = trial_page.jobs
    table.expect_count(2)
    expect(table.cell(2, "state")).to_have_text("running")
    workers = {table.cell(number, "worker").inner_text() for number in (1, 2)}
    assert workers == services.worker_names()  # one slot each

    reader = window.new_page()
    reader.goto(f"/#/job/{trial_id}.2")
    log = reader.get_by_role("log")
    expect(log.get_by_text(f"step 1 of 4, line {LINES} of {LINES}")).to_be_visible()
    gates.job(1)
    expect(table.cell(1, "state")).to_have_text("succeeded")
    expect(table.cell(3, "state")).to_have_text("running")

    services.kill_gateway()
    expect(status(page)).to_have_text("no connection, trying again")
    expect(status(reader)).to_have_text("no connection, trying again")
    gates.step(2, 1)
    gates.job(3)
    expect(table.row(1)).to_be_visible()  # what was read stays
    services.start_gateway()
    expect(status(page)).to_have_text("live")
    expect(status(reader)).to_have_text("live")
    expect(log.get_by_text(f"step 2 of 4, line {LINES} of {LINES}")).to_be_visible()
    expect(table.cell(3, "state")).to_have_text("succeeded")

    gates.open()
    expect(log.get_by_text("End of the log")).to_be_visible()
    assert lines_of(reader, log) == [
        *(
            f"job 2: step {s} of 4, line {n} of {LINES}"
            for s in range(1, 5)
            for n in range(1, LINES + 1)
        ),
        "job 2: done",
    ]
    trial_page.expect_head("completed")
    best = wait_for(lambda: ended(services, trial_id))["best"]
    assert_table_is_the_api(table, services, trial_id)
    trial_page.tab("Overview")
    trial_page.expect_best(best["number"], best["loss"])


def submit(page: Page, services: Services, gates: Gates) -> str:
    """A trial by its form; its id."""
    page.get_by_role("banner").get_by_role("link", name="New trial").click()
    form = NewTrial(page)
    form.name("over the wire")
    form.command(gates.command)
    for parameter, definition in SPACE.items():
        form.parameter(parameter, definition)
    form.algorithm("random", 5)
    form.budget(jobs=JOBS, parallel=2)
    form.variable("LINES_A_STEP", str(LINES))
    form.expect_ready()
    form.submit()
    expect(page.get_by_role("heading", name="over the wire", level=1)).to_be_visible()
    return named(services.api, "over the wire")


def assert_table_is_the_api(table: JobTable, services: Services, trial_id: str) -> None:
    """Row by row: every job once, with the state, loss, worker and params that the API has."""
    jobs = {job["number"]: job for job in all_jobs(services.api, trial_id)}
    assert sorted(jobs) == list(range(1, JOBS + 1))
    table.expect_count(JOBS)
    for number in jobs:
        expect(table.cell(number, "state")).to_have_text("succeeded")
    assert table.numbers() == sorted(jobs, reverse=True)
    rows = table.exported("What is shown, as CSV")
    assert [int(row["number"]) for row in rows] == sorted(jobs, reverse=True)
    for row in rows:
        job = jobs[int(row["number"])]
        assert row["state"] == job["state"] == "succeeded"
        assert float(row["loss"]) == job["loss"]
        assert row["worker"] == job["worker_id"]
        assert float(row["params.y"]) == job["params"]["y"]


def ended(services: Services, trial_id: str) -> dict[str, Any] | None:
    """The trial as soon as it has ended."""
    trial = found(services.api, f"/trials/{trial_id}")
    return trial if trial["finished_at"] is not None else None


def status(page: Page) -> Locator:
    """What the header says of the connection."""
    return page.get_by_role("banner").get_by_role("status")


def lines_of(page: Page, log: Locator) -> list[str]:
    """All lines of a short log, from above: whatever is drawn at its beginning and at its end."""
    lines: dict[int, str] = {}
    for place in ("0", "box.scrollHeight"):
        log.evaluate(f"box => box.scrollTo(0, {place})")
        page.evaluate("() => new Promise(requestAnimationFrame)")
        drawn = log.locator("[data-index]").evaluate_all(
            "lines => lines.map(line => [Number(line.dataset.index), line.innerText])"
        )
        for index, text in drawn:
            assert lines.setdefault(index, text) == text
    assert sorted(lines) == list(range(len(lines)))
    return [re.sub(r"\s+$", "", text) for _, text in sorted(lines.items())]
