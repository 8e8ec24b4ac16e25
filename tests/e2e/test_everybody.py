"""Every page for everybody: no rule of axe is broken, in light or dark; a phone is wide enough."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.conftest import missing
from tests.e2e.axe import SCHEMES, SOURCE, overflow, violations
from tests.e2e.chromium import Browsing
from tests.e2e.laboratory import Laboratory
from tests.e2e.targets import Gates, trial
from tests.e2e.trial_page import TrialPage
from tests.integration.all_in_one import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Ready = Callable[[Page], None]


def sees(role: str, name: str) -> Ready:
    """The page is there when this is."""

    def ready(page: Page) -> None:
        expect(page.get_by_role(role, name=name).first).to_be_visible()  # type: ignore[arg-type]

    return ready


def sees_text(text: str) -> Ready:
    """The page is there when this is read."""

    def ready(page: Page) -> None:
        expect(page.get_by_text(text).first).to_be_visible()

    return ready


def all_plots(page: Page) -> None:
    """Every plot was scrolled to, and is drawn."""
    sees("img", "Optimization history")(page)
    for card in page.get_by_role("region").filter(has=page.get_by_role("heading", level=2)).all():
        card.scroll_into_view_if_needed()
        expect(card.locator("canvas, p, svg").first).to_be_attached()


PLACES: Final[Mapping[str, tuple[str, Ready]]] = {
    "trials": ("/", sees("link", "searched valley")),
    "trials that none fits": ("/?q=nothing+of+that+name", sees_text("No trial fits")),
    "trials, narrowed": ("/?state=completed&archived=any&sort=name", sees("grid", "Trials")),
    "new trial": ("/new", sees("button", "Submit the trial")),
    "clone": ("/new?clone={trial}", sees_text("Ready to submit")),
    "clone as YAML": ("/new?clone={trial}&view=yaml", sees("textbox", "Trial as YAML")),
    "overview": ("/trial/{trial}", sees("img", "Optimization history")),
    "overview, running": ("/trial/{running}", sees("region", "Running jobs")),
    "jobs": (
        "/trial/{trial}/jobs?f=state%3Dsucceeded%7Cfailed%3Bloss%3A..2&picked=1,2&sort=loss",
        sees("complementary", "Picked jobs"),
    ),
    "job picked": ("/trial/{trial}/jobs?picked={best}", sees("complementary", "Picked jobs")),
    "plots": ("/trial/{trial}/plots?picked={best}", all_plots),
    "spec": ("/trial/{trial}/spec", sees_text("algorithm")),
    "overview, as it was": ("/trial/{trial}?at={past}", sees("slider", "Moment")),
    "fork": ("/new?fork={trial}&at={past}", sees_text("A fork of")),
    "trial, its story": ("/trial/{trial}/why", sees("list", "Why trial")),
    "compare": ("/compare?trials={trial},{running}", sees("region", "What differs")),
    "compare nothing": ("/compare", sees_text("No trial is chosen")),
    "job, its log": ("/job/{trial}.{best}", sees_text("End of the log")),
    "job, its plots": ("/job/{trial}.{best}?tab=plots", sees("img", "descent")),
    "job, its files": (
        "/job/{trial}.{best}?tab=files&file=out%2Freport%2Fresult.json",
        sees("region", "Preview of out/report/result.json"),
    ),
    "job, its attempts": ("/job/{trial}.{best}?tab=attempts", sees_text("Attempt 1")),
    "job, its story": ("/job/{trial}.{failed}?tab=why", sees("list", "Why job")),
    "failed job": ("/job/{trial}.{failed}", sees_text("exit code 3")),
    "running job, searched": ("/job/{running}.1?find=step", sees_text("found")),
    "workers": ("/workers", sees("list", "1 worker")),
    "worker, opened": ("/workers?worker={worker}", sees("heading", "Recent jobs")),
    "activity": ("/activity", sees("button", "Event")),
    "activity, an event": ("/activity?trial={trial}&event=3", sees("button", "Event")),
    "no such trial": ("/trial/no-such-trial", sees("alert", "")),
    "no such page": ("/nowhere", sees_text("There is no such page")),
}


DIALOGS: Final[Mapping[str, tuple[str, str, str]]] = {
    "stop": ("/trial/{running}", "dialog", "Stop"),
    "change": ("/trial/{running}", "dialog", "Change"),
    "enqueue": ("/trial/{running}", "dialog", "Enqueue a point"),
    "more": ("/trial/{running}", "menu", "More"),
    "retract": ("/trial/{trial}/jobs?picked={best}", "dialog", "Retract"),
    "filter by loss": ("/trial/{trial}/jobs", "dialog", "Filter by Loss"),
    "filter by kind": ("/trial/{trial}/jobs", "dialog", "Filter by kind"),
    "columns": ("/trial/{trial}/jobs", "dialog", "Columns"),
    "export": ("/trial/{trial}/jobs", "menu", "Export jobs"),
    "job's stop": ("/job/{running}.1", "dialog", "Stop"),
    "keys": ("/", "dialog", "Keys"),
    "account": ("/", "menu", "Account"),
    "drain": ("/workers", "dialog", "Drain {worker}"),
}


@pytest.fixture(scope="module")
def named(
    laboratory: Laboratory, searched: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The names in the addresses: trials, jobs and workers that are there."""
    gates = Gates(tmp_path_factory.mktemp("everybody") / "gates")
    running = laboratory.submit(
        **trial("still running", command=gates.command, notes="Some *notes*.", tags=["browser"])
    )
    wait_for(lambda: laboratory.trial(running)["jobs"]["running"] == 2)
    jobs = laboratory.all_jobs(searched)
    query = {"stream": f"trial-{searched}", "limit": "90"}
    events = laboratory.api.get("/events", params=query).json()["items"]
    yield {
        "trial": searched,
        "past": str(events[-1]["position"]),
        "running": running,
        "best": str(laboratory.trial(searched)["best"]["number"]),
        "failed": next(str(job["number"]) for job in jobs if job["state"] == "failed"),
        "worker": laboratory.api.get("/workers").json()["items"][0]["worker_id"],
    }
    gates.open()


