"""What people do to a trial, and that the page shows what came of it."""

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.chromium import Browsing
from tests.e2e.job_table import JobTable
from tests.e2e.laboratory import Laboratory
from tests.e2e.targets import Gates, trial
from tests.e2e.trial_page import TrialPage, row_of, shown
from tests.integration.all_in_one import wait_for

pytestmark = pytest.mark.browser

NOTES = """# What we *learned*

- the valley lies at **0.3**

<script>window.wasRun = 1</script>
<img src="x" onerror="window.wasRun = 2">
[a trap](javascript:window.wasRun=3)
"""


def test_a_trial_is_paused_and_goes_on(
    browsing: Browsing, laboratory: Laboratory, gates: Gates
) -> None:
    """What runs may end, nothing new begins; after Resume it does."""
    trial_id = laboratory.submit(
        **trial("paused", command=gates.command, budget={"jobs": 3}, parallelism=1)
    )
    page = browsing.open(laboratory, f"/trial/{trial_id}")
    trial_page = TrialPage(page)
    expect(trial_page.panel("Running now").get_by_role("row")).to_have_count(2)
    trial_page.action("Pause")
    trial_page.expect_head("paused")
    gates.job(1)
    expect(trial_page.panel("Running now")).to_contain_text("The trial is paused")
    assert [
        job["number"] for job in laboratory.all_jobs(trial_id) if job["state"] == "running"
    ] == []
    trial_page.action("Resume")
    trial_page.expect_head("running")
    expect(
        trial_page.panel("Running now").get_by_role("link", name="2", exact=True)
    ).to_be_visible()
    gates.open()
    trial_page.expect_head("completed")


def test_budget_and_parallelism_are_changed_while_it_runs(
    browsing: Browsing, laboratory: Laboratory, gates: Gates
) -> None:
    """Two jobs more at once are seen to run; what makes no sense is refused at its field."""
    trial_id = laboratory.submit(
        **trial("changed", command=gates.command, budget={"jobs": 9}, parallelism=1)
    )
    page = browsing.open(laboratory, f"/trial/{trial_id}")
    trial_page = TrialPage(page)
    expect(trial_page.panel("Running now").get_by_role("row")).to_have_count(2)
    trial_page.action("Change")
    dialog = page.get_by_role("dialog", name="Change changed")
    dialog.get_by_label("Jobs", exact=True).fill("three")
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog.get_by_label("Jobs", exact=True)).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Jobs", exact=True).fill("3")
    dialog.get_by_label("Parallelism").fill("3")
    dialog.get_by_label("Priority").fill("2")
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog).to_be_hidden()
    expect(trial_page.panel("Running now").get_by_role("row")).to_have_count(4)
    expect(trial_page.panel("Progress")).to_contain_text("0 of 3 jobs")
    trial_page.expect_head("priority 2")
    gates.open()
    ended = laboratory.finished(trial_id)
    assert ended["budget"]["jobs"] == 3
    expect(trial_page.panel("Progress")).to_contain_text("3 of 3 jobs")


def test_a_point_is_enqueued_and_a_known_result_taken_in(
    browsing: Browsing, laboratory: Laboratory, gates: Gates
) -> None:
    """The point is the next job, of its own origin; the known result is the best without a run."""
    trial_id = laboratory.submit(
        **trial("enqueued", command=gates.command, budget={"jobs": 4}, parallelism=1)
    )
    page = browsing.open(laboratory, f"/trial/{trial_id}/jobs")
    table = JobTable(page)
    expect(table.row(1)).to_be_visible()
    enqueue(page, x="0.123", y="0.04")
    gates.job(1)
    expect(table.cell(2, "params.x")).to_have_text("0.123")
    expect(table.cell(2, "origin")).to_have_text("enqueued")
    enqueue(page, x="0.31", y="0.03", loss="0.0005")
    expect(table.cell(3, "state")).to_have_text("succeeded")
    expect(table.cell(3, "loss")).to_contain_text("0.0005")
    TrialPage(page).tab("Overview")
    TrialPage(page).expect_best(3, 0.0005)
    origins = [job["origin"] for job in laboratory.all_jobs(trial_id)]
    assert origins[:3] == ["optimizer", "enqueued", "imported"]


def test_a_retracted_result_counts_no_more(browsing: Browsing, laboratory: Laboratory) -> None:
    """Its row is struck through with the reason at the job, and the next best is the best."""
    trial_id = laboratory.submit(**trial("retracted"))
    first = laboratory.finished(trial_id)["best"]
    page = browsing.open(laboratory, f"/trial/{trial_id}/jobs")
    table = JobTable(page)
    table.cell(first["number"], "loss").click()
    picked = page.get_by_role("complementary", name="Picked jobs")
    picked.get_by_role("button", name="Retract").click()
    dialog = page.get_by_role("dialog", name="Retract 1 result?")
    dialog.get_by_role("button", name="Retract").click()
    expect(dialog).to_contain_text("Say why.")
    dialog.get_by_label("Reason").fill("The data was the wrong version")
    dialog.get_by_role("button", name="Retract").click()
    expect(table.cell(first["number"], "loss")).to_contain_text("retracted")
    expect(table.cell(first["number"], "number")).to_have_css(
        "text-decoration-line", "line-through"
    )
    second = wait_for(lambda: other_best(laboratory, trial_id, first["number"]))
    expect(table.cell(second, "loss")).to_contain_text("best")
    TrialPage(page).tab("Overview")
    loss = laboratory.all_jobs(trial_id)[second - 1]["loss"]
    TrialPage(page).expect_best(second, loss)
    page.goto(f"/#/job/{first['job_id']}")
    reason = page.get_by_role("region", name="The result was retracted")
    expect(reason).to_contain_text("The data was the wrong version")
    expect(reason).to_contain_text(shown(first["loss"]))


