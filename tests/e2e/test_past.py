"""The past of a trial in a browser: slider, single events, film; why, and a fork from it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.chromium import Browsing
from tests.e2e.laboratory import Laboratory
from tests.e2e.new_trial import NewTrial
from tests.e2e.trial_page import TrialPage, shown
from tests.integration.all_in_one import wait_for

pytestmark = pytest.mark.browser

ENDED = ("succeeded", "failed", "pruned", "cancelled")


def positions(laboratory: Laboratory, trial_id: str) -> list[int]:
    """Where the events of a trial stand."""
    query: dict[str, Any] = {"stream": f"trial-{trial_id}", "limit": 500}
    return [
        int(each["position"])
        for each in laboratory.api.get("/events", params=query).json()["items"]
    ]


def then(laboratory: Laboratory, trial_id: str, at: int) -> dict[str, Any]:
    """A trial as it was."""
    return dict(
        laboratory.api.get(f"/trials/{trial_id}", params={"at": at}).raise_for_status().json()
    )


def bar(page: Page) -> Locator:
    """What leads through the past."""
    return page.get_by_role("region", name="Time travel")


def expect_moment(page: Page, laboratory: Laboratory, trial_id: str, at: int) -> None:
    """The page shows the trial as the API says that it was."""
    trial = then(laboratory, trial_id, at)
    ended = sum(trial["jobs"][state] for state in ENDED)
    jobs = "1 job" if ended == 1 else f"{ended} jobs"
    best = f", best {shown(trial['best']['loss'])}" if trial["best"] else ""
    expect(bar(page)).to_contain_text(f"event {at:,}: {jobs} ended{best}")
    count = re.compile(rf"^Jobs\s*{trial['jobs']['proposed']}$")
    expect(page.get_by_role("tab", name=count)).to_be_visible()
    page_of_it = TrialPage(page)
    if trial["best"]:
        page_of_it.expect_best(trial["best"]["number"], trial["best"]["loss"])
    assert f"at={at}" in page.url


def test_a_trial_is_seen_as_it_was(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """From today to its first event and back, by keys, by the slider, event by event, by a link."""
    events = positions(laboratory, searched)
    page = browsing.open(laboratory, f"/trial/{searched}")
    page.get_by_role("button", name="Go back in time").click()
    expect_moment(page, laboratory, searched, events[-1])
    slider = page.get_by_role("slider", name="Moment")
    expect(slider).to_have_attribute("min", str(events[0]))
    slider.focus()
    slider.press("Home")
    expect_moment(page, laboratory, searched, events[0])
    page.get_by_role("button", name="The next event").click()
    expect_moment(page, laboratory, searched, events[1])
    middle = events[len(events) // 2]
    slider.fill(str(middle))
    expect_moment(page, laboratory, searched, middle)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_attribute(
        "aria-disabled", "true"
    )
    page.get_by_role("button", name="The event before").click()
    before = events[len(events) // 2 - 1]
    expect_moment(page, laboratory, searched, before)

    link = browsing.open(laboratory, f"/trial/{searched}/jobs?at={middle}")
    rows = then(laboratory, searched, middle)["jobs"]["proposed"]
    expect(link.get_by_role("grid").first).to_have_attribute("aria-rowcount", str(rows + 1))
    link.get_by_role("button", name="Back to now").click()
    today = laboratory.trial(searched)["jobs"]["proposed"]
    expect(link.get_by_role("grid").first).to_have_attribute("aria-rowcount", str(today + 1))
    assert "at=" not in link.url


def test_a_trial_is_played_as_a_film(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """Frame after frame, each further than the one before, until the trial's last event."""
    events = positions(laboratory, searched)
    begin = events[-12]
    page = browsing.open(laboratory, f"/trial/{searched}?at={begin}")
    expect_moment(page, laboratory, searched, begin)
    page.get_by_role("button", name="Play as a film").click()
    expect(page.get_by_role("slider", name="Moment")).to_have_value(str(events[-1]))
    expect(page.get_by_role("button", name="Play as a film")).to_be_visible()
    expect_moment(page, laboratory, searched, events[-1])


def test_a_story_leads_to_its_events(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """Each sentence says from which event it is, and from which one that follows."""
    page = browsing.open(laboratory, f"/job/{searched}.5?tab=why")
    story = page.get_by_role("list", name="Why job")
    expect(story).to_contain_text("proposed as job 5 by the optimizer")
    expect(story).to_contain_text(re.compile("claimed by"))
    told = laboratory.api.get(f"/jobs/{searched}.5/why").raise_for_status().json()
    first = told["items"][0]
    story.get_by_role("link", name=f"#{first['position']}", exact=True).first.click()
    expect(page).to_have_url(re.compile(rf"/activity\?.*event={first['position']}"))


def test_a_job_of_the_past_is_seen_as_it_was(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """Behind a link of the trial's past, with the way back to both."""
    started = next(
        int(each["position"])
        for each in laboratory.api.get(
            "/events", params={"stream": f"trial-{searched}", "limit": 500}
        ).json()["items"]
        if each["type"] == "job.started.v1"
    )
    page = browsing.open(laboratory, f"/trial/{searched}/jobs?at={started}")
    job = laboratory.api.get(f"/trials/{searched}/jobs", params={"at": started}).json()["items"]
    running = next(each for each in job if each["state"] == "running")
    page.get_by_role("link", name=str(running["number"]), exact=True).click()
    expect(bar(page)).to_contain_text(
        f"event {started:,}. Its log and its files are as they are now"
    )
    state = page.get_by_role("region", name="Summary").get_by_role("definition").first
    expect(state).to_have_text("running")
    page.get_by_role("button", name="Back to now").click()
    expect(bar(page)).to_have_count(0)
    expect(state).to_have_text(re.compile("succeeded|failed|pruned|cancelled"))


def test_a_trial_is_forked_from_its_past(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """With the results of then; the form asks what a new parameter was in them."""
    events = positions(laboratory, searched)
    moment = events[len(events) // 2]
    known = then(laboratory, searched, moment)["jobs"]["succeeded"]
    assert known > 0
    page = browsing.open(laboratory, f"/trial/{searched}?at={moment}")
    page.get_by_role("button", name="Fork from here").click()
    form = NewTrial(page)
    form.name("forked valley")
    form.parameter("depth", {"type": "int", "low": 1, "high": 8})
    page.get_by_label("What depth was in the results").fill("3")
    page.get_by_role("button", name="Submit the trial").click()
    expect(page.get_by_role("heading", level=1, name="forked valley")).to_be_visible()
    forked = laboratory.named("forked valley")
    found = wait_for(lambda: _imported(laboratory, forked, known))
    assert found["forked_from"]["trial_id"] == searched
    assert found["forked_from"]["position"] == moment
    jobs = laboratory.all_jobs(forked)
    assert {each["params"]["depth"] for each in jobs if each["origin"] == "imported"} == {3}
    laboratory.finished(forked)


def _imported(laboratory: Laboratory, trial_id: str, count: int) -> dict[str, Any] | None:
    trial = dict(laboratory.trial(trial_id))
    return trial if trial["jobs"]["imported"] == count else None