@pytest.fixture(scope="module")
def examining(chromium: Browser, laboratory: Laboratory) -> Iterator[tuple[Browsing, Page]]:
    """One page for all places: it is not loaded again for each, as people do not."""
    if not SOURCE.is_file():
        missing("axe-core is not installed: `make ui` does that")
    browsing = Browsing(chromium)
    browsing.expect(r"404 .*no-such-trial")
    window = browsing.window(laboratory)
    window.add_init_script(path=SOURCE)
    page = window.new_page()
    page.goto("/")
    yield browsing, page
    browsing.close()


@pytest.fixture
def examined(examining: tuple[Browsing, Page]) -> Iterator[Page]:
    """The page in which axe is at hand; it must not complain meanwhile."""
    browsing, page = examining
    yield page
    assert browsing.taken() == []


@pytest.mark.parametrize("place", PLACES)
def test_no_page_shuts_anybody_out(examined: Page, named: dict[str, str], place: str) -> None:
    """Light and dark, with real data; and on a phone nothing is wider than the screen."""
    address, ready = PLACES[place]
    examined.goto(f"/#{address.format_map(named)}")
    ready(examined)
    assert [each for scheme in SCHEMES for each in violations(examined, scheme)] == []
    assert overflow(examined) == []
    assert examined.locator("h1").count() <= 1


@pytest.mark.parametrize("dialog", DIALOGS)
def test_no_dialog_shuts_anybody_out(examined: Page, named: dict[str, str], dialog: str) -> None:
    """It takes the focus, and Escape closes it; open it is as good as its page."""
    address, role, label = DIALOGS[dialog]
    examined.goto(f"/#{address.format_map(named)}")
    button = examined.get_by_role("button", name=label.format_map(named), exact=True).first
    opened = examined.locator(f"[role={role}]:focus-within")
    button.click()
    expect(opened).to_be_visible()
    examined.keyboard.press("Escape")
    expect(examined.get_by_role(role)).to_have_count(0)  # type: ignore[arg-type]
    button.click()
    expect(opened).to_be_visible()
    assert [each for scheme in SCHEMES for each in violations(examined, scheme)] == []
    assert overflow(examined) == []
    examined.goto("/#/nowhere")  # its page goes, and the dialog with it
    expect(examined.get_by_role("heading", name="Page not found")).to_be_visible()


def test_a_closed_menu_gives_the_focus_back(browsing: Browsing, laboratory: Laboratory) -> None:
    """Who opened it by keyboard goes on from its button, not from the top of the page."""
    page = browsing.open(laboratory)
    button = page.get_by_role("button", name="Account")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[role=menu]:focus-within")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(page.get_by_role("banner").locator("[aria-haspopup=menu]:focus")).to_have_count(1)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_login_shuts_nobody_out(
    browsing: Browsing, laboratory: Laboratory, scheme: str
) -> None:
    """Who is not in yet finds a page as good."""
    browsing.expect(r"\b401\b")
    window = browsing.window(laboratory, logged_in=False)
    window.add_init_script(path=SOURCE)
    page = window.new_page()
    page.goto("/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert violations(page, scheme) == []
    assert overflow(page) == []


def test_the_keyboard_reaches_everything(
    browsing: Browsing, laboratory: Laboratory, searched: str
) -> None:
    """From the list into a trial, through its table to a job, without a pointer."""
    page = browsing.open(laboratory, "/?q=searched")
    expect(page.get_by_role("link", name="searched valley")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="searched valley", level=1)).to_be_visible()
    page.get_by_role("tab", name="Overview").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    grid = TrialPage(page).jobs.grid
    expect(grid).to_be_visible()
    grid.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.get_by_role("complementary", name="Picked jobs")).to_contain_text("Job 40 picked")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Job 1 of searched valley")).to_be_visible()
    assert page.url.endswith(f"/job/{searched}.1")