def test_notes_are_markdown_in_which_nothing_runs(
    browsing: Browsing, laboratory: Laboratory
) -> None:
    """Headings and lists are rendered; scripts and traps in them are text, or nothing at all."""
    trial_id = laboratory.submit(**trial("noted", budget={"jobs": 1}))
    page = browsing.open(laboratory, f"/trial/{trial_id}")
    notes = TrialPage(page).panel("Notes")
    notes.get_by_role("button", name="Add notes").click()
    notes.get_by_label("Notes in Markdown").fill(NOTES)
    notes.get_by_text("Preview", exact=True).click()
    expect(notes.get_by_role("heading", name="What we learned")).to_be_visible()
    notes.get_by_role("button", name="Save notes").click()
    expect(notes.get_by_role("button", name="Edit notes")).to_be_visible()
    expect(notes.get_by_role("listitem")).to_have_text("the valley lies at 0.3")
    assert laboratory.trial(trial_id)["notes"] == NOTES
    assert notes.locator("script, img, [href^=javascript]").count() == 0
    page.reload()
    expect(notes.get_by_role("heading", name="What we learned")).to_be_visible()
    assert page.evaluate("window.wasRun") is None


def test_an_archived_trial_is_listed_in_the_archive_alone(
    browsing: Browsing, laboratory: Laboratory
) -> None:
    """It leaves the list where somebody looks at it, and comes back when it is taken out."""
    trial_id = laboratory.submit(**trial("archived", budget={"jobs": 1}))
    laboratory.finished(trial_id)
    listed = browsing.open(laboratory, "/?q=archived")
    expect(row_of(listed, "archived")).to_be_visible()
    page = browsing.open(laboratory, f"/trial/{trial_id}")
    TrialPage(page).more("Archive")
    TrialPage(page).expect_head("archived")
    expect(row_of(listed, "archived")).to_have_count(0)
    listed.get_by_label("Archived").select_option("Archived only")
    expect(row_of(listed, "archived")).to_be_visible()
    listed.get_by_role("button", name="Do with archived").click()
    listed.get_by_role("menuitem", name="Unarchive").click()
    expect(row_of(listed, "archived")).to_have_count(0)
    TrialPage(page).tab("Overview")
    assert not wait_for(
        lambda: [laboratory.trial(trial_id)] if not laboratory.trial(trial_id)["archived"] else None
    )[0]["archived"]


def test_many_trials_are_stopped_at_once(
    browsing: Browsing, laboratory: Laboratory, gates: Gates
) -> None:
    """All that a search finds are ticked and stopped after one question; others go on."""
    document = trial("", command=gates.command, parallelism=1)
    stopped = [laboratory.submit(**{**document, "name": f"bulk {n}"}) for n in (1, 2)]
    other = laboratory.submit(**{**document, "name": "left alone"})
    wait_for(lambda: all(laboratory.trial(each)["jobs"]["running"] for each in (*stopped, other)))
    page = browsing.open(laboratory, "/?q=bulk")
    for number in (1, 2):
        expect(row_of(page, f"bulk {number}")).to_contain_text("running")
    page.get_by_label("Select all").check()
    page.get_by_role("toolbar", name="Selected trials").get_by_role("button", name="Stop").click()
    question = page.get_by_role("dialog", name="Stop 2 trials?")
    expect(question).to_contain_text("bulk 1")
    question.get_by_role("button", name="Stop 2 trials").click()
    for number in (1, 2):
        expect(row_of(page, f"bulk {number}")).to_contain_text("stopped")
    assert {laboratory.finished(each)["state"] for each in stopped} == {"stopped"}
    assert laboratory.trial(other)["state"] == "running"


def enqueue(page: Page, *, x: str, y: str, loss: str | None = None) -> None:
    """Adds a point by the dialog of the trial."""
    TrialPage(page).action("Enqueue a point")
    dialog = page.get_by_role("dialog", name="Enqueue a point")
    dialog.get_by_label("x", exact=True).fill(x)
    dialog.get_by_label("y", exact=True).fill(y)
    if loss is not None:
        dialog.get_by_label("I know its loss already").check()
        dialog.get_by_label("Loss", exact=True).fill(loss)
    dialog.get_by_role("button", name="Enqueue" if loss is None else "Add the result").click()
    expect(dialog).to_be_hidden()


def other_best(laboratory: Laboratory, trial_id: str, than: int) -> int | None:
    """The number of the best job as soon as it is another one."""
    best = laboratory.trial(trial_id)["best"]
    return int(best["number"]) if best and best["number"] != than else None
