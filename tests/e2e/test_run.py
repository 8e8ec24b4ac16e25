"""A trial from its form to its end, watched while it runs."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.chromium import Browsing
from tests.e2e.job_table import JobTable
from tests.e2e.laboratory import Laboratory
from tests.e2e.new_trial import NewTrial
from tests.e2e.targets import SPACE, Gates, trial
from tests.e2e.trial_page import TrialPage, row_of, shown
from tests.integration.all_in_one import wait_for

pytestmark = pytest.mark.browser

HALF_WRITTEN = r"422 .*/trials/validate"  # what is typed is checked before it is complete


def test_a_trial_is_submitted_by_form_and_watched_to_its_end(
    browsing: Browsing, laboratory: Laboratory, gates: Gates
) -> None:
    """Jobs appear and change, and the best gets better, on two pages that nobody loads again."""
    browsing.expect(HALF_WRITTEN)
    page = browsing.open(laboratory)
    page.get_by_role("banner").get_by_role("link", name="New trial").click()
    fill_in(NewTrial(page), "by form", gates)
    expect(page.get_by_role("region", name="First proposals").get_by_role("row")).not_to_have_count(
        0
    )
    NewTrial(page).submit()

    trial_page = TrialPage(page)
    expect(page.get_by_role("heading", name="by form", level=1)).to_be_visible()
    expect(trial_page.panel("Running now").get_by_role("row")).to_have_count(3)  # and its head
    trial_id = laboratory.named("by form")
    listed = browsing.open(laboratory, "/?q=by+form")
    expect(row_of(listed, "by form")).to_contain_text("no loss yet")

    trial_page.tab("Jobs")
    table = trial_page.jobs
    table.expect_count(2)
    expect(table.cell(1, "state")).to_have_text("running")
    gates.job(1)
    expect(table.cell(1, "state")).to_have_text("succeeded")
    expect(table.row(3)).to_be_visible()
    first = laboratory.all_jobs(trial_id)[0]["loss"]
    expect(table.cell(1, "loss")).to_contain_text(shown(first))
    expect(row_of(listed, "by form")).to_contain_text(shown(first, 5))

    trial_page.tab("Overview")
    trial_page.expect_best(1, first)
    gates.open()
    best = laboratory.finished(trial_id)["best"]
    assert best["loss"] < first  # the seed is one that gets better
    trial_page.expect_best(best["number"], best["loss"])
    trial_page.expect_head("completed")
    expect(row_of(listed, "by form")).to_contain_text(shown(best["loss"], 5))
    expect(row_of(listed, "by form")).to_contain_text("completed")
    expect(
        row_of(listed, "by form").get_by_role("img", name=re.compile("best", re.IGNORECASE))
    ).to_be_visible()


def test_errors_stand_at_their_fields_before_anything_is_sent(
    browsing: Browsing, laboratory: Laboratory, gates: Gates
) -> None:
    """Bounds that cross are told of at once; the same in the YAML view, at its line."""
    browsing.expect(HALF_WRITTEN)
    page = browsing.open(laboratory, "/new")
    form = NewTrial(page)
    fill_in(form, "with an error", gates)
    page.get_by_label("Low of x").fill("7")
    expect(
        page.get_by_label("Low of x")
        .or_(page.get_by_label("High of x"))
        .and_(page.locator("[aria-invalid=true]"))
        .first
    ).to_be_visible()
    expect(page.get_by_text("thing to mend")).to_be_visible()
    page.get_by_role("radiogroup", name="View").get_by_text("YAML").click()
    text = page.get_by_label("Trial as YAML")
    expect(text).to_have_value(re.compile("low: 7"))
    text.fill(text.input_value().replace("low: 7", "low: 0.25"))
    form.expect_ready()
    page.get_by_role("radiogroup", name="View").get_by_text("Form").click()
    expect(page.get_by_label("Low of x")).to_have_value("0.25")
    assert not laboratory.api.get("/trials", params={"name": "with an error"}).json()["items"]


def test_a_clone_has_the_form_filled_in(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """What was submitted stands in the form, but for the seed; it can be submitted as it is."""
    page = browsing.open(laboratory, f"/trial/{searched}")
    TrialPage(page).action("Clone")
    form = NewTrial(page)
    expect(page.get_by_text("A copy of")).to_be_visible()
    expect(form.field("Name", within="About")).to_have_value("searched valley (copy)")
    expect(form.field("Jobs", within="Budget")).to_have_value("40")
    expect(form.field("Seed", within="Algorithm")).to_have_value("")
    expect(page.get_by_label("Low of y")).to_have_value("0.001")
    expect(page.get_by_label("Log scale of y")).to_be_checked()
    form.name("the clone")
    form.budget(jobs=2, parallel=2)
    page.get_by_label("Run its best parameters first").check()
    form.expect_ready()
    form.submit()
    expect(page.get_by_role("heading", name="the clone", level=1)).to_be_visible()
    clone = laboratory.finished(laboratory.named("the clone"))
    best = laboratory.trial(searched)["best"]
    jobs = laboratory.all_jobs(clone["trial_id"])
    assert best["params"] in [job["params"] for job in jobs]
    TrialPage(page).expect_best(clone["best"]["number"], clone["best"]["loss"])


def test_a_log_is_followed_while_it_is_written(
    browsing: Browsing, laboratory: Laboratory, gates: Gates
) -> None:
    """Lines come one by one; who follows sees the newest, who does not stays where they read."""
    trial_id = laboratory.submit(
        **trial(
            "followed",
            command=gates.command,
            budget={"jobs": 1},
            environment={"LINES_A_STEP": "40"},
        )
    )
    page = browsing.open(laboratory, f"/job/{trial_id}.1")
    log = page.get_by_role("log")
    follow = page.get_by_role("switch", name="Follow")
    last = "line 40 of 40"
    expect(log.get_by_text(f"step 1 of 4, {last}")).to_be_in_viewport()
    assert log.get_by_text("step 2 of 4").count() == 0
    gates.step(1, 1)
    expect(log.get_by_text(f"step 2 of 4, {last}")).to_be_in_viewport()
    expect(follow).to_be_checked()

    follow.uncheck()
    log.evaluate("box => box.scrollTo(0, 0)")
    expect(log.get_by_text("step 1 of 4, line 1 of 40", exact=False).first).to_be_in_viewport()
    gates.step(1, 2)
    search = page.get_by_label("Search the log")
    search.fill(f"step 3 of 4, {last}")
    expect(page.get_by_text("1 found").or_(page.get_by_text("1 of 1"))).to_be_visible()
    expect(log.get_by_text("step 1 of 4, line 1 of 40").first).to_be_in_viewport()
    search.press("Enter")
    expect(log.locator("mark").first).to_be_in_viewport()
    search.fill("")
    follow.check()
    gates.job(1)
    expect(log.get_by_text("job 1: done")).to_be_in_viewport()
    expect(log.get_by_text("End of the log")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download", exact=True).click()
    lines = waiting.value.path().read_text().splitlines()
    assert lines == [
        *(
            f"job 1: step {step} of 4, line {line} of 40"
            for step in range(1, 5)
            for line in range(1, 41)
        ),
        "job 1: done",
    ]


def test_metrics_of_a_running_job_are_seen(
    browsing: Browsing, laboratory: Laboratory, gates: Gates
) -> None:
    """What it reports of itself stands on its page and in the table while it runs."""
    trial_id = laboratory.submit(**trial("reporting", command=gates.command, budget={"jobs": 1}))
    page = browsing.open(laboratory, f"/trial/{trial_id}/jobs")
    table = JobTable(page)
    expect(table.cell(1, "state")).to_have_text("running")
    gates.step(1, 1)
    expect(table.cell(1, "loss")).to_contain_text("step 2")
    table.row(1).get_by_role("link").click()
    expect(page.get_by_role("region", name="Summary")).to_contain_text("at step 2")


def test_one_job_is_stopped_and_the_trial_goes_on(
    browsing: Browsing, laboratory: Laboratory, gates: Gates
) -> None:
    """It ends as cancelled after a question; the other jobs are not touched."""
    trial_id = laboratory.submit(**trial("with a stop", command=gates.command, budget={"jobs": 3}))
    wait_for(lambda: laboratory.trial(trial_id)["jobs"]["running"] == 2)
    page = browsing.open(laboratory, f"/job/{trial_id}.2")
    page.get_by_role("button", name="Stop", exact=True).click()
    question = page.get_by_role("dialog", name="Stop job 2?")
    question.get_by_role("button", name="Stop the job").click()
    expect(page.get_by_role("region", name="Summary")).to_contain_text("cancelled")
    expect(page.get_by_role("region", name="The job was stopped")).to_be_visible()
    expect(page.get_by_role("button", name="Retry")).to_be_enabled()
    page.get_by_role("link", name="with a stop").click()
    TrialPage(page).tab("Jobs")
    table = JobTable(page)
    expect(table.cell(2, "state")).to_have_text("cancelled")
    expect(table.cell(1, "state")).to_have_text("running")
    gates.open()
    expect(table.cell(3, "state")).to_have_text("succeeded")
    assert [job["state"] for job in laboratory.all_jobs(trial_id)] == [
        "succeeded",
        "cancelled",
        "succeeded",
    ]


def fill_in(form: NewTrial, name: str, gates: Gates) -> None:
    """A whole form; it is ready to be submitted."""
    form.name(name)
    form.command(gates.command)
    for parameter, definition in SPACE.items():
        form.parameter(parameter, definition)
    form.algorithm("random", 5)
    form.budget(jobs=6, parallel=2)
    form.expect_ready()


def lines_in(page: Page) -> list[str]:
    """The lines of a log that are drawn."""
    return page.get_by_role("log").locator("[data-index]").all_inner_texts()
